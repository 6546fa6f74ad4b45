import { expect, test } from "vitest";
import { list, readList } from "../../../helpers/lists.ts";

/** As programs of old wrote it: a letter a byte. */
const inBytes = (text: string, letters: Record<string, number>) =>
  Buffer.from(
    [...text].flatMap((letter) => (letter in letters ? (letters[letter] ?? 0) : [...Buffer.from(letter)])),
  );
const windows = {
  á: 0xe1,
  Í: 0xcd,
  é: 0xe9,
  í: 0xed,
  ó: 0xf3,
  ú: 0xfa,
  ñ: 0xf1,
  Ñ: 0xd1,
  ü: 0xfc,
  ç: 0xe7,
  ö: 0xf6,
  "’": 0x92,
  "½": 0xbd,
  "–": 0x96,
};
const mac = {
  á: 0x87,
  Í: 0xea,
  é: 0x8e,
  í: 0x92,
  ó: 0x97,
  ú: 0x9c,
  ñ: 0x96,
  Ñ: 0x84,
  ü: 0x9f,
  ç: 0x8d,
  ö: 0x9a,
  "’": 0xd5,
  "–": 0xd0,
};
const dos = { á: 0xa0, é: 0x82, í: 0xa1, ó: 0xa2, ú: 0xa3, ñ: 0xa4, Ñ: 0xa5, ü: 0x81, ç: 0x87, ö: 0x94 };

const names = ["José Ruiz", "Ana Peña", "MARÍA MUÑOZ", "François Güell", "Raúl García"];
const rowsOf = (all: string[]) =>
  list(...all.map((name, at) => `${1001 + at},${name},206-555-010${at},Cañada`));
const membersOf = (all: string[]) => all.map((name, at) => `${1001 + at} ${name} +1206555010${at} Cañada`);
const spanish = rowsOf(names);

test.each<[encoding: string, bytes: Uint8Array, said: string]>([
  ["UTF-8", Buffer.from(spanish), "CSV in UTF-8,"],
  ["UTF-8 with a mark", Buffer.from(`\ufeff${spanish}`), "CSV in UTF-8,"],
  ["UTF-16, low byte first", Buffer.from(`\ufeff${spanish}`, "utf16le"), "CSV in UTF-16,"],
  ["UTF-16, high byte first", Buffer.from(`\ufeff${spanish}`, "utf16le").swap16(), "CSV in UTF-16,"],
  ["UTF-16, low byte first, without a mark", Buffer.from(spanish, "utf16le"), "CSV in UTF-16,"],
  ["UTF-16, high byte first, without a mark", Buffer.from(spanish, "utf16le").swap16(), "CSV in UTF-16,"],
  [
    "Windows-1252",
    inBytes(spanish, windows),
    'old encoding (Windows-1252), and was read by it: look at "José" on line 2',
  ],
  [
    "Mac Roman",
    inBytes(spanish, mac),
    'Mac Roman, that of old Macs), and was read by it: look at "José" on line 2',
  ],
  [
    "DOS",
    inBytes(spanish.replaceAll("MARÍA", "MARIA"), dos),
    'that of DOS), and was read by it: look at "José" on line 2',
  ],
])("%s is told by what is in the file, and said", async (encoding, bytes, said) => {
  const { members, refused, ...read } = await readList(bytes);
  const right = membersOf(names);
  expect(members).toEqual(encoding === "DOS" ? right.map((each) => each.replace("MARÍA", "MARIA")) : right);
  expect(refused).toEqual([]);
  expect(read.said.join("\n")).toContain(said);
});

test.each<[what: string, line: Record<string, number>, name: string]>([
  ["Windows-1252", windows, "Ana Peña"],
  ["Windows-1252, with an apostrophe", windows, "Ana O’Neil"],
  ["Mac Roman", mac, "Ana Peña"],
  ["DOS", dos, "Ana Peña"],
])("a row in %s within UTF-8 is read by its own encoding, and said", async (what, letters, name) => {
  const rows = [`1001,José Ruiz,206-555-0101,Cañada`, `1003,Núria Sol,206-555-0103,Cañada`];
  const [head = "", first = "", last = ""] = list(...rows).split("\n");
  const foreign = inBytes(`1002,${name},206-555-0102,North\n`, letters);
  const { members, refused, said } = await readList(
    Buffer.concat([Buffer.from(`${head}\n${first}\n`), foreign, Buffer.from(last)]),
  );
  expect(members).toEqual([
    "1001 José Ruiz +12065550101 Cañada",
    `1002 ${name} +12065550102 North`,
    "1003 Núria Sol +12065550103 Cañada",
  ]);
  expect(refused).toEqual([]);
  expect(said.join()).toMatch(new RegExp(`1 line of this UTF-8 file.*${what.split(",")[0]}.*on line 3`));
});

test("a foreign byte and a letter of UTF-8 in one row are both read rightly", async () => {
  const row = Buffer.concat([
    Buffer.from("1001,José "),
    Buffer.from([0x50, 0x65, 0xf1, 0x61]),
    Buffer.from(",206-555-0101,Cañada"),
  ]);
  const { members } = await readList(
    Buffer.concat([Buffer.from("Account,Name,Phone,Zone\n"), row, Buffer.from("\n")]),
  );
  expect(members).toEqual(["1001 José Peña +12065550101 Cañada"]);
});

test.each<[what: string, bytes: number[], reason: RegExp]>([
  [
    "García on a Mac, or Garc’a on Windows",
    [...Buffer.from("Garc"), 0x92, 0x61],
    /its encoding can't be told\..*"CSV UTF-8"/,
  ],
  ["Raúl on a Mac, or Raœl on Windows", [...Buffer.from("Ra"), 0x9c, 0x6c], /can't be told/],
  ["letters of no encoding that is known here", [0xc8, 0xe2, 0xe0, 0xed], /can't be told/],
  ["a letter that was lost before", [...Buffer.from("Pe�a")], /is lost/],
  [
    "UTF-8 that a program has garbled",
    [...Buffer.from("PeÃ±a")],
    /garbled by a program \("PeÃ±a"\).*CSV UTF-8/,
  ],
  ...["PeÅ‚a", "Jos√©", "Nu√±ez", "Garc√≠a", "Jos├®", "Nu├▒ez", "O‚Äôneil", "OÔÇÖNeil", "O’NeilÂ°"].map(
    (name): [string, number[], RegExp] => [
      `UTF-8 that a program has garbled into ${name}`,
      [...Buffer.from(name)],
      /garbled by a program/,
    ],
  ),
  ...["Jos&eacute;", "Ruiz &amp; Son", "O&#39;Neil", "O&rsquo;Neil", "Nu&ntilde;ez", "Jos&#xE9;"].map(
    (name): [string, number[], RegExp] => [
      `a letter as web pages have it, ${name}`,
      [...Buffer.from(name)],
      /as in a web page \("&#?\w+;"\)/,
    ],
  ),
  ["Łuk in Windows-1250, or úuk in DOS", [0xa3, ...Buffer.from("uk")], /can't be told/],
  ["half a letter", [...Buffer.from("Pe"), 0xc3], /can't be told/],
  ["a zero", [0x41, 0, 0x42], /no text/],
])("what is in doubt is refused by its line, with the cure: %s", async (_, name, reason) => {
  const file = (middle: number[]) =>
    Buffer.concat([
      Buffer.from("Account,Name,Phone,Zone\n1001,Ana Ruiz,206-555-0101,North\n1002,"),
      Buffer.from(middle),
      Buffer.from(",206-555-0102,South\n1003,Cy Park,206-555-0103,North\n"),
    ]);
  const { members, refused } = await readList(file(name));
  expect(members).toEqual(["1001 Ana Ruiz +12065550101 North", "1003 Cy Park +12065550103 North"]);
  expect(refused).toEqual([expect.stringMatching(/^3: /)]);
  expect(refused[0]).toMatch(reason);
});

test.each([
  "Ruiz & Son",
  "AT&T",
  "Smith&Sons",
  "Ängström Æbel",
  "Âge d’Or",
  "Å Berg",
  "√2 Farm",
  "Ł Kowalski",
])("%s is what it says, and nothing is garbled", async (name) => {
  const { members } = await readList(list(`1001,${name},206-555-0101,North`).replaceAll(",", ";"));
  expect(members).toEqual([`1001 ${name} +12065550101 North`]);
});

test("DOS is believed where another line shows it", async () => {
  const { members } = await readList(inBytes(list("1,José Roy,,North", "2,úrsula Ruiz,,North"), dos));
  expect(members).toEqual(["1 José Roy null North", "2 úrsula Ruiz null North"]);
});

test("what is shown of a file can't tell a terminal what to do", async () => {
  const order = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e";
  const { said, refused } = await readList(
    `Title ${order}\n${list("1001,Ana Ruiz,206-555-0101,North", `1002,PeÃ±a${order},,North`)}`,
  );
  expect(said.join()).toContain("it stands above the column names");
  expect(said.join()).toContain("owned");
  expect([...said, ...refused].join("\n")).not.toMatch(/[[\p{Cc}\p{Cf}]--\n]/v);
});

test("what is clear elsewhere in the file settles what one line leaves open", async () => {
  const { members } = await readList(inBytes(list("1,Raúl García,,North", "2,Ana Peña,,North"), mac));
  expect(members).toEqual(["1 Raúl García null North", "2 Ana Peña null North"]);
  // Two bytes of a Mac's that would also be a letter of UTF-8: an Armenian one.
  const french = await readList(inBytes(list("1,Lac d’été,,North", "2,José Roy,,North"), mac));
  expect(french.members).toEqual(["1 Lac d’été null North", "2 José Roy null North"]);
  const windowsFile = await readList(inBytes(list("1,Mary’s Farm,,North", "2,Ana Peña,,North"), windows));
  expect(windowsFile.members).toEqual(["1 Mary’s Farm null North", "2 Ana Peña null North"]);
});

test.each<[what: string, content: string | number[], words: string]>([
  ["a PDF", "%PDF-1.7\n", "This is a PDF"],
  ["a web page named .csv", "\n<html><body><table><tr><td>Account", "web page"],
  ["a web page of Excel's", "<meta http-equiv=Content-Type>\n<table>", "web page"],
  [
    "XML of Excel's",
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="x">',
    "saved as XML",
  ],
  ["contacts", "BEGIN:VCARD\nVERSION:3.0", "contacts"],
  ["a shortcut to a sheet", '{"url": "somewhere"}', "shortcut"],
  ["a text document", "{\\rtf1 Members", "text document"],
  ["an old workbook", [0xd0, 0xcf, 0x11, 0xe0, ...Buffer.from("Workbook", "utf16le")], ".xls"],
  [
    "a workbook with a password",
    [0xd0, 0xcf, 0x11, 0xe0, ...Buffer.from("EncryptedPackage", "utf16le")],
    "protected with a password",
  ],
  ["something packed", [0x1f, 0x8b, 8], "unpack it first"],
  ["no text at all", Array.from({ length: 400 }, (_, at) => (at * 7) % 256), "no text"],
])("%s is refused with what to do instead", async (_, content, words) => {
  await expect(readList(typeof content === "string" ? content : Buffer.from(content))).rejects.toThrow(words);
});

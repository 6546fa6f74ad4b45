import { strToU8, unzipSync, zipSync } from "fflate";
import { expect, test } from "vitest";
import { tidy } from "../../../../src/members/columns.ts";
import { UnreadableFile } from "../../../../src/members/read/unreadable.ts";
import { readList } from "../../../helpers/lists.ts";
import { header, makeWorkbook, row } from "../../../helpers/workbooks.ts";

const ana = (line = 2) => row(line, "1001", "Ana Ruiz", "206-555-0101", "North");
const Ana = "1001 Ana Ruiz +12065550101 North";

test.each<[what: string, account: string, shown: string]>([
  ["a number formatted 00000", '<c s="1"><v>101</v></c>', "00101"],
  ["a number with letters in its format", '<c s="7"><v>101</v></c>', "A-0101"],
  ["a number as it is", "<c><v>1001</v></c>", "1001"],
  ["a long number as it is", "<c><v>447700900123</v></c>", "447700900123"],
  ["a number that Excel keeps inexactly", "<c><v>1001.0</v></c>", "1001"],
  ["text that looks like a number", '<c s="4" t="s"><v>0</v></c>', "00101"],
  ["rich text", '<c t="s"><v>1</v></c>', "A 101"],
  ["a text formula's result", '<c t="str"><f>TEXT(101,"00000")</f><v>00101</v></c>', "00101"],
  ["a number formula's result", '<c s="1"><f>100+1</f><v>101</v></c>', "00101"],
  ["a boolean", '<c t="b"><v>1</v></c>', "TRUE"],
  ["a date whose look depends on the country", '<c s="3"><v>46082</v></c>', "2026-03-01"],
  ["letters that XML escapes", '<c t="inlineStr"><is><t>A&amp;B_x000D_&#10;1</t></is></c>', "A&B 1"],
])("each cell is what Excel shows: %s", async (_, cell, shown) => {
  const strings = ["<t>00101</t>", '<r><t>A</t></r><r><rPr><b/></rPr><t xml:space="preserve"> 101</t></r>'];
  const book = makeWorkbook(
    [
      {
        name: "Members",
        data: header() + row(2, cell, "Ana Ruiz", '<c s="2"><v>2065550101</v></c>', "North"),
      },
    ],
    strings,
  );
  const { table } = await readList(book);
  expect(table.rows.map(({ cells }) => cells.map(tidy))).toEqual([
    [shown, "Ana Ruiz", "(206) 555-0101", "North"],
  ]);
});

test("a date is what Excel shows, in a format of its own too", async () => {
  const data = header() + row(2, "1001", '<c s="5"><v>46082</v></c>', "", "North");
  const { members } = await readList(makeWorkbook([{ name: "Members", data }]));
  expect(members).toEqual(["1001 Mar-26 null North"]);
});

test("the sheet that was read is named, and those that were not", async () => {
  const sheets = [
    { name: "Notes", data: row(1, "Call the plumber") },
    { name: "Old &amp; gone", data: header() + row(2, "9", "Gone", "", "North"), isHidden: true },
    { name: "Members", data: row(1, "Members 2026") + header(3) + ana(4) },
    { name: "Empty", data: "" },
  ];
  const { members, said, rows } = await readList(makeWorkbook(sheets));
  expect(members).toEqual([Ana]);
  expect(rows).toMatchObject([{ line: 4 }]);
  expect(said).toEqual([
    'Read as the sheet "Members" of an Excel workbook: 4 lines, the column names on line 3, 1 row, 1 blank, 1 left out.',
    '  Line 1 was left out: it stands above the column names: "Members 2026".',
    '  The sheet "Notes" was not read.',
    '  The sheet "Old & gone" was not read.',
  ]);
});

test.each<[what: string, data: string, after: string, refused: RegExp[]]>([
  [
    "a formula without a result",
    row(3, "1002", "Ben Ode", "<c><f>Sheet2!A1</f></c>", "South"),
    "",
    [/^3: .*formula whose result is not in the file/],
  ],
  [
    "a zone merged over two rows",
    row(3, "1002", "Ben", "", "South") + row(4, "1003", "Cy", ""),
    '<mergeCells count="1"><mergeCell ref="D3:D4"/></mergeCells>',
    [/^3: .*merged.*fill in each row/, /^4: .*merged/],
  ],
  [
    "an error of Excel's",
    row(3, "1002", '<c t="e"><v>#REF!</v></c>', "", "South"),
    "",
    [/^3: .*error of Excel's/],
  ],
  ["a ditto mark", row(3, "1002", "Ben", "&quot;", "&quot;"), "", [/^3: .*mark.*no zone/]],
])("a row that can't be trusted is refused by its line: %s", async (_, data, after, refused) => {
  const read = await readList(makeWorkbook([{ name: "Members", data: header() + ana() + data, after }]));
  expect(read.members).toEqual([Ana]);
  expect(read.refused).toEqual(refused.map((reason) => expect.stringMatching(reason)));
});

test("notes beside the list are no part of it", async () => {
  const data = header() + row(2, "1001", "Ana Ruiz", "206-555-0101", "North", "", "", "call first");
  expect((await readList(makeWorkbook([{ name: "Members", data }]))).members).toEqual([Ana]);
});

test("an empty result, a title over several columns and a picture do no harm", async () => {
  const data =
    row(1, "Members", "", "") +
    header(2) +
    row(3, "1001", "Ana Ruiz", "206-555-0101", "North", '<c t="str"><f>""</f><v></v></c>');
  const after = '<mergeCells count="1"><mergeCell ref="A1:E1"/></mergeCells>';
  const { members, refused } = await readList(
    makeWorkbook([{ name: "Members", data, after }], [], { "xl/media/image1.png": new Uint8Array(1000) }),
  );
  expect({ members, refused }).toEqual({ members: [Ana], refused: [] });
});

/** Nothing but a format in each: what is left below a list that was formatted down to the end. */
const EMPTY = '<row><c s="1"/></row>';

test.each<[what: string, sheet: string]>([
  ["a million rows", EMPTY.repeat(1_000_000)],
  ["cells without end", `<row r="3">${'<c s="1"/>'.repeat(700_000)}</row>`],
])("what unpacks to more than a list has is refused, and takes no memory: %s", async (_, data) => {
  const book = makeWorkbook([{ name: "Members", data: header() + ana() + data }]);
  const before = process.memoryUsage().rss;
  await expect(readList(book)).rejects.toThrow(/holds more than a member list can.*CSV UTF-8/);
  expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
});

/** Seconds of the processor. Instrumented by `npm run mutants` it takes more than one. */
const AT_ONCE = 3;

/** What the reading of a workbook takes. */
async function measure(book: Uint8Array) {
  const [memory, cpu] = [process.memoryUsage().rss, process.cpuUsage()];
  const read = await readList(book).catch((error: unknown) => error);
  const { user, system } = process.cpuUsage(cpu);
  return { read, seconds: (user + system) / 1e6, megabytes: (process.memoryUsage().rss - memory) / 1e6 };
}

const MANY = Array.from(
  { length: 20_000 },
  (_, at) => `<row r="${at + 3}"><c r="A${at + 3}"><v>1</v></c></row>`,
).join("");
const alone = (line: number, text = "note") =>
  `<row r="${line}"><c r="A${line}" t="inlineStr"><is><t>${text}</t></is></c></row>`;

test.each<[what: string, line: number]>([
  ["far below the list", 130_000],
  ["in Excel's last row", 1_048_576],
])("a cell that stands alone %s does no harm, and is named", async (_, line) => {
  const { read, seconds, megabytes } = await measure(
    makeWorkbook([{ name: "Members", data: header() + ana() + alone(line) }]),
  );
  expect(read).toMatchObject({
    members: [Ana],
    refused: [expect.stringMatching(new RegExp(`^${line}: There is no name`))],
    account: { lines: line, blank: line - 3 },
  });
  expect(seconds).toBeLessThan(AT_ONCE);
  expect(megabytes).toBeLessThan(100);
});

const members = (data: string, after = "") =>
  makeWorkbook([{ name: "Members", data: header() + ana() + data, after }]);
const merges = (count: number, area: (at: number) => string) =>
  `<mergeCells>${Array.from({ length: count }, (_, at) => `<mergeCell ref="${area(at)}"/>`).join("")}</mergeCells>`;
const LONG = "x".repeat(30_000);

test.each<[what: string, book: Uint8Array, reason: RegExp]>([
  ["a row beyond Excel's last", members(alone(5_000_000)), /damaged or not complete/],
  ["a row far beyond it", members(alone(100_000_000)), /damaged or not complete/],
  ["a row that no number counts", members(alone(1e22)), /damaged or not complete/],
  [
    "the same cells merged again and again",
    members(
      MANY,
      merges(40_000, () => "A2:A1048576"),
    ),
    /more than a member list/,
  ],
  [
    "cells whose tag has another prefix than the sheet's",
    makeWorkbook([{ name: "Members", data: "" }], [], {
      "xl/worksheets/sheet1.xml": strToU8(
        `<x:worksheet xmlns:x="a"><x:sheetData><row r="1">${"<c/>".repeat(700_000)}</row></x:sheetData></x:worksheet>`,
      ),
    }),
    /more than a member list/,
  ],
  [
    "one long text in a thousand cells",
    makeWorkbook(
      [
        {
          name: "Members",
          data:
            header() + Array.from({ length: 1000 }, (_, at) => row(at + 2, '<c t="s"><v>0</v></c>')).join(""),
        },
      ],
      [`<t>${LONG}</t>`],
    ),
    /more than a member list/,
  ],
  ["a text that is longer than a cell's", members(alone(3, "x".repeat(40_000))), /more than a member list/],
  [
    "a format that makes a long text of each number",
    makeWorkbook([{ name: "Members", data: header() + ana() + row(3, '<c s="1"><v>1</v></c>') }], [], {
      "xl/styles.xml": strToU8(
        `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="&quot;${LONG}&quot;0"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`,
      ),
    }),
    /more than a member list/,
  ],
])("what would use up the machine is refused in plain words, at once: %s", async (_, book, reason) => {
  const { read, seconds, megabytes } = await measure(book);
  expect(read).toBeInstanceOf(UnreadableFile);
  expect(String(read)).toMatch(reason);
  expect(seconds).toBeLessThan(AT_ONCE);
  expect(megabytes).toBeLessThan(100);
});

test("a list with thousands of merged cells is read, and each of their rows refused", async () => {
  const data = Array.from({ length: 6000 }, (_, at) =>
    row(at + 2, String(1001 + at), "Ana Ruiz", "", "North"),
  ).join("");
  const after = merges(3000, (at) => `D${at * 2 + 2}:D${at * 2 + 3}`);
  const { refused, members } = await readList(
    makeWorkbook([{ name: "Members", data: header() + data, after }]),
  );
  expect({ members: members.length, refused: refused.length }).toEqual({ members: 0, refused: 6000 });
});

test("a thousand columns are refused", async () => {
  const cells = Array.from({ length: 1000 }, (_, at) => `<c><v>${at}</v></c>`).join("");
  const book = makeWorkbook([{ name: "Members", data: `${header()}<row r="2">${cells}</row>` }]);
  await expect(readList(book)).rejects.toThrow("more than 200 columns");
});

/** The same ZIP, whose table of contents says another size of a part than it has. */
function lie(book: Uint8Array, name: string, size: number): Buffer {
  const bytes = Buffer.from(book);
  const at = bytes.lastIndexOf(name) - 46;
  bytes.writeUInt32LE(size, at + 24);
  return bytes;
}

test("what says that it is larger than a list is not unpacked, nor what is larger than it says", async () => {
  const name = "xl/worksheets/sheet1.xml";
  const large = makeWorkbook([{ name: "Members", data: "" }], [], {
    [name]: new Uint8Array(30_000_000).fill(97),
  });
  await expect(readList(lie(large, name, 70_000_000))).rejects.toThrow("holds more than a member list can");
  const before = process.memoryUsage().rss;
  await expect(readList(lie(large, name, 5000))).rejects.toThrow("damaged or not complete");
  expect(process.memoryUsage().rss - before).toBeLessThan(25_000_000);
});

const book = makeWorkbook([{ name: "Members", data: header() + ana() }]);

test("a workbook that is damaged is refused: not one digit of a phone may change", async () => {
  const stored = Buffer.from(zipSync(unzipSync(book), { level: 0 }));
  stored[stored.indexOf("0101")] = "9".charCodeAt(0);
  await expect(readList(stored)).rejects.toThrow("damaged or not complete");
  for (const length of [3, 30, 500, book.length - 30]) {
    await expect(readList(book.subarray(0, length))).rejects.toThrow("damaged or not complete");
  }
});

test.each<[kind: string, names: string[], words: string]>([
  [".xlsb", ["[Content_Types].xml", "xl/workbook.bin"], "binary form (.xlsb)"],
  [".ods", ["mimetype", "content.xml"], "OpenDocument file (.ods)"],
  [".numbers", ["Index/Document.iwa", "preview.jpg"], "Numbers document"],
  [".docx", ["word/document.xml"], "Word document"],
  ["a packed list", ["members.csv"], "take the list out"],
  ["anything", ["a.bin"], "ZIP file"],
])("%s is refused with what to do instead", async (_, names, words) => {
  const packed = zipSync(Object.fromEntries(names.map((name) => [name, strToU8("x")])));
  const refusal = expect(readList(packed)).rejects;
  await refusal.toThrow(words);
});

test("an empty workbook says so", async () => {
  await expect(readList(makeWorkbook([{ name: "Sheet1", data: "" }]))).rejects.toThrow(
    "This workbook is empty.",
  );
});

import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { list, readList } from "../../../helpers/lists.ts";

const ana = "1001,Ana Ruiz,206-555-0101,North";
const ben = "1002,Ben Ode,206-555-0102,South";
const cy = "1003,Cy Park,206-555-0103,North";
const eli = "1005,Eli Moss,206-555-0105,North";
const [Ana, Ben, Cy, Eli] = [ana, ben, cy, eli].map((row) =>
  row.replace(/206-555-/, "+1206555").replaceAll(",", " "),
);

test.each<[what: string, row: string, name: string]>([
  ["an inch mark", '1004,Di 5" main,206-555-0104,South', 'Di 5" main'],
  ["a mark in mid-cell", '1004,Di"Lee,206-555-0104,South', 'Di"Lee'],
  ["a nickname, unquoted", '1004,"Bud" Lee,206-555-0104,South', '"Bud" Lee'],
  ["a nickname within quotes, not doubled", '1004,"Di "Bud" Lee",206-555-0104,South', 'Di "Bud" Lee'],
  ["an inch mark within quotes, not doubled", '1004,"Di 5" main",206-555-0104,South', 'Di 5" main'],
  ["marks that are doubled", '1004,"Di ""Bud"" Lee",206-555-0104,"South"', 'Di "Bud" Lee'],
  ["a space before the quotes", '1004, "Lee, Di", 206-555-0104, "South"', "Lee, Di"],
  ["a space after the quotes", '"1004" ,"Lee, Di" ,"206-555-0104" ,"South"', "Lee, Di"],
  ["cells wrapped for Excel", '="1004",="Lee, Di",="206-555-0104",="South"', "Lee, Di"],
  ["the whole row in quotes", '"1004,Di Lee,206-555-0104,South"', "Di Lee"],
  ["semicolons on one line", "1004;Di Lee;206-555-0104;South", "Di Lee"],
])("%s is read as it was meant", async (_, row, name) => {
  const { members, refused } = await readList(list(ana, row, cy));
  expect({ members, refused }).toEqual({
    members: [Ana, `1004 ${name} +12065550104 South`, Cy],
    refused: [],
  });
});

test.each<[what: string, rows: string[], members: (string | undefined)[], refused: number[]]>([
  ["an opening mark that none closes", ['1002,"Ben Ode,206-555-0102,South'], [Ana, Cy, Eli], [3]],
  [
    "one before a row with quotes",
    ['1002,"Ben,206-555-0102,South', '1009,"Flo",206-555-0109,South'],
    [Ana, "1009 Flo +12065550109 South", Cy, Eli],
    [3],
  ],
  ["a ditto mark", ['1002,Ben Ode,",South'], [Ana, Cy, Eli], [3]],
  [
    "two ditto marks below each other",
    ['1002,Ben Ode,",South', '1004,Di Lee,",North'],
    [Ana, Cy, Eli],
    [3, 4],
  ],
  [
    "two ditto marks with rows between",
    ['1002,Ben Ode,",South', eli, '1004,Di Lee,",North'],
    [Ana, Eli, Cy],
    [3, 5],
  ],
  ["two ditto marks in a row", ['1002,Ben Ode,",",'], [Ana, Cy, Eli], [3]],
  [
    "an open mark, and one that seems to close it",
    ['1002,"Ben,206-555-0102,South', '1004,Di",206-555-0104,North'],
    [Ana, Cy, Eli],
    [3, 4],
  ],
  [
    "an open mark in a row cut short, and one that seems to close it",
    ['1002,"Ben,206-555-0102', '1004,Di",206-555-0104,North'],
    [Ana, Cy, Eli],
    [3, 4],
  ],
  [
    "a row that would become a zone",
    ['1002,Ben,206-555-0102,"South', '1004,Di,206-555-0104,North"'],
    [Ana, Cy, Eli],
    [3, 4],
  ],
  [
    "a row that would become an account",
    ['"1002,Ben,206-555-0102,South', '1004",Di,206-555-0104,North'],
    [Ana, Cy, Eli],
    [3, 4],
  ],
  ["marks around two cells", ['1002,"Ben Ode,206-555-0102",South'], [Ana, Cy, Eli], [3]],
  [
    "an inch mark beside a comma within quotes",
    ['1002,"5" pipe, Ben",206-555-0102,South'],
    [Ana, Cy, Eli],
    [3],
  ],
])(
  "%s: the lines are refused by name, and nobody gets another's phone or zone",
  async (_, rows, members, refused) => {
    const read = await readList(list(ana, ...rows, cy, eli));
    expect(read.members.toSorted()).toEqual(members.toSorted());
    expect(read.refused.map((each) => Number.parseInt(each, 10))).toEqual(refused);
  },
);

const wide = "Account,Name,Zone,Phone,A,B,C,D,E";
const wideNotes = "Account,Name,Phone,Zone,A,B,C,D,E";

test.each<[what: string, header: string, harmed: [string, string]]>([
  ["a zone", wide, ['1002,Leo,"North,206-555-0143,,,,,', '1003,Eva,South",206-555-0144,,,,,']],
  ["a note", wideNotes, ['1002,Leo,206-555-0143,North,"x,,,,', '1003,Eva,206-555-0144,North",,,,']],
  [
    "a zone, with a separator more",
    wide,
    ['1002,Leo,"North,206-555-0143,,,,,', '1003,Eva,South",206-555-0144,,,,,,'],
  ],
  ["a name", wide, ['1002,"Leo,North,206-555-0143,,,,,', '1003,Eva",South,206-555-0144,,,,,']],
  ["the last note", wideNotes, ['1002,Leo,206-555-0143,North,,,,,"x', '1003,Eva,206-555-0144,North,,,,,y"']],
])(
  "in a wide file with few cells filled, no quotation mark swallows a row: %s",
  async (_, header, harmed) => {
    const [zone, phone] = header === wide ? [2, 3] : [3, 2];
    const normal = Array.from({ length: 6 }, (_, at) => {
      const cells = [String(2001 + at), `Mem ${at}`, "", "", "", "", "", "", ""];
      cells[zone] = "North";
      cells[phone] = `206-555-021${at}`;
      return cells.join(",");
    });
    const { writes, refused } = await readList([header, ...harmed, ...normal, ""].join("\n"));
    for (const { account, phone, zone } of writes) {
      expect([account, zone]).toEqual([account, account === "1003" ? "South" : "North"]);
      if (Number(account) < 2000) expect(phone).toBe(account === "1002" ? "+12065550143" : "+12065550144");
    }
    expect(writes.filter(({ account }) => Number(account) > 2000)).toHaveLength(6);
    const told = [...writes.map(({ account }) => account), ...refused].join();
    expect(told).toMatch(/1002|2: /);
    expect(told).toMatch(/1003|3: /);
  },
);

test("a row of several lines that is refused names all of them", async () => {
  const { refused } = await readList(list(ana, '1002,"Ben\nOde",206-555-0102,', cy, eli));
  expect(refused).toEqual([expect.stringMatching(/^3: There is no zone.* It stands on lines 3 to 4\.$/)]);
});

test("a row that can't be read says that its No was not counted", async () => {
  const { refused } = await readList(
    [
      "Account,Name,Phone,Zone,Do not text",
      '2,"Leo,206-555-0143,North,x',
      `${ana},`,
      `${cy},`,
      `${eli},`,
      "",
    ].join("\n"),
  );
  expect(refused).toEqual([expect.stringMatching(/^2: .*If it says No to texts, that was not counted\.$/)]);
  expect((await readList(list('1002,"Ben,206-555-0102,South', ana, cy))).refused.join()).not.toContain(
    "No to",
  );
});

test.each<[what: string, text: string, reason: string]>([
  [
    "into a column without a name",
    list(`${ana},`, "1002,Ode, Ben,206-555-0102,South", `${cy},`).replace("Zone", "Zone,"),
    "more cells than there are columns with a name",
  ],
  [
    "into a column that is mostly empty",
    `${list(ana, "1002,Ode, Ben,206-555-0102,South", cy).replace("Zone", "Zone,Notes")}`,
    "have moved",
  ],
])("cells that a comma has moved on are not believed: %s", async (_, text, reason) => {
  const { members, refused } = await readList(text);
  expect(members).toEqual([Ana, Cy]);
  expect(refused).toEqual([expect.stringContaining(reason)]);
});

test("the reason names the mark, and the line that it stands on", async () => {
  const { refused } = await readList(
    list(ana, '1002,"Ben,206-555-0102,South', '1004,Di",206-555-0104,North', cy, eli),
  );
  expect(refused).toEqual([
    expect.stringMatching(/^3: A quotation mark opens a cell here and is not closed.*Take the mark out/),
    expect.stringMatching(/^4: Nobody can tell whether this line is a row of its own.*on line 3/),
  ]);
});

test("marks that come in no pairs are named as such", async () => {
  for (const row of ['1002,"Ben Ode,206-555-0102",South', '1002,"5" pipe, Ben",206-555-0102,South']) {
    const { refused } = await readList(list(ana, row, cy, eli));
    expect(refused).toEqual([
      expect.stringMatching(/^3: The quotation marks on this line don't come in pairs.*double each one/),
    ]);
  }
});

test("up to the mark that may close a cell each line is in doubt, and after it none", async () => {
  const { members, refused } = await readList(
    list(ana, '1002,"Ben,206-555-0102,South', eli, "1006", '1004,Di",206-555-0104,North', "1007", cy),
  );
  expect(members).toEqual([Ana, Eli, Cy]);
  expect(refused).toEqual([
    expect.stringMatching(/^3: A quotation mark opens a cell here/),
    expect.stringMatching(/^5: Nobody can tell.*on line 3/),
    expect.stringMatching(/^6: Nobody can tell.*on line 3/),
    expect.stringMatching(/^7: (?!Nobody can tell)/),
  ]);
});

test("where no mark may close a cell, the first good row ends the doubt", async () => {
  const { refused } = await readList(list(ana, '1002,"Ben,206-555-0102,South', "1006", eli, "1007", cy));
  expect(refused).toEqual([
    expect.stringMatching(/^3: A quotation mark opens a cell here/),
    expect.stringMatching(/^4: Nobody can tell.*on line 3/),
    expect.stringMatching(/^6: (?!Nobody can tell)/),
  ]);
});

test("a row of several lines is refused for letters that are garbled on any of them", async () => {
  for (const name of ["PeÃ±a\nBen", "Ben\nPeÃ±a"]) {
    const { members, refused } = await readList(list(ana, `1002,"${name}",206-555-0102,South`, cy, eli));
    expect(members).toEqual([Ana, Cy, Eli]);
    expect(refused).toEqual([expect.stringMatching(/^3: .*garbled by a program/)]);
  }
});

test("a line of one cell is no blank one: it is refused by its number", async () => {
  const { members, refused, account } = await readList(list(ana, "1002 Ben Ode", cy));
  expect(members).toEqual([Ana, Cy]);
  expect(refused).toEqual([expect.stringMatching(/^3: /)]);
  expect(account.blank).toBe(0);
});

test("an open mark far down loses no row after it", async () => {
  const many = Array.from(
    { length: 300 },
    (_, at) => `${2000 + at},Member ${at},206-555-01${String(at % 100).padStart(2, "0")},North`,
  );
  const { members, refused } = await readList(
    list(...many.slice(0, 50), '9,"Open,206-555-0109,South', ...many.slice(50)),
  );
  expect(members).toHaveLength(300);
  expect(refused).toEqual([expect.stringMatching(/^52: /)]);
});

const addressed = (...rows: string[]) => ["Account,Name,Address,Phone,Zone", ...rows, ""].join("\n");
const withAddress = (address: string) => `1002,Ben Ode,${address},206-555-0102,South`;

test.each([
  ["two lines", '"12 Main St\nUnit 4"'],
  ["commas on both", '"12 Main St, Box 3\nSpringfield, CO 80100"'],
  ["commas, a town and a country", '"12 Main St, Rear\nSpringfield, CO, USA"'],
  ["a house number that might be an account", '"Sunny Acres\n1500"'],
  ["a blank line within", '"12 Main St\n\nUnit 4"'],
  ["marks within", '"The ""Old"" Mill\nUnit 4"'],
])("an address of several lines is one cell: %s", async (_, address) => {
  const others = [
    "1001,Ana Ruiz,9 Oak Ave,206-555-0101,North",
    "1003,Cy Park,1 River Road,206-555-0103,North",
    "1005,Eli Moss,77 Elm St,206-555-0105,North",
  ];
  const { members, refused, account } = await readList(
    addressed(...others.slice(0, 1), withAddress(address), ...others.slice(1)),
  );
  expect(refused).toEqual([]);
  expect(members).toEqual([Ana, Ben, Cy, Eli]);
  expect(account.ofSeveralLines).toBe(1);
});

test("a line break that no quotes protect tears a row: both lines are named", async () => {
  const rows = (...torn: string[]) =>
    [
      "Account,Name,Zone,Notes,Phone",
      "1001,Ana,North,,206-555-0101",
      "1003,Cy,North,,206-555-0103",
      "1005,Eli,North,x,206-555-0105",
      ...torn,
      "",
    ].join("\n");
  const { members, refused } = await readList(
    rows("1002,Ben,South,call", "first,206-555-0102", "1006,Flo,South,,206-555-0106"),
  );
  expect(members).toHaveLength(4);
  expect(refused).toEqual([
    expect.stringMatching(/^5: Lines 5 and 6 look like one row/),
    expect.stringMatching(/^6: Lines 5 and 6/),
  ]);
  // A program that leaves out what is empty at the end tears nothing.
  expect((await readList(rows("1002,Ben,South", "1006,Flo,South"))).members).toHaveLength(5);
});

test("short lines that don't make one row are no torn one", async () => {
  const notes = (...rows: string[]) => ["Account,Name,Zone,Notes,Phone", ...rows, ""].join("\n");
  const whole = [
    "1001,Ana,North,x,206-555-0101",
    "1003,Cy,North,y,206-555-0103",
    "1005,Eli,North,z,206-555-0105",
  ];
  const few = await readList(notes(...whole, "1002,Ben", "later,x"));
  expect(few.refused).toHaveLength(2);
  expect(few.refused.join()).not.toContain("look like one row");
  // Where a row ends early without a word missing, so may these.
  const early = await readList(
    notes(...whole, "1006,Flo,South", "", "1002,Ben,South,call", "first,206-555-0102"),
  );
  expect(early.refused.join()).not.toContain("look like one row");
});

test("where rows end early, the last of a file without a line end is not cut off", async () => {
  const noted = [ana, ben, cy].map((row) => `${row},late payer`);
  const early = "1004,Di Lee,206-555-0104,North";
  const { refused } = await readList(["Account,Name,Phone,Zone,Notes", ...noted, early, eli].join("\n"));
  expect(refused).toEqual([]);
});

test.each([
  ["CRLF in the header, LF in the rows", `Account,Name,Phone,Zone\r\n${ana}\n${ben}\n${cy}\n`],
  ["LF in the header, CRLF in the rows", `Account,Name,Phone,Zone\n${ana}\r\n${ben}\r\n${cy}\r\n`],
  ["a lone CR among them", `Account,Name,Phone,Zone\r${ana}\n${ben}\r\n${cy}`],
  ["CR alone", `Account,Name,Phone,Zone\r${ana}\r${ben}\r${cy}\r`],
  ["sep=;", `sep=;\n${[`Account,Name,Phone,Zone`, ana, ben, cy].join("\n").replaceAll(",", ";")}\n`],
  ["sep=, with a mark before it", `\ufeffsep=,\r\nAccount,Name,Phone,Zone\r\n${ana}\r\n${ben}\r\n${cy}\r\n`],
  ["a sep= that is not true", `sep=;\n${list(ana, ben, cy)}`],
  ["sep=| and bars", `"sep=|"\n${list(ana, ben, cy).replaceAll(",", "|")}`],
  [
    "a title with commas above semicolons",
    `Members, as of March 3, 2026, all zones, sorted\n\n${list(ana, ben, cy).replaceAll(",", ";")}`,
  ],
  ["titles above the column names", `Sunny Acres Water Co-op\nMember list,,,\n,,,\n${list(ana, ben, cy)}`],
  ["a title with an open mark", `The "Sunny Acres" list\n"Printed for the board\n${list(ana, ben, cy)}`],
  [
    "commas in cells between tabs",
    list(ana, ben, cy).replaceAll(",", "\t").replace("Ana Ruiz", "Ana Ruiz, Jr, Sr, III"),
  ],
  [
    "column names with commas, rows with semicolons",
    `Account,Name,Phone,Zone\n${[ana, ben, cy].join("\n").replaceAll(",", ";")}\n`,
  ],
  [
    "column names again on each page",
    list(ana, "Account,Name,Phone,Zone", ben, "Account,Name,Phone,Zone", cy),
  ],
  ["a column name on two lines", list(ana, ben, cy).replace("Phone", '"Phone\n(mobile)"')],
  ["separators at the end of rows, a total without", list(`${ana},`, `${ben},`, `${cy},`, "Total: 3")],
])("the whole file is looked at, and not its first line: %s", async (_, text) => {
  const { members } = await readList(text);
  expect(members.map((each) => each.replace(", Jr, Sr, III", ""))).toEqual([Ana, Ben, Cy]);
});

test("rows below other column names are not read by the first ones", async () => {
  const { members, refused } = await readList(
    list(ana, "Account,Zone,Name,Phone", "1002,South,Ben Ode,206-555-0102"),
  );
  expect(members).toEqual([Ana]);
  expect(refused).toEqual([
    expect.stringMatching(/^3: .*other column names/),
    expect.stringMatching(/^4: .*those on line 3/),
  ]);
});

test("a file that was cut off says so, in the middle of a row or not", async () => {
  const cut = async (text: string) => readList(list(ana, ben, cy).trimEnd().slice(0, -text.length));
  expect((await cut(",North")).refused).toEqual([
    expect.stringMatching(/^4: The file ends in the middle of this row/),
  ]);
  expect((await cut("rth")).said.join("\n")).toContain("The last line, 4, has no line end");
  expect((await readList(list(ana, ben, cy))).said.join("\n")).not.toContain("cut off");
});

test("every line is accounted for", async () => {
  const text = [
    "sep=,",
    "Members 2026",
    "",
    "Account,Name,Phone,Zone,Notes",
    `${ana},"late`,
    'payer"',
    ",,,,",
    ben,
    ",,,,Total: 2",
    "",
  ].join("\n");
  expect((await readList(text)).said).toEqual([
    "Read as CSV in UTF-8, separated by commas: 9 lines, the column names on line 4, 2 rows (1 of several lines), 2 blank, 3 left out.",
    "  Line 1 was left out: it only names the separator.",
    '  Line 2 was left out: it stands above the column names: "Members 2026".',
    '  Line 9 was left out: it says nothing of a member: "Total: 2".',
  ]);
});

const real = new URL("../../../../../shared/data/lists/", import.meta.url);
if (existsSync(real))
  test("lists as people have them", async () => {
    const open = async (name: string) => readList(readFileSync(new URL(name, real)));
    const marks = await open("one-open-quote.csv");
    expect(marks.members).toEqual([Ben, Cy, '1004 Di"Lee +12065550104 South', Eli]);
    expect(marks.refused).toEqual([expect.stringMatching(/^2: /)]);
    expect((await open("crlf-header-lf-rows.csv")).members).toEqual([Ana, Ben, Cy]);
    expect((await open("excel-text-formulas.csv")).members).toEqual([
      "00101 Ana Ruiz +12065550101 North",
      "00102 Ben Ode +12065550102 South",
    ]);
    const letters = await open("utf8-and-one-1252-byte.csv");
    expect(letters.members).toEqual([
      "1001 José Ruiz +12065550101 Cañada",
      "1002 Ana Peña +12065550102 Cañada",
    ]);
    expect(letters.said.join()).toContain('"Peña" on line 3');
  });

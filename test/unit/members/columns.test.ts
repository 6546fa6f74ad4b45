import { expect, test } from "vitest";
import { readMembers, scoreHeader } from "../../../src/members/columns.ts";
import { readTable } from "../../../src/members/read/table.ts";

const read = async (...lines: string[]) =>
  readMembers(await readTable(new TextEncoder().encode(`${lines.join("\n")}\n`), scoreHeader)).rows;

test.each([
  "Account,Name,Phone,Zone,Language",
  "account,name,phone,zone,language",
  "Member #,Full Name,Mobile Phone,Service Area,Lang",
  "Acct No.,Member Name,Cell,Area,Preferred Language",
  "Account Number,Customer Name,Phone Number,Zone Name,Language Code",
  "account_number,name,CellPhone,ServiceZone,language",
  "ID,Name,Phone (mobile),District,Idioma",
  " ACCOUNT ,NAME,Tel.,ZONE,LANGUAGE",
])("recognizes the columns %s", async (header) => {
  expect(await read(header, "1001,Ana Ruiz,206-555-0142,North,es")).toMatchObject([
    { account: "1001", name: "Ana Ruiz", phone: "206-555-0142", zone: "North", language: "es", line: 2 },
  ]);
});

test("first and last name make the name, wherever they stand", async () => {
  expect(await read("Last Name,Account,First Name,Zone,Phone", "Ruiz,1,Ana,North,")).toMatchObject([
    { name: "Ana Ruiz", language: undefined },
  ]);
});

test("the mobile's column goes before the others, also when it is empty", async () => {
  const rows = await read(
    "Account,Name,Home Phone,Phone,Mobile,Zone",
    "1,Ana,206-555-0101,206-555-0102,206-555-0103,North",
    "2,Ben,206-555-0101,,n/a,North",
  );
  expect(rows).toMatchObject([
    { phone: "206-555-0103", otherPhoneOnly: false },
    { phone: "n/a", otherPhoneOnly: true },
  ]);
});

test.each([
  ["Phone,Mobile", "206-555-0142,", "206-555-0143,", ["206-555-0142", "206-555-0143"]],
  ["Phone,Phone", ",206-555-0142", ",206-555-0143", ["206-555-0142", "206-555-0143"]],
  ["Phone,Mobile", "206-555-0142,", "206-555-0143,206-555-0144", ["", "206-555-0144"]],
  ["Home Phone,Mobile", "206-555-0142,", "206-555-0143,", ["", ""]],
  ["Home Phone,Notes", "206-555-0142,", "206-555-0143,", ["206-555-0142", "206-555-0143"]],
  ["Phone,SMS No", "206-555-0142,*", "206-555-0143,2026-03-01", ["206-555-0142", "206-555-0143"]],
  ["Phone,Mobile", "206-555-0142,n/a", "206-555-0143,none", ["206-555-0142", "206-555-0143"]],
  ["Cell,Notes", "none,", "555-0143,", ["none", "555-0143"]],
  ["Cell,Notes", "none,", "0143,", ["none", "0143"]],
  ["Cell,Notes", "N,", "206-555-0143,", ["N", "206-555-0143"]],
])(
  "the columns %s: one that is empty throughout leaves the phones to another, but for the home's",
  async (header, first, second, phones) => {
    const rows = await read(`Account,Name,Zone,${header}`, `1,Ana,North,${first}`, `2,Ben,North,${second}`);
    expect(rows.map(({ phone }) => phone)).toEqual(phones);
  },
);

test.each([
  ["Opt-In", "No", true],
  ["SMS consent", "n", true],
  ["Opt-In", "Yes", false],
  ["Opt-In", "", false],
  ["Opt-In", "No idea", false],
  ["Opted out", "Yes", true],
  ["Opt-out", "No", false],
  ["Notes", "No", undefined],
])("a column %s that says %j: no texts is %s", async (header, cell, saysNoTexts) => {
  expect(await read(`Account,Name,Phone,Zone,${header}`, `1,Ana,,North,${cell}`)).toMatchObject([
    { saysNoTexts },
  ]);
});

test("cells are tidied, blank rows and totals left out", async () => {
  const rows = await read(
    "Account,Name,Phone,Zone,Notes",
    '"\u202a1\u202c"," Ana \n Ruiz\u00a0",,North  Ridge,',
    ",,,,",
    ",,,,Total: 1",
  );
  expect(rows).toMatchObject([{ account: "1", name: "Ana Ruiz", zone: "North Ridge" }]);
});

test.each([
  ["a comma in a cell", ["1,Ruiz, Ana,,North", "2,Ben,,North"], [true, false]],
  ["a comma in a cell, and a blank cell at the end", ["1,Ruiz, Ana,North,", "2,Ben,,North"], [true, false]],
  ["a separator at the end of every row", ["1,Ana,,North,", "2,Ben,,North,"], [false, false]],
  ["a comma in the only row", ["1,Ruiz, Ana,,North"], [true]],
  ["a row cut short", ["1,Ana", "2,Ben,,North"], [false, false]],
])("%s: nobody knows which cell means what, or everybody does", async (_, lines, overflows) => {
  const rows = await read("Account,Name,Phone,Zone", ...lines);
  expect(rows.map((row) => row.overflows)).toEqual(overflows);
});

test("a missing column is named, beside those that were found", async () => {
  await expect(read("Acct,Street,Phone", "1,Main,206-555-0142")).rejects.toThrow(
    'no column for the name and the zone. Its first row is "Acct", "Street", "Phone".',
  );
});

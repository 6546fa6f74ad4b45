// Account numbers as spreadsheets leave them.
import { expect, test } from "vitest";
import {
  isNameLike,
  looseAccount,
  recognizeAccounts,
  whySpoilt,
  withoutDecimals,
} from "../../../src/members/accounts/recognize.ts";
import { compareNumbering, createKnownPeople, nameKey } from "../../../src/members/accounts/renumber.ts";
import type { MemberRow } from "../../../src/members/columns.ts";
import { tidy } from "../../../src/members/columns.ts";
import { type Member, planImport } from "../../../src/members/plan.ts";

const member = (
  account: string,
  name = `Member ${account}`,
  phone: string | null = "+12065550142",
): Member => ({
  account,
  name,
  phone,
  zone: "North",
  language: null,
});
const row = (line: number, account: string, name: string, phone = "206-555-0142"): MemberRow => ({
  line,
  lastLine: line,
  account,
  name,
  phone,
  otherPhoneOnly: false,
  otherPhones: [],
  zone: "North",
  language: undefined,
  saysNoTexts: undefined,
  noSince: undefined,
  overflows: false,
  elsewhere: [],
  problem: undefined,
});
const plan = (rows: MemberRow[], stored: Member[], isRenumbered = false) =>
  planImport(rows, new Map(stored.map((it) => [it.account, it])), [{ name: "North" }], {
    country: "US",
    plusMeans: () => undefined,
    isRenumbered,
  });

test.each([
  ['="00101"', "00101"],
  ['= "00101"', "00101"],
  ['="Say ""hi"""', 'Say "hi"'],
  ["=101", "101"],
  ["'00101", "00101"],
  ["'Ana Ruiz", "Ana Ruiz"],
  ["'Ana Ruiz'", "Ana Ruiz"],
  ["'t Hooft", "'t Hooft"],
  ["O'Brien", "O'Brien"],
  ["=North", "=North"],
  [" 00101\u00a0", "00101"],
])("the cell %j shows %j", (cell, shown) => {
  expect(tidy(cell)).toBe(shown);
});

test.each<[string, "cut short" | "a date" | undefined]>([
  ["1E+05", "cut short"],
  ["1.23457e+11", "cut short"],
  ["1,2E11", "cut short"],
  ["12E5", "cut short"],
  ["A1E5", undefined],
  ["1E5A", undefined],
  ["E5", undefined],
  ["1-Mar", "a date"],
  ["12-mar", "a date"],
  ["Mar-12", "a date"],
  ["1-Abc", undefined],
  ["A1-Mar", undefined],
  ["001-Mar", undefined],
  ["1-Mar-2", undefined],
  ["31-Feb-x", undefined],
  ["1001", undefined],
  ["1/5/2026", "a date"],
  ["12/31/1999", "a date"],
  ["5.1.2026", "a date"],
  ["12.31.2026", "a date"],
  ["2026-01-05", "a date"],
  ["1999-11-30", "a date"],
  ["2026-10-05 0:00", "a date"],
  ["5-Jan-26", "a date"],
  ["15-January-2026", "a date"],
  ["A1/5/2026", undefined],
  ["1/5/2026A", undefined],
  ["1/5/1826", undefined],
  ["1/5.2026", undefined],
  ["2026-13-05", undefined],
  ["2026-01-45", undefined],
  ["5-Jan-2", undefined],
  ["5-Jan-26x", undefined],
])("of the account %j a spreadsheet has made: %s", (account, what) => {
  const reasons = {
    "cut short": "Excel has cut this account number short. Format the column as Text, and type it again.",
    "a date": "Excel has made a date of this account number. Format the column as Text, and type it again.",
  };
  expect(whySpoilt(account)).toBe(what && reasons[what]);
});

test.each([
  "00101",
  "101",
  " 101 ",
  "10 1",
  "'00101",
  '="00101"',
  "=101",
  '="101',
  "''101",
  "#'101",
  "1\u200b01",
  "1 \n 01",
  "101.0",
  "0101.00",
  "#101",
  "１０１",
])("%j may be account 00101", (written) => {
  expect(looseAccount(written)).toBe(looseAccount("00101"));
});

test.each([
  ["a 12", "A12"],
  ["1,001", "1001"],
  ["12–3", "12-3"],
  ["21,001", "21001"],
  ["321,001,002", "321001002"],
  ["1.000", "1"],
])("%j may be %j", (written, account) => {
  expect(looseAccount(written)).toBe(looseAccount(account));
});

test.each([
  ["A12", "A012"],
  ["1001.1", "1001"],
  ["10-1", "101"],
  ["0", ""],
  ["A1,001", "A1001"],
  ["1,0012", "10012"],
  ["1234,001", "1234001"],
  ["1,001A", "1001A"],
  ["A1.0", "A1"],
  ["1.0A", "1A"],
  ["1.01", "1"],
  ["12'3", "123"],
  ["12#3", "123"],
  ["A=1", "A1"],
  ["1 1", "1"],
])("%j is never %j", (one, other) => {
  expect(looseAccount(one)).not.toBe(looseAccount(other));
});

test("a .0 is a number's, unless accounts of the file have parts", () => {
  expect(withoutDecimals(["1001.0", "1002.00", "A1"])).toEqual(["1001", "1002", "A1"]);
  expect(withoutDecimals(["1001.0", "1001.1"])).toEqual(["1001.0", "1001.1"]);
  expect(withoutDecimals(["1001.0", "1001.01"])).toEqual(["1001.0", "1001.01"]);
  // What only looks like a number's, because it stands within something else, is neither.
  expect(withoutDecimals(["A1.0", "1.0A", "5.0"])).toEqual(["A1.0", "1.0A", "5"]);
  expect(withoutDecimals(["A1.0", "1.00B"])).toEqual(["A1.0", "1.00B"]);
  expect(withoutDecimals(["1001.0", "A1.1", "1002.00"])).toEqual(["1001", "A1.1", "1002"]);
  expect(withoutDecimals(["1002.00", "A1"])).toEqual(["1002", "A1"]);
});

const recognize = (accounts: string[], stored: string[], fitting: string[] = []) =>
  recognizeAccounts(
    accounts.map((account, line) => ({ account, line })),
    new Map(stored.map((account) => [account, account])),
    (_, account) => fitting.includes(account),
  ).map(({ account, refusal }) => (refusal ? "refused" : account));

test.each([
  [["101"], ["00101"], ["00101"], ["00101"]],
  [["101"], ["00101"], [], ["refused"]],
  [["a12"], ["A12"], ["A12"], ["A12"]],
  [["A12"], ["A12"], [], ["A12"]],
  [["101"], ["101", "00101"], [], ["refused"]],
  [["101"], ["101", "00101"], ["00101"], ["00101"]],
  [["101"], ["101", "00101"], ["101", "00101"], ["101"]],
  [["101", "00101"], ["101", "00101"], [], ["101", "00101"]],
  [["0101"], ["101", "00101"], ["101", "00101"], ["refused"]],
  [["00101", "101"], [], [], ["00101", "00101"]],
])("the file has %j, Headgate %j, of which %j fit: %j", (accounts, stored, fitting, expected) => {
  expect(recognize(accounts, stored, fitting)).toEqual(expected);
});

test("two ways of writing are never two members: alike is left alone, other details are refused by line", () => {
  const { outcomes, writes } = plan(
    [
      row(2, "00101", "Ana"),
      row(3, "101", "Ana"),
      row(4, "101", "Ben"),
      row(5, "7", "Cy"),
      row(6, "007", "Cy"),
    ],
    [member("007", "Cy")],
  );
  expect(outcomes.map(({ line, outcome }) => [line, outcome])).toEqual([
    [2, "added"],
    [3, "left alone"],
    [4, "refused"],
    [5, "refused"],
    [6, "left alone"],
  ]);
  expect(outcomes[2]?.notes.join()).toContain("on line 2 already, as 00101");
  expect(outcomes[3]?.notes.join()).toContain("It may be account 007, which has a row of its own");
  expect(writes.map(({ account }) => account)).toEqual(["00101"]);
});

test.each(["1.00E+05", "12-Oct", "Oct-12"])(
  "the account %j is spoilt, and refused with the cure",
  (account) => {
    const { outcomes } = plan([row(2, account, "Ana")], []);
    expect(outcomes).toMatchObject([{ outcome: "refused", notes: [expect.stringContaining("as Text")] }]);
  },
);

const people = ["Ana Ruiz", "Ben Ode", "Cy Park", "Di Lee"];
const stored = people.map((name, at) => member(`${1001 + at}`, name, `+1206555010${at}`));
const numbered = (accounts: string[]) =>
  people.map((name, at) => row(at + 2, accounts[at] ?? "", name, `206-555-010${at}`));

test.each([
  ["all are new", ["2001", "2002", "2003", "2004"], 4],
  ["most are new", ["2001", "2002", "2003", "1004"], 3],
  ["the column was sorted by itself", ["1002", "1003", "1004", "1001"], 4],
])("%s: it is asked whether that is meant", (_, accounts, rows) => {
  expect(plan(numbered(accounts), stored).questions).toMatchObject([{ about: "numbering", rows, of: 4 }]);
});

test.each([
  ["half are new", ["2001", "2002", "1003", "1004"]],
  ["all are as they were", ["1001", "1002", "1003", "1004"]],
])("%s: nothing is asked", (_, accounts) => {
  expect(plan(numbered(accounts), stored).questions).toEqual([]);
});

test("somebody with several accounts is no new numbering", () => {
  const landlord = ["1001", "1002", "1003"].map((account, at) => row(at + 2, account, "Ana Ruiz"));
  const { questions, outcomes } = plan(landlord, [member("1001", "Ana Ruiz")]);
  expect(questions).toEqual([]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["left alone", "added", "added"]);
});

test("a single row is no numbering", () => {
  const { questions, outcomes } = plan(numbered(["2001"]).slice(0, 1), stored);
  expect(questions).toEqual([]);
  expect(outcomes[0]?.notes.join()).toContain("as account 1001");
});

test("one whose account is new, and whose old one is not in the file, is named", () => {
  const { outcomes, questions } = plan(numbered(["2001", "1002", "1003", "1004"]), stored);
  expect(questions).toEqual([]);
  expect(outcomes[0]).toMatchObject({
    outcome: "added",
    notes: [expect.stringContaining("in Headgate as account 1001, which is not in the file")],
  });
});

test("meant, everybody keeps what they are under the new number; what is not certain is refused", () => {
  const changed = plan(numbered(["2001", "1003", "1002", "2004"]), stored, true);
  expect(changed.renumbered).toEqual([
    { from: "1001", to: "2001" },
    { from: "1002", to: "1003" },
    { from: "1003", to: "1002" },
    { from: "1004", to: "2004" },
  ]);
  expect(changed.outcomes.map(({ outcome, notes }) => [outcome, ...notes])).toEqual([
    ["changed", "Account: was 1001."],
    ["changed", "Account: was 1002."],
    ["changed", "Account: was 1003."],
    ["changed", "Account: was 1004."],
  ]);
  expect(changed.notInFile).toEqual([]);
  const twins = [...stored, member("1005", "Ana Ruiz", "+12065550100"), member("2002", "Eve Fox", null)];
  const { outcomes } = plan(numbered(["2001", "2002", "2003", "2004"]), twins, true);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["refused", "refused", "changed", "changed"]);
});

test.each<[what: string, stored: Member[], rows: MemberRow[], refused: number[], accounts: string[]]>([
  ["another person", [member("0101", "Ana Ruiz")], [row(2, "101", "Bob Odd", "206-555-0199")], [2], []],
  [
    "another person before the right one",
    [member("00101", "Ana Ruiz")],
    [row(2, "101", "Bob Odd", "206-555-0199"), row(3, "0101", "Ana Ruiz")],
    [2],
    ["00101"],
  ],
  [
    "a .0 beside parts",
    [member("1001", "Main Office")],
    [row(2, "1001.0", "Bob Odd", "206-555-0199"), row(3, "1001.5", "Cy Park", "206-555-0144")],
    [2],
    ["1001.5"],
  ],
  ["a case", [member("A7", "Ana Ruiz")], [row(2, "a7", "Bob Odd", "206-555-0199")], [2], []],
  [
    "the same name",
    [member("0101", "Ana Ruiz")],
    [row(2, "101", "RUIZ, Ána M.", "206-555-0199")],
    [],
    ["0101"],
  ],
  ["the same phone", [member("0101", "Ana Ruiz")], [row(2, "101", "Ana Hall")], [], ["0101"]],
  [
    "a new tenant, written in full",
    [member("0101", "Ana Ruiz")],
    [row(2, "0101", "Bob Odd", "206-555-0199")],
    [],
    ["0101"],
  ],
])(
  "written otherwise, an account is one's whose name or phone the row has: %s",
  (_, stored, rows, refused, accounts) => {
    const { outcomes, taken, notInFile } = plan(rows, stored);
    const those = outcomes.filter(({ outcome }) => outcome === "refused");
    expect(those.map(({ line }) => line)).toEqual(refused);
    for (const { notes } of those) expect(notes.join()).toMatch(/If it is that account, write /);
    expect(taken.map(({ outcome: { account } }) => account)).toEqual(accounts);
    expect(notInFile).toEqual([]);
  },
);

test("a refused row is told with its account as the file has it", () => {
  const { outcomes } = plan([row(2, "12", "Ana"), row(3, "012", "Ben")], []);
  expect(outcomes[1]).toMatchObject({ account: "012", outcome: "refused" });
  expect(outcomes[1]?.notes.join()).toContain("on line 2 already, as 12");
});

test("a row without an account has none, and nobody's is taken for it", () => {
  expect(recognize([""], ["#"])).toEqual([""]);
  expect(recognize(["", ""], [])).toEqual(["", ""]);
});

test("whose account it may be is said by name, and of two rows the first is the one that is written so", () => {
  const rows = [{ account: "0101", line: 2 }];
  const stored = new Map(["101", "00101", "000101"].map((account) => [account, account]));
  expect(recognizeAccounts(rows, stored, () => false)).toEqual([
    {
      account: "0101",
      refusal:
        "It may be account 101, 00101, or 000101, and neither its name nor its phone tells which. Write the account number in full.",
    },
  ]);
});

test.each([
  ["Ana Ruiz", "ana ruiz"],
  ["  RUIZ,  Ana. ", "ruiz ana"],
  ["O'Brien-Lee 2", "o brien lee 2"],
  ["水 Ño", "水 no"],
])("the name %j is compared as %j", (name, key) => expect(nameKey(name)).toBe(key));

test("somebody is known by name and phone, and without a phone by name and zone", () => {
  const accountsOf = createKnownPeople([
    member("1", "Ana Ruiz"),
    member("2", "ANA RUIZ"),
    member("3", "Ben Ode", null),
    { ...member("4", "Ben Ode", null), zone: "South" },
  ]);
  expect(accountsOf({ name: "Ana. Ruiz", phone: "+12065550142", zone: "South" })).toEqual(["1", "2"]);
  expect(accountsOf({ name: "Ana Ruiz", phone: "+12065550143", zone: "North" })).toEqual([]);
  expect(accountsOf({ name: "Ana Ruiz", phone: null, zone: "North" })).toEqual([]);
  expect(accountsOf({ name: "Ben Ode", phone: null, zone: "NORTH" })).toEqual(["3"]);
  expect(accountsOf({ name: "Ben Ode", phone: null, zone: "East" })).toEqual([]);
});

const numbering = (rows: [account: string, name: string, phone?: string | null][], stored: Member[]) => {
  const { isNew, question, decide } = compareNumbering(
    rows.map(([account, name, phone = "+12065550142"], at) => ({
      line: at + 2,
      account,
      name,
      zone: "North",
      parsed: phone === null ? { kind: "none" as const } : { kind: "phone" as const, phone },
    })),
    [],
    new Map(stored.map((it) => [it.account, it])),
  );
  const { renumbered, refusals } = decide();
  return {
    isNew,
    question,
    renumbered,
    refusals: [...refusals].map(([line, refusal]) => ({ line, refusal })),
  };
};

test("accounts are numbered anew where more than half of the file's people have others, and at least two", () => {
  const stored = ["1", "2", "3", "4"].map((account) => member(account, `Member ${account}`));
  const isNew = (...rows: [string, string][]) => numbering(rows, stored).isNew;
  expect(isNew(["11", "Member 1"])).toBe(false);
  expect(isNew(["11", "Member 1"], ["12", "Member 2"])).toBe(true);
  expect(isNew(["11", "Member 1"], ["12", "Member 2"], ["13", "Else"])).toBe(true);
  expect(isNew(["11", "Member 1"], ["12", "Member 2"], ["13", "Else"], ["14", "Other"])).toBe(false);
  expect(isNew(["1", "Member 1"], ["2", "Member 2"], ["13", "Member 3"])).toBe(false);
});

test("what is asked about a new numbering names three, and says which account each had", () => {
  const stored = ["1", "2", "3", "4"].map((account) => member(account, `Member ${account}`));
  const rows = stored.map(({ account, name }): [string, string] => [`1${account}`, name]);
  const { question, renumbered, refusals } = numbering(rows, stored);
  expect(question).toEqual({
    about: "numbering",
    rows: 4,
    of: 4,
    examples: [
      { line: 2, account: "11", name: "Member 1", before: "1" },
      { line: 3, account: "12", name: "Member 2", before: "2" },
      { line: 4, account: "13", name: "Member 3", before: "3" },
    ],
  });
  expect(renumbered).toEqual(stored.map(({ account }) => ({ from: account, to: `1${account}` })));
  expect(refusals).toEqual([]);
});

test("nobody is numbered anew of whom it is not known who they were, or whose number is another's", () => {
  const twice = numbering(
    [
      ["11", "Ana"],
      ["12", "Ana"],
      ["13", "Ben", null],
    ],
    [member("1", "Ana"), member("2", "Ben", null)],
  );
  const more = (account: string) =>
    `This name and phone are in Headgate, or in the file, more than once: nobody knows which of them has become account ${account}.`;
  expect(twice.refusals).toEqual([
    { line: 2, refusal: more("11") },
    { line: 3, refusal: more("12") },
  ]);
  expect(twice.renumbered).toEqual([{ from: "2", to: "13" }]);
  const another = numbering([["11", "Ana"]], [member("1", "Ana"), member("2", "Ana")]);
  expect(another.refusals).toEqual([{ line: 2, refusal: more("11") }]);
  const held = numbering([["2", "Ana"]], [member("1", "Ana"), member("2", "Ben")]);
  expect(held.refusals).toEqual([
    {
      line: 2,
      refusal: "In Headgate account 2 is Ben, to whom the file gives no other account that can be taken.",
    },
  ]);
  // Two who change places give theirs to each other.
  const swapped = numbering(
    [
      ["2", "Ana"],
      ["1", "Ben"],
    ],
    [member("1", "Ana"), member("2", "Ben")],
  );
  expect(swapped.renumbered).toEqual([
    { from: "1", to: "2" },
    { from: "2", to: "1" },
  ]);
  // An account that the file still has as theirs has not become another one.
  const still = numbering(
    [
      ["1", "Ana"],
      ["11", "Ana"],
    ],
    [member("1", "Ana")],
  );
  expect([still.renumbered, still.refusals]).toEqual([[], []]);
});

test.each([
  ["Ana Ruiz", "Ruiz, Ana", true],
  ["Ana M. Ruiz", "ana ruiz", true],
  ["Ana Ruiz", "ANA MARÍA RUIZ", true],
  ["Ana Ruiz", "Leo Ruiz", false],
  // The same letters.
  ["Ana Ruiz", "Ruzi Naa", false],
])("that %j is like %j is %s", (name, other, isLike) => expect(isNameLike(name, other)).toBe(isLike));

test("an account that is written otherwise, of somebody else, is told with what to write", () => {
  const [one] = recognizeAccounts([{ account: "101", line: 2 }], new Map([["0101", ""]]), () => false);
  expect(one).toEqual({
    account: "0101",
    refusal:
      "It may be account 0101, written otherwise, but neither the name nor the phone is the same. " +
      "If it is that account, write 0101. If it is another, it needs a number that is not so like it.",
  });
});

test("where somebody stays, whoever would take their account stays too, and so on", () => {
  const holder = (account: string, name: string) =>
    `In Headgate account ${account} is ${name}, to whom the file gives no other account that can be taken.`;
  const twins = `This name and phone are in Headgate, or in the file, more than once: nobody knows which of them has become account 4.`;
  const { renumbered, refusals } = numbering(
    [
      ["2", "Ana"],
      ["3", "Ben"],
      ["4", "Ed"],
      ["17", "Fay"],
    ],
    [
      ...[member("1", "Ana"), member("2", "Ben"), member("3", "Cy"), member("4", "Di")],
      ...[member("5", "Ed"), member("6", "Ed"), member("7", "Fay")],
    ],
  );
  expect(renumbered).toEqual([{ from: "7", to: "17" }]);
  expect(refusals.toSorted((one, other) => one.line - other.line)).toEqual([
    { line: 2, refusal: holder("2", "Ben") },
    { line: 3, refusal: holder("3", "Cy") },
    { line: 4, refusal: twins },
  ]);
});

// Account numbers as spreadsheets leave them.
import { expect, test } from "vitest";
import { looseAccount, recognizeAccounts, withoutDecimals } from "../../../src/members/accounts/recognize.ts";
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

test.each(["00101", "101", " 101 ", "10 1", "'00101", '="00101"', "101.0", "0101.00", "#101", "１０１"])(
  "%j may be account 00101",
  (written) => {
    expect(looseAccount(written)).toBe(looseAccount("00101"));
  },
);

test.each([
  ["a 12", "A12"],
  ["1,001", "1001"],
  ["12–3", "12-3"],
])("%j may be %j", (written, account) => {
  expect(looseAccount(written)).toBe(looseAccount(account));
});

test.each([
  ["A12", "A012"],
  ["1001.1", "1001"],
  ["10-1", "101"],
  ["0", ""],
])("%j is never %j", (one, other) => {
  expect(looseAccount(one)).not.toBe(looseAccount(other));
});

test("a .0 is a number's, unless accounts of the file have parts", () => {
  expect(withoutDecimals(["1001.0", "1002.00", "A1"])).toEqual(["1001", "1002", "A1"]);
  expect(withoutDecimals(["1001.0", "1001.1"])).toEqual(["1001.0", "1001.1"]);
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

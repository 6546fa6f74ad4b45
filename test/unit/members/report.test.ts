// What a person is told of an import, word by word.
import { expect, test } from "vitest";
import type { ListAnswer } from "../../../src/members/consent/answers.ts";
import type { ImportReport } from "../../../src/members/import.ts";
import type { RowOutcome } from "../../../src/members/plan.ts";
import { describeAnswer, describeImport } from "../../../src/members/report.ts";

const nothing: ImportReport = {
  file: {
    source: "UTF-8",
    lines: 1,
    headerLine: 1,
    blank: 0,
    leftOut: [],
    notes: [],
    rows: 0,
    ofSeveralLines: 0,
  },
  rows: [],
  newZones: [],
  notInFile: [],
  areMarkedLeft: false,
  gone: [],
  withoutPhone: 0,
  otherPhoneOnly: 0,
  optedOut: 0,
  notCounted: 0,
  unusedColumns: [],
  answers: [],
  writtenOtherwise: [],
};
/** What is said beside the two lines of totals. */
const told = (report: Partial<ImportReport>, mostNotInFile?: number) =>
  describeImport(
    { ...nothing, ...report },
    { timeZone: "America/Denver", ...(mostNotInFile !== undefined && { mostNotInFile }) },
  ).slice(2);
const row = (line: number, outcome: RowOutcome["outcome"], ...notes: string[]): RowOutcome => ({
  line,
  account: `${1000 + line}`,
  name: `Member ${line}`,
  outcome,
  notes,
});

test("the totals come first, and nothing else where there is nothing to look at", () => {
  const rows = [
    row(2, "added"),
    row(3, "added"),
    row(4, "changed"),
    row(5, "left alone"),
    row(6, "left alone"),
    row(7, "left alone"),
  ];
  expect(describeImport({ ...nothing, rows: rows.toSpliced(2, 1) }, { timeZone: "America/Denver" })).toEqual([
    "Read as UTF-8: 1 line, the column names on line 1, 0 rows.",
    "5 rows: 2 added, 0 changed, 3 left alone, 0 refused.",
  ]);
  expect(describeImport({ ...nothing, rows }, { timeZone: "America/Denver" })[1]).toBe(
    "6 rows: 2 added, 1 changed, 3 left alone, 0 refused.",
  );
});

test.each<[Partial<ImportReport>, string[]]>([
  [{ withoutPhone: 3 }, ["3 without a phone that can be texted: no alert reaches them."]],
  [
    { withoutPhone: 3, otherPhoneOnly: 1 },
    [
      "3 without a phone that can be texted: no alert reaches them.",
      "  1 of these have a number in the column of another phone, which was not taken. If it is a mobile, move it to the mobile's column.",
    ],
  ],
  [{ optedOut: 1 }, ["1 phone opted out, because the file says No to texts."]],
  [{ optedOut: 2 }, ["2 phones opted out, because the file says No to texts."]],
  [{ notCounted: 2 }, ["2 rows with a No to texts that was not counted: the notes below say why."]],
  [{ newZones: ["Nroth", "South"] }, ["New zones, so look for typing mistakes: Nroth, South."]],
  [{ unusedColumns: ["Notes", "Units"] }, ['Columns that were not used: "Notes", "Units".']],
  [
    {
      writtenOtherwise: [
        { line: 2, written: "101", account: "00101" },
        { line: 3, written: "102", account: "00102" },
        { line: 4, written: "103", account: "00103" },
        { line: 5, written: "104", account: "00104" },
      ],
    },
    [
      "4 accounts written otherwise than in Headgate, and recognized: 101 for 00101, 102 for 00102, 103 for 00103.",
    ],
  ],
  [
    { answers: [{ column: "Status", value: "closed", meaning: "no texts", answeredAt: null }] },
    ['"closed" in the column "Status" is a No to texts (as you say).'],
  ],
])("%j is told", (report, lines) => expect(told(report)).toEqual(lines));

test("rows are told by what became of them: refused and changed ones all, others where there is something to look at", () => {
  const rows = [
    row(2, "added"),
    row(3, "added", "The area code 555 isn't one we know.", "Check it."),
    row(4, "changed", "Name: was Ana."),
    row(5, "left alone"),
    row(6, "left alone", "The same as line 2."),
    { ...row(7, "refused", "There is no account number."), account: "" },
    { ...row(8, "refused", "There is no name."), name: "" },
    { ...row(9, "refused", "It says nothing."), account: "", name: "" },
  ];
  expect(told({ rows })).toEqual([
    "",
    "Refused, nothing of these rows was taken:",
    "  line 7, Member 7: There is no account number.",
    "  line 8, 1008: There is no name.",
    "  line 9, no account: It says nothing.",
    "",
    "Added, but look at these:",
    "  line 3, 1003 Member 3: The area code 555 isn't one we know. Check it.",
    "",
    "Changed:",
    "  line 4, 1004 Member 4: Name: was Ana.",
    "",
    "Left alone, but look at these:",
    "  line 6, 1006 Member 6: The same as line 2.",
  ]);
});

test("who is not in the file is named: the first twenty, or as many as somebody asks for", () => {
  const people = (many: number) =>
    Array.from({ length: many }, (_, at) => ({ account: `${at + 1}`, name: "Ana" }));
  const lines = (many: number) => people(many).map(({ account }) => `  ${account} Ana`);
  const head = (who: string) => ["", `In Headgate and not in the file, so they stay as they are (${who}):`];
  expect(told({ notInFile: people(1) })).toEqual([...head("1 member"), ...lines(1)]);
  expect(told({ notInFile: people(20) })).toEqual([...head("20 members"), ...lines(20)]);
  expect(told({ notInFile: people(22) })).toEqual([
    ...head("22 members"),
    ...lines(20),
    "  and 2 more: --all names them",
  ]);
  expect(told({ notInFile: people(22) }, 22)).toEqual([...head("22 members"), ...lines(22)]);
});

test.each<[Partial<ListAnswer>, string]>([
  [{ meaning: "no texts" }, '"closed" in the column "Status" is a No to texts (as you say).'],
  [{ meaning: "texts" }, '"closed" in the column "Status" is not a No to texts (as you say).'],
  [{ meaning: "ignore", value: null }, 'The column "Status" is not about texts (as you say).'],
  [
    { answeredAt: new Date("2026-03-03T22:05:00Z") },
    '"closed" in the column "Status" is not a No to texts (answered on Tue, Mar 3, 2026, 3:05 PM).',
  ],
])("the answer %j is told", (given, words) => {
  const answer: ListAnswer = { column: "Status", value: "closed", meaning: "texts", answeredAt: null };
  expect(describeAnswer({ ...answer, ...given }, "America/Denver")).toBe(words);
});

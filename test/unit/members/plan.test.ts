// What an import would do with each row, by what Headgate has.
import { expect, test } from "vitest";
import type { MemberRow } from "../../../src/members/columns.ts";
import { type Member, type PlanOptions, planImport } from "../../../src/members/plan.ts";
import { MAX_ZONE_NAME, MAX_ZONES } from "../../../src/zones/zones.ts";

const member = (account: string, changed: Partial<Member> = {}): Member => ({
  account,
  name: `Member ${account}`,
  phone: "+12065550142",
  zone: "North",
  language: null,
  ...changed,
});
const row = (line: number, changed: Partial<MemberRow> = {}): MemberRow => ({
  line,
  lastLine: line,
  account: `${1000 + line}`,
  name: `Member ${1000 + line}`,
  phone: "206-555-0142",
  otherPhoneOnly: false,
  otherPhones: [],
  zone: "North",
  language: undefined,
  saysNoTexts: undefined,
  noSince: undefined,
  overflows: false,
  elsewhere: [],
  problem: undefined,
  ...changed,
});
const plan = (
  rows: MemberRow[],
  stored: Member[] = [],
  options: Partial<PlanOptions> = {},
  zones = ["North"],
) =>
  planImport(
    rows,
    new Map(stored.map((it) => [it.account, it])),
    zones.map((name) => ({ name })),
    { country: "US", plusMeans: () => undefined, isRenumbered: false, ...options },
  );
/** What became of the last row. */
const last = (...given: Parameters<typeof plan>) => {
  const { outcome, notes } = plan(...given).outcomes.at(-1) ?? {};
  return [outcome, ...(notes ?? [])];
};
const refused = (why: string) => ["refused", why];

test.each<[Partial<MemberRow>, string]>([
  [{ problem: "Torn." }, "Torn."],
  [
    { overflows: true },
    "The row has more cells than there are columns with a name. A comma within a cell needs quotes around the cell, and a column of notes needs a name.",
  ],
  [
    { account: "1E+05" },
    "Excel has cut this account number short. Format the column as Text, and type it again.",
  ],
  [{ account: "" }, "There is no account number."],
  [{ account: "x".repeat(41) }, "The account number is longer than 40 characters."],
  [{ name: "" }, "There is no name."],
  [{ name: "x".repeat(81) }, "The name is longer than 80 characters."],
  [{ zone: "" }, "There is no zone, so no alert would reach this member."],
  [
    { account: "-" },
    "The account number is a mark, an error of Excel's or a word for nothing, and no account number.",
  ],
  [{ account: "Total" }, '"Total" is no account number. It seems to be the list\'s footer.'],
  [{ name: "58" }, '"58" is no name.'],
  [{ name: "Page 1" }, '"Page 1" is no name.'],
  [
    { name: "Jos? Ruiz" },
    'A letter is lost in "Jos? Ruiz". Correct it, or save the list anew as "CSV UTF-8".',
  ],
  [{ zone: "Nu?ez" }, 'A letter is lost in "Nu?ez". Correct it, or save the list anew as "CSV UTF-8".'],
  [{ name: "#N/A" }, "The name is a mark, an error of Excel's or a word for nothing, and no name."],
  [{ name: "#REF!" }, "The name is a mark, an error of Excel's or a word for nothing, and no name."],
  [{ name: "#NAME?" }, "The name is a mark, an error of Excel's or a word for nothing, and no name."],
  [{ zone: "#DIV/0!" }, "The zone is a mark, an error of Excel's or a word for nothing, and no zone."],
  [{ zone: "–" }, "The zone is a mark, an error of Excel's or a word for nothing, and no zone."],
  [
    { name: "206-555-0142" },
    "A phone number stands where the name or the zone should be: the cells of this row have moved.",
  ],
  [
    { zone: "+1 (206) 555.0142" },
    "A phone number stands where the name or the zone should be: the cells of this row have moved.",
  ],
])("%j is refused, and nothing of it is taken", (changed, why) => {
  const planned = plan([row(2, changed)]);
  expect(planned.outcomes.map(({ outcome, notes }) => [outcome, ...notes])).toEqual([refused(why)]);
  expect([planned.writes, planned.taken]).toEqual([[], []]);
  // Of a row whose cells nobody can tell apart it is not known.
  const isTorn = changed.problem !== undefined || changed.overflows === true;
  expect(last([row(2, { ...changed, saysNoTexts: !isTorn })])).toEqual([
    "refused",
    why,
    isTorn ? "If it says No to texts, that was not counted." : "Its No to texts was not counted.",
  ]);
});

test("a refused row is told with all its lines; and that it may say No, where the file says anything of that", () => {
  expect(last([row(2, { name: "", lastLine: 4 })])).toEqual([
    "refused",
    "There is no name.",
    "It stands on lines 2 to 4.",
  ]);
  const unread = ["refused", "Torn.", "If it says No to texts, that was not counted."];
  expect(last([row(2, { saysNoTexts: false }), row(3, { problem: "Torn." })])).toEqual(unread);
  expect(last([row(2), row(3, { problem: "Torn." })])).toEqual(refused("Torn."));
});

test.each<Partial<MemberRow>>([
  { account: "x".repeat(40) },
  { name: "x".repeat(80) },
  { name: "A 206-555-0142" },
  { name: "206-555-0142 A" },
  { name: "x#N/A" },
  { name: "#REF!x" },
  { zone: "12" },
])("%j is taken", (changed) => expect(last([row(2, changed)])).toEqual(["added"]));

test("a zone's name has at most so many characters, and there are at most so many zones", () => {
  const zones = (many: number) => Array.from({ length: many }, (_, at) => `Zone ${at}`);
  const tooLong = `The zone's name is longer than ${MAX_ZONE_NAME} characters.`;
  expect(last([row(2, { zone: "x".repeat(MAX_ZONE_NAME + 1) })])).toEqual(refused(tooLong));
  expect(last([row(2, { zone: "x".repeat(MAX_ZONE_NAME) })])).toEqual(["added"]);
  expect(last([row(2)], [], {}, zones(MAX_ZONES))).toEqual(
    refused(
      `The zone "North" is new, and there are ${MAX_ZONES} zones already, which is as many as there can be.`,
    ),
  );
  expect(last([row(2, { zone: "zone 1" })], [], {}, zones(MAX_ZONES))).toEqual(["added"]);
  expect(last([row(2)], [], {}, zones(MAX_ZONES - 1))).toEqual(["added"]);
  // Those that the file brings count too.
  expect(last([row(2), row(3, { zone: "South" })], [], {}, zones(MAX_ZONES - 1))[0]).toBe("refused");
});

const twoReadings = "+479-555-0142";
const either =
  "With a plus in front it is a number in Norway, and without it one in the United States. If it is one at home, begin it with +1.";

type Against = [what: string, row: Partial<MemberRow>, stored: Partial<Member>, told: string[]];

test.each<Against>([
  ["nothing", {}, {}, ["left alone"]],
  ["the name", { name: "Ana" }, {}, ["changed", "Name: was Member 1002."]],
  ["the phone", { phone: "206-555-0143" }, {}, ["changed", "Phone: was … 0142, is … 0143."]],
  ["a new phone", {}, { phone: null }, ["changed", "Phone: was none, is … 0142."]],
  ["no phone", { phone: "none" }, {}, ["changed", "Phone: was … 0142, is none."]],
  ...["206-555-0142", "(206) 555-0142 home", "555-0142"].map(
    (other): Against => [
      `no phone, and its own beside it: ${other}`,
      { phone: "", otherPhones: ["206-555-0143", other] },
      {},
      ["left alone", "The phone … 0142 was kept: it stands in another column of phones."],
    ],
  ),
  ...["", "206-555-0143", "55-0142", "+1 206-555"].map(
    (other): Against => [
      `no phone, and another beside it: ${other}`,
      { phone: "", otherPhones: [other] },
      {},
      ["changed", "Phone: was … 0142, is none."],
    ],
  ),
  [
    "that there is none, and its own beside it",
    { phone: "none", otherPhones: ["206-555-0142"] },
    {},
    ["changed", "Phone: was … 0142, is none."],
  ],
  [
    "no phone, where there was none",
    { phone: "", otherPhones: ["206-555-0142"] },
    { phone: null },
    ["left alone"],
  ],
  ["the zone", { zone: "South" }, {}, ["changed", "Zone: was North, is South."]],
  ["the zone's letters", { zone: "NORTH" }, {}, ["left alone"]],
  ["the language", { language: "es" }, {}, ["changed", "Language: was none, is es."]],
  ["no language", { language: "" }, { language: "es" }, ["changed", "Language: was es, is none."]],
  ["no column for languages", {}, { language: "es" }, ["left alone"]],
  [
    "a phone that can't be used",
    { phone: "911" },
    {},
    ["left alone", "The phone … 0142 was kept: This is too short for a phone number."],
  ],
  [
    "the same without one before",
    { phone: "911" },
    { phone: null },
    ["left alone", "No phone was taken: This is too short for a phone number."],
  ],
  ["two readings, of which it has one", { phone: twoReadings }, { phone: "+14795550142" }, ["left alone"]],
  [
    "two readings, of which it has the other",
    { phone: twoReadings },
    { phone: "+4795550142" },
    ["left alone"],
  ],
  [
    "two readings, and it has none",
    { phone: twoReadings },
    {},
    ["left alone", `The phone … 0142 was kept: ${either}`],
  ],
  [
    "a doubt",
    { phone: "416-555-0114" },
    { phone: "+14165550114" },
    ["left alone", "This is a number in Canada, outside of the United States. Check it."],
  ],
])("against what Headgate has: %s", (_, changed, stored, told) => {
  expect(last([row(2, changed)], [member("1002", stored)])).toEqual(told);
});

test("what is written is what changed; what is taken tells the phone before, and the No", () => {
  const planned = plan(
    [
      row(2, { phone: "206-555-0143", saysNoTexts: true, noSince: "2026-03-01" }),
      row(3),
      row(4, { phone: "", otherPhoneOnly: true, language: "x".repeat(36) }),
      row(5, { phone: "", otherPhoneOnly: true }),
      row(6, { otherPhoneOnly: true }),
    ],
    [member("1002"), member("1003"), member("2000")],
  );
  expect(planned.writes.map(({ account, phone, language }) => [account, phone, language])).toEqual([
    ["1002", "+12065550143", null],
    ["1004", null, "x".repeat(35)],
    ["1005", null, null],
    ["1006", "+12065550142", null],
  ]);
  expect(
    planned.taken.map(({ phone, phoneBefore, saysNoTexts, noSince }) => [
      phone,
      phoneBefore,
      saysNoTexts,
      noSince,
    ]),
  ).toEqual([
    ["+12065550143", "+12065550142", true, "2026-03-01"],
    ["+12065550142", "+12065550142", undefined, undefined],
    [null, null, undefined, undefined],
    [null, null, undefined, undefined],
    ["+12065550142", null, undefined, undefined],
  ]);
  expect([planned.withoutPhone, planned.otherPhoneOnly]).toEqual([2, 2]);
  expect(planned.notInFile).toEqual([member("2000")]);
  expect([planned.questions, planned.renumbered, planned.writtenOtherwise]).toEqual([[], [], []]);
});

test("a number with two readings is asked about, and read as somebody has said", () => {
  const rows = [row(2, { phone: twoReadings })];
  expect(plan(rows).questions).toEqual([
    {
      about: "plus",
      values: [
        {
          line: 2,
          account: "1002",
          value: twoReadings,
          readings: { home: "+14795550142", abroad: { phone: "+4795550142", country: "Norway" } },
        },
      ],
    },
  ]);
  const said = plan(rows, [], { plusMeans: (value) => (value === twoReadings ? "home" : undefined) });
  expect([said.questions, said.writes[0]?.phone]).toEqual([[], "+14795550142"]);
});

test.each<[Partial<MemberRow>, string[]]>([
  [{}, ["left alone", "The same as line 2."]],
  [{ zone: "NORTH" }, ["left alone", "The same as line 2."]],
  ...[{ name: "Ana" }, { phone: "" }, { zone: "South" }, { language: "es" }, { saysNoTexts: false }].map(
    (changed): [Partial<MemberRow>, string[]] => [
      changed,
      ["refused", "The account is on line 2 already, with other details. That line was taken."],
    ],
  ),
])("a second row of the account, with %j", (changed, told) => {
  const first = row(2, { account: "A2" });
  expect(last([first, { ...first, line: 3, ...changed }])).toEqual(told);
});

test("a second row that writes the account otherwise is told how the first did", () => {
  const rows = [row(2, { account: "02", name: "Ana" }), row(3, { account: "2", name: "Ben" })];
  const why = "The account is on line 2 already, as 02, with other details. That line was taken.";
  expect(last(rows)).toEqual(refused(why));
});

test("where an account is written otherwise, and its own row is in the file too, the own one is taken", () => {
  const { outcomes, writtenOtherwise } = plan(
    [row(2, { account: "7", name: "Cy" }), row(3, { account: "007", name: "Cy" })],
    [member("007", { name: "Cy" })],
  );
  expect(outcomes.map(({ outcome, notes }) => [outcome, ...notes])).toEqual([
    ["refused", "It may be account 007, which has a row of its own. Write the account number in full."],
    ["left alone"],
  ]);
  expect(writtenOtherwise).toEqual([]);
  const alone = plan([row(2, { account: "7", name: "Cy" })], [member("007", { name: "Cy" })]);
  expect(alone.writtenOtherwise).toEqual([{ line: 2, written: "7", account: "007" }]);
  expect(alone.notInFile).toEqual([]);
});

test("accounts that are numbered anew are asked about, and then are the same people", () => {
  const rows = [row(2, { name: "Member 1" }), row(3, { name: "Member 2", phone: "206-555-0143" })];
  const stored = [member("1"), member("2", { phone: "+12065550143" })];
  const asked = plan(rows, stored);
  expect(asked.questions.map(({ about }) => about)).toEqual(["numbering"]);
  expect(asked.outcomes.map(({ outcome, notes }) => [outcome, ...notes])).toEqual(
    ["1", "2"].map((account) => [
      "added",
      `The same name and phone are in Headgate as account ${account}, which is not in the file. If it is the same member, they are there twice now.`,
    ]),
  );
  const said = plan(rows, stored, { isRenumbered: true });
  expect(said.questions).toEqual([]);
  expect(said.renumbered).toEqual([
    { from: "1", to: "1002" },
    { from: "2", to: "1003" },
  ]);
  expect(said.outcomes.map(({ outcome, notes }) => [outcome, ...notes])).toEqual([
    ["changed", "Account: was 1."],
    ["changed", "Account: was 2."],
  ]);
  expect(said.notInFile).toEqual([]);
  expect(said.taken.map(({ phoneBefore }) => phoneBefore)).toEqual(["+12065550142", "+12065550143"]);
});

test("an account that was another's before a new numbering is new, with nothing of theirs", () => {
  const rows = [
    row(2, { account: "2", name: "Member 1" }),
    row(3, { account: "3", name: "Member 2", phone: "206-555-0143" }),
    row(4, { account: "1", name: "New", phone: "" }),
  ];
  const stored = [member("1", { language: "es" }), member("2", { phone: "+12065550143" })];
  const { outcomes, writes } = plan(rows, stored, { isRenumbered: true });
  expect(outcomes.map(({ account, outcome }) => [account, outcome])).toEqual([
    ["2", "changed"],
    ["3", "changed"],
    ["1", "added"],
  ]);
  expect(writes.map(({ account, language }) => [account, language])).toEqual([
    ["2", "es"],
    ["3", null],
    ["1", null],
  ]);
});

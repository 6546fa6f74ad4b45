// What an import asks before it writes anything, what becomes of the answers, and that it does what was shown.
import { expect, test } from "vitest";
import { listAllEntries } from "../../src/audit/audit.ts";
import type { Database } from "../../src/db/open.ts";
import { auditEntries, fileRefusals, listAnswers, members, optOuts, zones } from "../../src/db/schema.ts";
import { freezeNext } from "../../src/deliveries/freeze.ts";
import { forgetAnswers, readAnswers } from "../../src/members/consent/kept-answers.ts";
import {
  type ImportOptions,
  type ImportOutcome,
  importMembers,
  previewImport,
} from "../../src/members/import.ts";
import { listOptOutChanges, optIn, optOut } from "../../src/opt-outs/opt-outs.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { listMembers } from "../helpers/members.ts";

type Given = Partial<ImportOptions> & { as?: string };
const options = { country: "US", timeZone: "America/Denver" } as const;
const bytesOf = (lines: string[]) => Buffer.from(lines.join("\n"));
const bring = (db: Database, lines: string[], given: Given = {}) =>
  importMembers(db, bytesOf(lines), {
    ...options,
    actor: "command line",
    freezeNext: () => freezeNext(db, "twilio"),
    ...given,
  });
const preview = (db: Database, lines: string[], given: Given = {}) =>
  previewImport(db, bytesOf(lines), { ...options, ...given });
const questionsOf = (done: ImportOutcome) => (done.outcome === "asks" ? done.questions : []);
const reportOf = (done: ImportOutcome) => {
  if (done.outcome !== "imported") throw new Error(`Not imported: ${JSON.stringify(done)}`);
  return done.report;
};
const everything = (db: Database) =>
  Promise.all(
    [members, zones, optOuts, fileRefusals, listAnswers, auditEntries].map((table) =>
      db.select().from(table),
    ),
  );
const phonesOut = async (db: Database) =>
  (await db.select({ phone: optOuts.phone }).from(optOuts).orderBy(optOuts.phone)).map(({ phone }) => phone);

const ANA = "+12065550142";
const STATUS = [
  "Account,Name,Phone,Zone,Status",
  "1001,Ana Ruiz,206-555-0142,North,unsubscribed",
  "1002,Ben Ode,206-555-0143,North,active",
  "1003,Cy Park,206-555-0144,North,unsubscribed",
];
const noTexts = { meaning: "no texts", text: "Status=unsubscribed" } as const;

test("what may be a No stops the import before anything is written", async () => {
  const { db } = await openTestDatabase();
  const before = await everything(db);
  const done = await bring(db, STATUS);
  expect(questionsOf(done)).toEqual([
    { about: "consent", column: "Status", values: [{ value: "unsubscribed", rows: 2, line: 2 }] },
  ]);
  expect(await everything(db)).toEqual(before);
});

test("the answer counts, is kept for the next file, shown, and can be taken back", async () => {
  const { db } = await openTestDatabase();
  expect(reportOf(await bring(db, STATUS, { answers: [noTexts] }))).toMatchObject({ optedOut: 2 });
  expect(await phonesOut(db)).toEqual([ANA, "+12065550144"]);

  const next = STATUS.map((line) => line.replace("Status", "STATUS").replace("active", "Unsubscribed"));
  const report = reportOf(await bring(db, next));
  expect(report).toMatchObject({
    optedOut: 1,
    answers: [{ column: "Status", value: "unsubscribed", meaning: "no texts", answeredAt: expect.any(Date) }],
  });

  expect(await db.transaction((tx) => forgetAnswers(tx, "status=unsubscribed", "command line"))).toBe(1);
  expect(await readAnswers(db)).toEqual([]);
  expect(questionsOf(await bring(db, next))).toHaveLength(1);
  // What members have said stays, whatever becomes of the answer.
  expect(await phonesOut(db)).toHaveLength(3);
  expect((await listAllEntries(db)).at(-1)).toMatchObject({
    action: "answer forgotten",
    detail: { answers: 1 },
  });
});

test("another answer about the same takes the place of the first", async () => {
  const { db } = await openTestDatabase();
  await bring(db, STATUS, { answers: [noTexts] });
  await bring(db, STATUS, { answers: [{ meaning: "texts", text: "status=UNSUBSCRIBED" }] });
  expect(await readAnswers(db)).toMatchObject([{ meaning: "texts" }]);
  await bring(db, STATUS, { answers: [{ meaning: "ignore", text: "Status" }] });
  expect(await db.transaction((tx) => forgetAnswers(tx, "Status", "command line"))).toBe(2);
});

test("an answer about a column by its place is not kept: in the next file another may stand there", async () => {
  const { db } = await openTestDatabase();
  const list = [
    "Account,Name,Phone,Zone,,Status,Status",
    "1001,Ana Ruiz,206-555-0142,North,unsubscribed,gone,lost",
  ];
  const answers = ["column 5", "Status (column 6)", "Status (column 7)"].map((text) => ({
    meaning: "ignore" as const,
    text,
  }));
  expect((await bring(db, list, { answers })).outcome).toBe("imported");
  expect(await readAnswers(db)).toEqual([]);
  expect(questionsOf(await bring(db, list))).toHaveLength(3);
});

test.each<[string, Given]>([
  ["a column", { answers: [{ meaning: "ignore", text: "Stauts" }] }],
  ["a value", { answers: [noTexts, { meaning: "texts", text: "Status=actve" }] }],
  ["a number", { answers: [noTexts], plus: [{ means: "home", value: "+206-555-0199" }] }],
])("an answer with a typing mistake in %s stops the import, too", async (_, given) => {
  const { db } = await openTestDatabase();
  expect(questionsOf(await bring(db, STATUS, given))[0]).toMatchObject({ about: "answers" });
  expect(await listMembers(db)).toEqual([]);
});

test("a list that no longer says what was answered to be a No takes it back, as any other", async () => {
  const { db } = await openTestDatabase();
  await bring(db, STATUS, { answers: [noTexts] });
  const report = reportOf(
    await bring(
      db,
      STATUS.map((line) => line.replace("unsubscribed", "active")),
    ),
  );
  expect(report.rows[0]?.notes.join()).toContain("stays opted out");
});

const dated = (day: string) => [
  "Account,Name,Phone,Zone,Opted Out",
  `1001,Ana Ruiz,206-555-0142,North,${day}`,
  "1002,Ben Ode,206-555-0143,North,",
];

test("a date is a No since then", async () => {
  const { db } = await openTestDatabase();
  expect(reportOf(await bring(db, dated("2026-03-01")))).toMatchObject({ optedOut: 1 });
  expect(await db.select().from(optOuts)).toMatchObject([
    { phone: ANA, source: "import", optedOutAt: new Date("2026-03-01T12:00:00Z") },
  ]);
});

test.each([
  ["before", "2020-01-01", 0, 1],
  ["after", "2099-01-01", 1, 0],
])("a No of %s the day on which the member texted START", async (_, day, optedOut, notCounted) => {
  const { db } = await openTestDatabase();
  await db.transaction((tx) => optOut(tx, ANA, "sms STOP", "member"));
  await db.transaction((tx) => optIn(tx, ANA, "sms START", "member"));
  const report = reportOf(await bring(db, dated(day)));
  expect(report).toMatchObject({ optedOut, notCounted });
  if (notCounted > 0) {
    expect(report.rows[0]?.notes.join()).toMatch(
      /not counted: it is of 2020-01-01, and the member texted START/,
    );
  }
  // The next file says nothing new.
  expect(reportOf(await bring(db, dated(day)))).toMatchObject({ optedOut: 0, notCounted });
});

test("accounts are recognized in whatever way a spreadsheet has left them", async () => {
  const { db } = await openTestDatabase();
  const list = (...accounts: string[]) => [
    "Account,Name,Phone,Zone",
    ...accounts.map((account, at) => `${account},Member ${at},206-555-014${at},North`),
  ];
  await bring(db, list('="00101"', "00102", "A7"));
  expect((await listMembers(db)).map(({ account }) => account)).toEqual(["00101", "00102", "A7"]);
  for (const written of [
    ["101", "102", "a7"],
    ["'00101", "102.0", "A 7"],
    [" 0101", "#102", '="A7"'],
  ]) {
    const report = reportOf(await bring(db, list(...written)));
    expect(report.rows.map(({ outcome, account }) => [account, outcome])).toEqual([
      ["00101", "left alone"],
      ["00102", "left alone"],
      ["A7", "left alone"],
    ]);
    expect(report.notInFile).toEqual([]);
  }
  expect(await listMembers(db)).toHaveLength(3);
});

const numbered = (...accounts: string[]) => [
  "Account,Name,Phone,Zone,Opt-In",
  ...accounts.map(
    (account, at) => `${account},Member ${at},206-555-014${at},North,${at === 0 ? "No" : "Yes"}`,
  ),
];

test("a new numbering is asked about; meant, members and their Noes move, and nobody is there twice", async () => {
  const { db } = await openTestDatabase();
  await bring(db, numbered("1001", "1002", "1003"));
  const ids = (await db.select().from(members).orderBy(members.account)).map(({ id }) => id);
  await db.transaction((tx) => optIn(tx, "+12065550140", "sms START", "member"));
  const anew = numbered("1002", "1003", "2001");
  expect(questionsOf(await bring(db, anew))).toMatchObject([{ about: "numbering", rows: 3, of: 3 }]);
  expect((await listMembers(db)).map(({ account }) => account)).toEqual(["1001", "1002", "1003"]);

  const report = reportOf(await bring(db, anew, { isRenumbered: true }));
  // Its No was said before, under the account's old number.
  expect(report).toMatchObject({ optedOut: 0, notCounted: 1, notInFile: [] });
  const now = await db.select().from(members).orderBy(members.account);
  expect(now.map(({ id }) => id)).toEqual(ids);
  expect(now.map(({ account }) => account)).toEqual(["1002", "1003", "2001"]);
  expect(await db.select().from(fileRefusals)).toMatchObject([{ account: "1002", phone: "+12065550140" }]);
});

const PLUS = [
  "Account,Name,Phone,Zone",
  "1001,Ana Ruiz,+479-555-0142,North",
  "1002,Ben Ode,+659 555 0143,North",
  "1003,Cy Park,+1 479-555-0144,North",
  "1004,Di Lee,+206-555-0146,North",
];
const phones = async (db: Database) => (await listMembers(db)).map(({ phone }) => phone);

test("ten digits with a plus are asked about, number by number or all at once, and never again", async () => {
  const { db } = await openTestDatabase();
  const [question] = questionsOf(await bring(db, PLUS));
  expect(question).toMatchObject({ about: "plus", values: [{ line: 2 }, { line: 3 }, { line: 5 }] });
  expect(await listMembers(db)).toEqual([]);
  const some = await bring(db, PLUS, { plus: [{ means: "home", value: "+479-555-0142" }] });
  expect(questionsOf(some)).toMatchObject([{ values: [{ line: 3 }, { line: 5 }] }]);

  const plus = [
    { means: "abroad", value: "+6595550143" },
    { means: "home", value: "all" },
  ] as const;
  const report = reportOf(await bring(db, PLUS, { plus }));
  expect(await phones(db)).toEqual(["+14795550142", "+6595550143", "+14795550144", "+12065550146"]);
  expect(report.rows[1]?.notes.join()).toContain("in Singapore, outside of the United States");
  expect(reportOf(await bring(db, PLUS)).rows.map(({ outcome }) => outcome)).toEqual(
    Array(4).fill("left alone"),
  );
  expect(await phones(db)).toEqual(["+14795550142", "+6595550143", "+14795550144", "+12065550146"]);
});

const LIST = [
  "Account,Name,Phone,Zone,Opt-In",
  "1001,Ana Ruiz,206-555-0142,North,No",
  "1002,Ben Ode,,South,",
];

test.each([
  ["Phone", "206-555-0142,", "+12065550142", /0142 was kept: it stands in another column of phones/],
  ["Phone", "(206) 555-0142,", "+12065550142", /was kept/],
  ["Phone", "206-555-0199,", null, /Phone: was … 0142, is none/],
  ["Phone", "206-555-0142,none", null, /is none/],
  ["Old number", "206-555-0142,", null, /is none/],
])("an empty mobile beside the column %s with %j", async (other, cells, phone, note) => {
  const { db } = await openTestDatabase();
  await bring(db, ["Account,Name,Phone,Zone", "1001,Ana Ruiz,206-555-0142,North"]);
  const done = await bring(db, [
    `Account,Name,Zone,${other},Mobile`,
    `1001,Ana Ruiz,North,${cells}`,
    "1002,Ben Ode,North,,206-555-0143",
  ]);
  expect((await phones(db))[0]).toBe(phone);
  expect(reportOf(done).rows[0]?.notes.join()).toMatch(note);
});

test("a preview changes nothing, and says what the import then does", async () => {
  const { db } = await openTestDatabase();
  await bring(db, [LIST[0] ?? "", "1003,Cy Park,206-555-0144,North,", "1001,Ana Lee,206-555-0199,North,"]);
  const before = await everything(db);
  const { report, questions, code } = await preview(db, LIST);
  expect(await everything(db)).toEqual(before);
  expect(questions).toEqual([]);
  expect(report).toMatchObject({
    optedOut: 1,
    newZones: ["South"],
    notInFile: [{ account: "1003", name: "Cy Park" }],
  });
  expect(code).toMatch(/^\w{4}-\w{4}-\w{4}$/);
  expect((await preview(db, LIST)).code).toBe(code);
  expect(reportOf(await bring(db, LIST, { as: code }))).toEqual(report);
  expect(await phonesOut(db)).toEqual([ANA]);
});

test.each<[what: string, deed: (db: Database) => Promise<unknown>, given: Given & { lines?: string[] }]>([
  ["file", async () => {}, { lines: [...LIST, "1003,Cy Park,,North,"] }],
  ["list", (db) => bring(db, [LIST[0] ?? "", "1009,Eve Fox,,North,"]), {}],
  ["list", (db) => db.update(members).set({ name: "Ana Lee" }), {}],
  ["rest", (db) => db.transaction((tx) => optOut(tx, ANA, "sms STOP", "member")), {}],
  ["rest", async () => {}, { country: "CA" }],
])("where the %s has changed since, nothing is done, and that is said", async (what, deed, given) => {
  const { db } = await openTestDatabase();
  await bring(db, [LIST[0] ?? "", "1001,Ana Ruiz,206-555-0142,North,"]);
  const { code } = await preview(db, LIST);
  await deed(db);
  const before = await everything(db);
  const { lines = LIST, ...rest } = given;
  expect(await bring(db, lines, { ...rest, as: code })).toEqual({ outcome: "changed", what });
  expect(await everything(db)).toEqual(before);
});

test("answers belong to what was shown: without them it is not the same", async () => {
  const { db } = await openTestDatabase();
  const { code } = await preview(db, STATUS, { answers: [noTexts] });
  expect(await bring(db, STATUS, { as: code })).toEqual({ outcome: "changed", what: "rest" });
  const other = { answers: [{ meaning: "texts", text: "Status=unsubscribed" }] as const, as: code };
  expect(await bring(db, STATUS, other)).toEqual({ outcome: "changed", what: "rest" });
  expect(reportOf(await bring(db, STATUS, { answers: [noTexts], as: code }))).toMatchObject({ optedOut: 2 });
});

test("a change of what reaches a phone meanwhile, of which the preview said nothing, is no other import", async () => {
  const { db } = await openTestDatabase();
  const { code } = await preview(db, LIST);
  await db.transaction((tx) => optOut(tx, "+12065550177", "sms STOP", "member"));
  expect((await bring(db, LIST, { as: code })).outcome).toBe("imported");
  expect(await listOptOutChanges(db, ANA)).toHaveLength(1);
});

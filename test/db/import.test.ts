import { existsSync, readFileSync } from "node:fs";
import { asc, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { listAllEntries } from "../../src/audit/audit.ts";
import type { Database } from "../../src/db/open.ts";
import { auditEntries, members, optOuts, unusablePhones, zones } from "../../src/db/schema.ts";
import { freezeNext } from "../../src/deliveries/freeze.ts";
import { type ImportOptions, type ImportReport, importMembers } from "../../src/members/import.ts";
import { describeImport } from "../../src/members/report.ts";
import { optIn, optOut, undoOptOut } from "../../src/opt-outs/opt-outs.ts";
import { ensureZones, listZones } from "../../src/zones/zones.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { listMembers } from "../helpers/members.ts";

const HEADER = "Account,Name,Phone,Zone,Language,Opt-In";
const importWith = (db: Database, bytes: Buffer, options: Partial<ImportOptions> & { as?: string } = {}) =>
  importMembers(db, bytes, {
    actor: "command line",
    freezeNext: () => freezeNext(db, "twilio"),
    timeZone: "UTC",
    country: "US",
    ...options,
  });
async function importAll(db: Database, bytes: Buffer, options?: Partial<ImportOptions>) {
  const done = await importWith(db, bytes, options);
  if (done.outcome !== "imported") throw new Error(JSON.stringify(done));
  return done.report;
}
const describeAll = (report: ImportReport) => describeImport(report, { timeZone: "UTC" });
const bringAll = (db: Database, file: string) => importAll(db, Buffer.from(file));
const bring = (db: Database, ...rows: string[]) => bringAll(db, [HEADER, ...rows].join("\n"));

const outcomes = (report: Awaited<ReturnType<typeof bring>>) => report.rows.map(({ outcome }) => outcome);

const ana = "1001,Ana Ruiz,(206) 555-0142,North,es,Yes";

test("a first import adds members and zones, and is in the audit log with counts only", async () => {
  const { db } = await openTestDatabase();

  const report = await bring(db, ana, "1002,Ben Ode,n/a,Old  Town,,", "1003,Cy Ode,206-555-0142,north,,");

  expect(outcomes(report)).toEqual(["added", "added", "added"]);
  expect(report).toMatchObject({ newZones: ["North", "Old Town"], notInFile: [], withoutPhone: 1 });
  expect(await listMembers(db)).toEqual([
    { account: "1001", name: "Ana Ruiz", phone: "+12065550142", zone: "North", language: "es" },
    { account: "1002", name: "Ben Ode", phone: null, zone: "Old Town", language: null },
    { account: "1003", name: "Cy Ode", phone: "+12065550142", zone: "North", language: null },
  ]);
  expect(await db.select().from(auditEntries)).toMatchObject([
    {
      actor: "command line",
      action: "imported",
      detail: { added: 3, changed: 0, "left alone": 0, refused: 0, optedOut: 0 },
    },
  ]);
});

test("a second run of the same file changes nothing", async () => {
  const { db } = await openTestDatabase();
  const file = [ana, "1002,Ben Ode,911,North,,", "1003,Cy Ode,206-555-0143,North,,No"];
  await bring(db, ...file);
  const before = await db.select().from(members).orderBy(members.id);

  const report = await bring(db, ...file);

  expect(outcomes(report)).toEqual(["left alone", "left alone", "left alone"]);
  expect(report).toMatchObject({ newZones: [], optedOut: 0 });
  expect(await db.select().from(members).orderBy(members.id)).toEqual(before);
});

test("a change is brought in and told by row, and who is not in the file stays", async () => {
  const { db } = await openTestDatabase();
  await bring(db, ana, "1002,Ben Ode,,North,,");

  const report = await bring(db, "1001,Ana Sol,206-555-0199,South,,");

  expect(report).toMatchObject({ notInFile: [{ account: "1002", name: "Ben Ode" }], newZones: ["South"] });
  expect(report.rows).toMatchObject([
    {
      line: 2,
      outcome: "changed",
      notes: [
        "Name: was Ana Ruiz.",
        "Phone: was … 0142, is … 0199.",
        "Zone: was North, is South.",
        "Language: was es, is none.",
      ],
    },
  ]);
  expect(await listMembers(db)).toMatchObject([
    { account: "1001", name: "Ana Sol", phone: "+12065550199", zone: "South", language: null },
    { account: "1002" },
  ]);
});

test("a file without a language column leaves the languages alone", async () => {
  const { db } = await openTestDatabase();
  await bring(db, ana);

  const report = await bringAll(db, "Account,Name,Phone,Zone\n1001,Ana Ruiz,206-555-0142,North");

  expect(outcomes(report)).toEqual(["left alone"]);
  expect(await listMembers(db)).toMatchObject([{ language: "es" }]);
});

test("a number that can't be used never costs a good one; an empty cell does", async () => {
  const { db } = await openTestDatabase();
  await bring(db, ana);

  const kept = await bring(db, "1001,Ana Ruiz,1 (800) 555-0199,North,es,", "1002,Ben Ode,555-0123,North,,");
  expect(kept.rows).toMatchObject([
    { outcome: "left alone", notes: [expect.stringMatching(/^The phone … 0142 was kept: .*toll-free/)] },
    { outcome: "added", notes: [expect.stringMatching(/^No phone was taken: The area code is missing/)] },
  ]);
  expect(await listMembers(db)).toMatchObject([{ phone: "+12065550142" }, { phone: null }]);

  const emptied = await bring(db, "1001,Ana Ruiz,,North,es,");
  expect(emptied.rows).toMatchObject([{ outcome: "changed", notes: ["Phone: was … 0142, is none."] }]);
});

test.each([
  ["an empty zone", "1001,Ana,206-555-0142,,,", "no alert would reach"],
  ["no account", ",Ana,206-555-0142,North,,", "no account number"],
  ["no name", "1001,,206-555-0142,North,,", "no name"],
  ["a name too long", `1001,${"x".repeat(81)},,North,,`, "longer than 80"],
  ["a zone's name too long", `1001,Ana,,${"x".repeat(51)},,`, "longer than 50"],
  ["a ditto mark for a zone", '1001,Ana,206-555-0142,"""",,', "no zone"],
  ["a name that Excel could not work out", "1001,#REF!,206-555-0142,North,,", "no name"],
  ["an open quotation mark", '1001,"Ana,206-555-0142,North,,', "is not closed"],
  [
    "cells too many",
    "1001,Ruiz, Ana,206-555-0142,North,es,,",
    "more cells than there are columns with a name",
  ],
])("a row with %s is refused, and the rest goes in", async (_, row, reason) => {
  const { db } = await openTestDatabase();

  const report = await bring(db, row, "1002,Ben Ode,,North,,");

  expect(report.rows).toMatchObject([
    { line: 2, outcome: "refused", notes: expect.arrayContaining([expect.stringContaining(reason)]) },
    { line: 3, outcome: "added" },
  ]);
  expect(await listMembers(db)).toMatchObject([{ account: "1002" }]);
});

test("the hundredth zone is refused, members of the others are not", async () => {
  const { db } = await openTestDatabase();
  await ensureZones(
    db,
    Array.from({ length: 98 }, (_, index) => `Zone ${index + 1}`),
  );

  const report = await bring(db, "1,A,,Zone 99,,", "2,B,,Zone 100,,", "3,C,,ZONE 1,,");

  expect(outcomes(report)).toEqual(["added", "refused", "added"]);
  expect((await listZones(db)).map(({ name }) => name).slice(0, 3)).toEqual(["Zone 1", "Zone 2", "Zone 3"]);
  expect(await listZones(db)).toHaveLength(99);
});

test("the same account again in one file: alike is left alone, different is refused", async () => {
  const { db } = await openTestDatabase();

  const report = await bring(db, "1001,Ana,,,,", ana, ana, "1001,Ana Ruiz,206-555-0199,North,es,Yes");

  expect(outcomes(report)).toEqual(["refused", "added", "left alone", "refused"]);
  expect(report.rows[3]?.notes).toEqual([expect.stringContaining("on line 3 already")]);
  expect(await listMembers(db)).toMatchObject([{ phone: "+12065550142" }]);
});

test("an opt-out is never imported away, a household's neither", async () => {
  const { db } = await openTestDatabase();
  await bring(db, ana);
  await db.transaction((tx) => optOut(tx, "+12065550142", "sms STOP", "member"));

  await bring(db, "1001,Ana Sol,206-555-0142,South,es,Yes", "1002,Leo Sol,206-555-0142,South,,Yes");

  expect(await db.select().from(optOuts)).toMatchObject([{ phone: "+12065550142", source: "sms STOP" }]);
});

const PHONE = "+12065550142";
const says = (word: string) => `1001,Ana Ruiz,206-555-0142,North,es,${word}`;
const texts = (db: Database, word: "STOP" | "START") =>
  db.transaction((tx) => (word === "STOP" ? optOut : optIn)(tx, PHONE, `sms ${word}`, "member"));
const sources = async (db: Database) =>
  (await db.select({ source: optOuts.source }).from(optOuts)).map(({ source }) => source);
const notesOf = (report: Awaited<ReturnType<typeof bring>>) => report.rows.flatMap(({ notes }) => notes);

test("a plain No opts out once; a START after it stands against the same file, and the row says so", async () => {
  const { db } = await openTestDatabase();

  expect(await bring(db, says("No"))).toMatchObject({ optedOut: 1, notCounted: 0 });
  expect(await sources(db)).toEqual(["import"]);

  await texts(db, "START");
  const again = await bring(db, says("No"));
  expect(again).toMatchObject({ optedOut: 0, notCounted: 1 });
  expect(await sources(db)).toEqual([]);
  expect(describeAll(again).join("\n")).toMatch(
    /1 row with a No.*line 2, 1001 Ana Ruiz: No was not counted: the list said it before, and the member texted START on \w+, .*, after it\. .*npm run opt-out -- add/s,
  );

  const entries = await db
    .select({ action: auditEntries.action })
    .from(auditEntries)
    .orderBy(asc(auditEntries.id));
  expect(entries.map(({ action }) => action)).toEqual(["opted out", "imported", "opted in", "imported"]);
});

test.each([
  ["Yes", 1],
  ["", 1],
  // Nobody asked in between.
  ["a file without that column", 0],
  ["a file without that member", 0],
])("a No that a file in between did not say counts anew: %j in between", async (between, optedOut) => {
  const { db } = await openTestDatabase();
  await bring(db, says("No"));
  await texts(db, "START");
  const withoutColumn = "Account,Name,Phone,Zone\n1001,Ana Ruiz,206-555-0142,North";
  if (between.endsWith("column")) await bringAll(db, withoutColumn);
  else await bring(db, between.endsWith("member") ? "1002,Ben Ode,,North,,No" : says(between));

  const report = await bring(db, says("No"));

  expect(report).toMatchObject({ optedOut, notCounted: 1 - optedOut });
  expect(await sources(db)).toEqual(optedOut === 1 ? ["import"] : []);
});

test("a START of before the file's first No does not outweigh it", async () => {
  const { db } = await openTestDatabase();
  await bring(db, says("Yes"));
  await texts(db, "STOP");
  await texts(db, "START");
  expect(await bring(db, says("No"))).toMatchObject({ optedOut: 1, notCounted: 0 });
});

test("a No that came while the phone had opted out by text is old once it texts START", async () => {
  const { db } = await openTestDatabase();
  await bring(db, ana);
  await texts(db, "STOP");
  expect(await bring(db, says("No"))).toMatchObject({ optedOut: 0, notCounted: 0 });
  await texts(db, "START");
  expect(await bring(db, says("No"))).toMatchObject({ optedOut: 0, notCounted: 1 });
});

test("another account's No counts, where the number has moved or is shared", async () => {
  const { db } = await openTestDatabase();
  await bring(db, says("No"));
  await texts(db, "START");
  const moved = await bring(
    db,
    "1001,Ana Ruiz,206-555-0143,North,es,Yes",
    "1002,Leo Sol,206-555-0142,North,,No",
  );
  expect(moved).toMatchObject({ optedOut: 1, notCounted: 0 });
  await texts(db, "START");
  // Back again with the number that it had: nobody says now that it has said No before.
  expect(await bring(db, says("No"))).toMatchObject({ optedOut: 1 });
});

test("an account's new number gets its own No", async () => {
  const { db } = await openTestDatabase();
  await bring(db, says("No"));
  await texts(db, "START");
  const report = await bring(db, "1001,Ana Ruiz,206-555-0143,North,es,No");
  expect(report).toMatchObject({ optedOut: 1, notCounted: 0 });
  expect(await db.select().from(optOuts)).toMatchObject([{ phone: "+12065550143", source: "import" }]);
});

test("an opt-out that was taken back by hand is not brought back by the same file, and the row says so", async () => {
  const { db } = await openTestDatabase();
  await bring(db, says("No"));
  await db.transaction((tx) =>
    undoOptOut(tx, PHONE, { source: "by hand: phone call", reason: "a mistake", actor: "command line" }),
  );
  const report = await bring(db, says("No"));
  expect(report).toMatchObject({ optedOut: 0, notCounted: 1 });
  expect(notesOf(report).join()).toMatch(/taken back by hand on .*, after it \(phone call\)/);
});

test("a list that no longer says No leaves the phone opted out, and that is said once", async () => {
  const { db } = await openTestDatabase();
  await bring(db, says("No"));
  const corrected = await bring(db, says("Yes"));
  expect(notesOf(corrected)).toEqual([expect.stringMatching(/stays opted out.*npm run opt-out -- remove/)]);
  expect(await sources(db)).toEqual(["import"]);
  expect(notesOf(await bring(db, says("Yes")))).toEqual([]);
});

test("a refused row's No is named with it", async () => {
  const { db } = await openTestDatabase();
  const report = await bring(db, "1001,Ana Ruiz,206-555-0142,,es,No", "1002,Ben Ode,206-555-0142,,,Yes");
  expect(report.rows.map(({ notes }) => notes.at(-1))).toEqual([
    "Its No to texts was not counted.",
    expect.stringContaining("no alert would reach"),
  ]);
});

test("a number that is new to an account: found unusable, it is tried again; opted out, it is said", async () => {
  const { db } = await openTestDatabase();
  const bar = (phone: string) =>
    db.insert(unusablePhones).values({ phone, gateway: "twilio", code: "30005" });
  await bring(db, ana, "1002,Ben Ode,206-555-0143,North,,", "1003,Cy Ode,206-555-0144,North,,");
  await bar(PHONE);
  await bar("+12065550144");
  await db.transaction((tx) => optOut(tx, "+12065550143", "sms STOP", "member"));

  // Who stays as they were changes nothing.
  await bring(db, ana, "1002,Ben Ode,206-555-0143,North,,");
  expect(await db.$count(unusablePhones)).toBe(2);

  const report = await bring(
    db,
    "1001,Ana Ruiz,206-555-0150,North,es,Yes",
    "1002,Ben Ode,206-555-0151,North,,",
    "1004,Dee New,206-555-0142,North,,",
    "1005,Eve New,206-555-0143,North,,",
    "1006,Flo New,206-555-0143,North,,No",
  );
  const [, moved, freed, warned, refusing] = report.rows.map(({ notes }) => notes.join(" "));
  expect(moved).toContain("The number before, … 0143, has opted out; the new one has not, so it gets texts.");
  expect(freed).toMatch(/^Since .* … 0142 was known as one that can't get texts.*tries it again\.$/);
  expect(warned).toMatch(/… 0143 opted out on .* \(sms STOP\), before this account had it.*text START/);
  expect(refusing).toBe("");
  expect(await db.select({ phone: unusablePhones.phone }).from(unusablePhones)).toEqual([
    { phone: "+12065550144" },
  ]);
  expect(await sources(db)).toEqual(["sms STOP"]);
  const entries = await listAllEntries(db);
  expect(entries.filter(({ action }) => action === "number freed")).toMatchObject([
    { actor: "command line", detail: { phone: PHONE, why: "it is new to an account", code: "30005" } },
  ]);
});

test("all or nothing: a failure at the very end leaves no member, zone, opt-out or entry", async () => {
  const { db } = await openTestDatabase();
  await db.execute(sql`
    create function refuse_import() returns trigger language plpgsql as
      $$ begin raise exception 'disk full'; end $$;
    create trigger refuse_import before insert on audit_entries
      for each row when (new.action = 'imported') execute function refuse_import()`);

  await expect(bring(db, ana, "1002,Ben Ode,206-555-0143,North,,No")).rejects.toMatchObject({
    cause: { message: "disk full" },
  });

  for (const table of [members, zones, optOuts, auditEntries]) {
    expect(await db.select().from(table)).toEqual([]);
  }
});

test("two imports at the same time: the second sees what the first did", async () => {
  const { db } = await openTestDatabase();

  const reports = await Promise.all([bring(db, ana), bring(db, ana)]);

  expect(reports.flatMap(outcomes).sort()).toEqual(["added", "left alone"]);
});

test("the report names zones, refusals and changes, and no phone in full", async () => {
  const { db } = await openTestDatabase();

  const report = await bring(db, ana, "1002,Ben Ode,206-555-0143 x9,North,,", "1003,Cy Ode,206-555-0144,,,");

  expect(describeAll(report)).toEqual([
    "Read as CSV in UTF-8, separated by commas: 4 lines, the column names on line 1, 3 rows.",
    "  The last line, 4, has no line end: if the file was cut off, that row may not be complete.",
    "3 rows: 2 added, 0 changed, 0 left alone, 1 refused.",
    "1 without a phone that can be texted: no alert reaches them.",
    "New zones, so look for typing mistakes: North.",
    "",
    "Refused, nothing of these rows was taken:",
    "  line 4, 1003 Cy Ode: There is no zone, so no alert would reach this member.",
    "",
    "Added, but look at these:",
    "  line 3, 1002 Ben Ode: No phone was taken: A number with an extension isn't a mobile.",
  ]);
});

const messy = new URL("../../../shared/data/csv/members.excel-utf8-bom-crlf.csv", import.meta.url);
if (existsSync(messy))
  test("a messy list from Excel: every row is accounted for", async () => {
    const { db } = await openTestDatabase();
    const bytes = readFileSync(messy);

    const asks = await importWith(db, bytes);
    expect(asks).toMatchObject({ outcome: "asks", questions: [{ column: "Notes", values: [{ rows: 11 }] }] });
    const first = await importAll(db, bytes, { answers: [{ meaning: "ignore", text: "Notes" }] });
    const second = await importAll(db, bytes);

    expect(first.rows).toHaveLength(122);
    expect(first.rows.filter(({ outcome }) => outcome === "refused")).toHaveLength(13);
    expect((await listZones(db)).map(({ name }) => name)).toEqual([
      "3",
      "East; West",
      "Été",
      "North",
      "South/Creek",
      "Zone 3",
    ]);
    expect(new Set(outcomes(second))).toEqual(new Set(["left alone", "refused"]));
    const phones = (await listMembers(db)).map(({ phone }) => phone).filter((phone) => phone !== null);
    expect(phones.every((phone) => /^\+1\d{3}55501\d\d$/.test(phone))).toBe(true);
  });

// What an import does with people whom Headgate knows more of than the list does: several numbers, members who left,
// people without an account, somebody who was erased.
import { and, eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import type { Database } from "../../src/db/open.ts";
import { addresses, memberEdits, members, optOuts, zones } from "../../src/db/schema.ts";
import { digestAccount } from "../../src/members/erase/digests.ts";
import { type ImportOptions, importMembers, previewImport } from "../../src/members/import.ts";
import { openTestDatabase } from "../helpers/database.ts";

const options = { country: "US", timeZone: "America/Denver" } as const;
const bytesOf = (rows: readonly string[], header = "Account,Name,Phone,Zone,Texts") =>
  Buffer.from([header, ...rows, ""].join("\n"));

/** By the code of its preview, so that what is shown is what is done. */
async function bring(db: Database, rows: readonly string[], more: Partial<ImportOptions> = {}) {
  const given = { ...options, ...more };
  const shown = await previewImport(db, bytesOf(rows), given);
  const done = await importMembers(db, bytesOf(rows), {
    ...given,
    actor: { teamId: "T1", userId: "U1" },
    freezeNext: async () => false,
    as: shown.code,
  });
  if (done.outcome === "imported") expect(done.report).toEqual(shown.report);
  return done;
}

async function reportOf(...given: Parameters<typeof bring>) {
  const done = await bring(...given);
  if (done.outcome !== "imported") throw new Error(JSON.stringify(done));
  return done.report;
}

const numbersOf = async (db: Database, account: string) => {
  const found = await db
    .select({ address: addresses.address, isListed: addresses.isListed })
    .from(addresses)
    .innerJoin(members, eq(members.id, addresses.memberId))
    .where(eq(members.account, account))
    .orderBy(addresses.address);
  return found.map(({ address, isListed }) => `${address.slice(-4)}${isListed ? " list" : ""}`);
};
const idOf = async (db: Database, account: string) =>
  (await db.select({ id: members.id }).from(members).where(eq(members.account, account)))[0]?.id ?? 0;
const give = async (db: Database, account: string, end: string) =>
  db.insert(addresses).values({ memberId: await idOf(db, account), address: `+1206555${end}` });

const ana = "1001,Ana Ruiz,206-555-0101,North,Yes";
const leo = "1002,Leo Ruiz,206-555-0102,North,Yes";

test("a number that was added by hand stays, and the list's own changes beside it", async () => {
  const { db } = await openTestDatabase();
  await bring(db, [ana, leo]);
  await give(db, "1001", "0199");
  await bring(db, ["1001,Ana Ruiz,206-555-0103,North,Yes", leo]);
  expect(await numbersOf(db, "1001")).toEqual(["0103 list", "0199"]);
  // The list has heard of it too, and then has none.
  await bring(db, ["1001,Ana Ruiz,206-555-0199,North,Yes", leo]);
  expect(await numbersOf(db, "1001")).toEqual(["0199 list"]);
  await give(db, "1001", "0188");
  const report = await reportOf(db, ["1001,Ana Ruiz,,North,Yes", leo]);
  expect(await numbersOf(db, "1001")).toEqual(["0188"]);
  expect(report.withoutPhone).toBe(0);
  const [edit] = await db.select().from(memberEdits).orderBy(sql`id desc`).limit(1);
  expect(edit).toMatchObject({ before: { phone: "+12065550199" }, after: { phone: null } });

  // A second row is no way to a second number, and says what is.
  const twice = await reportOf(db, [ana, "1001,Ana Ruiz,206-555-0177,North,Yes", leo]);
  expect(twice.rows[1]?.notes.join()).toContain("A member's second number is added in Headgate");
});

test("a No of the list is about each of the member's numbers, once", async () => {
  const { db } = await openTestDatabase();
  await bring(db, [ana, leo]);
  await give(db, "1001", "0199");
  const no = [ana.replace("Yes", "No"), leo];
  expect(await reportOf(db, no)).toMatchObject({ optedOut: 2 });
  await db.delete(optOuts);
  expect(await reportOf(db, no)).toMatchObject({ optedOut: 0, notCounted: 2 });
});

test("how the file's members agreed is kept with each number that no consent is known of", async () => {
  const { db } = await openTestDatabase();
  await bring(db, [ana]);
  await db.update(addresses).set({ source: "by hand: letter", words: "Please do." });
  await bring(db, [ana, leo, "1003,Ruth Abbott,206-555-0104,North,No"], { consent: "The form of 2026" });
  const kept = await db
    .select({
      account: members.account,
      source: addresses.source,
      words: addresses.words,
      by: addresses.consentBy,
    })
    .from(addresses)
    .innerJoin(members, eq(members.id, addresses.memberId))
    .orderBy(members.account);
  expect(kept).toEqual([
    { account: "1001", source: "by hand: letter", words: "Please do.", by: null },
    { account: "1002", source: "import", words: "The form of 2026", by: "U1" },
    { account: "1003", source: null, words: null, by: null },
  ]);
});

test("who left or was erased is said, and brought back only by name", async () => {
  const { db } = await openTestDatabase();
  await bring(db, [ana, leo]);
  await db.update(members).set({ leftAt: new Date() }).where(eq(members.account, "1001"));
  await db
    .update(members)
    .set({
      name: "",
      account: null,
      erasedAccount: await digestAccount(db, "1002"),
      leftAt: new Date(),
      erasedAt: new Date(),
    })
    .where(eq(members.account, "1002"));
  // A spreadsheet has put zeros before it.
  const file = [ana, "01002,Leo Ruiz,206-555-0102,North,Yes"];
  const report = await reportOf(db, file);
  expect(report.rows.map(({ outcome, notes }) => [outcome, notes.join(" ").slice(0, 67)])).toEqual([
    ["left alone", "In Headgate this account is Ana Ruiz, who has left the co-op. Nothi"],
    ["left alone", "Whoever had this account was erased from Headgate, because that was"],
  ]);
  expect(report.notInFile).toEqual([]);
  expect(await db.$count(members)).toBe(2);

  const back = await reportOf(db, file, { bringBack: ["1001", "1002"] });
  expect(back.rows.map(({ outcome }) => outcome)).toEqual(["changed", "added"]);
  expect(await db.$count(members, sql`left_at is null`)).toBe(2);
  expect(await bring(db, file, { bringBack: ["1009"] })).toMatchObject({
    outcome: "asks",
    questions: [{ about: "answers", unmet: ["1009"] }],
  });
});

test("who is not in the file leaves where that is meant, and where they are many only by their number", async () => {
  const { db } = await openTestDatabase();
  const all = Array.from({ length: 10 }, (_, n) => `${2000 + n},Member ${n},206-555-01${10 + n},North,Yes`);
  await bring(db, all);
  const [north] = await db.select().from(zones);
  await db.insert(members).values({ name: "Hill School", about: "a school", zoneId: north?.id ?? 0 });
  expect(await reportOf(db, all.slice(2))).toMatchObject({ areMarkedLeft: false });
  const standing = () => db.$count(members, sql`left_at is null`);
  expect(await standing()).toBe(11);

  expect((await reportOf(db, all.slice(2), { markLeft: {} })).notInFile).toHaveLength(2);
  expect(await standing()).toBe(9);
  // Two of eight are more than one in five. Who has left before is not counted again.
  for (const markLeft of [{}, { confirmed: 3 }]) {
    expect(await bring(db, all.slice(4), { markLeft })).toMatchObject({
      outcome: "asks",
      questions: [{ about: "leavers", count: 2, of: 8, unreadRows: 0 }],
    });
  }
  // A row of which nobody knows whose it is may be the one that is missing.
  const unread = [...all.slice(3), "1.2E+07,Member 2,206-555-0112,North,Yes"];
  expect(await bring(db, unread, { markLeft: {} })).toMatchObject({
    outcome: "asks",
    questions: [{ about: "leavers", count: 1, of: 8, unreadRows: 1 }],
  });
  await reportOf(db, all.slice(4), { markLeft: { confirmed: 2 } });
  expect(await standing()).toBe(7);
  expect(await db.$count(members, and(sql`left_at is null`, eq(members.about, "a school")))).toBe(1);
});

test("who was put in all zones stays there, whatever zone the list says", async () => {
  const { db } = await openTestDatabase();
  await bring(db, [ana]);
  await db.update(members).set({ zoneId: null, inAllZones: true });
  const report = await reportOf(db, ["1001,Ana Hall,206-555-0101,River,Yes"]);
  expect(report).toMatchObject({ newZones: [], rows: [{ notes: ["Name: was Ana Ruiz."] }] });
  expect(await db.select({ zoneId: members.zoneId, name: members.name }).from(members)).toEqual([
    { zoneId: null, name: "Ana Hall" },
  ]);
});

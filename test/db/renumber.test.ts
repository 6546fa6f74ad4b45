// A new numbering does what its preview has shown, whatever else the file says: nobody is lost, doubled or another.
import { eq, getTableColumns } from "drizzle-orm";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Database } from "../../src/db/open.ts";
import {
  addressChanges,
  addresses,
  fileRefusals,
  listAnswers,
  memberChanges,
  members,
  optOuts,
  zones,
} from "../../src/db/schema.ts";
import { freezeNext } from "../../src/deliveries/freeze.ts";
import { importMembers, previewImport } from "../../src/members/import.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { addMembers } from "../helpers/members.ts";

const HEADER = "Account,Name,Phone,Zone,Opt-In";
const NAMES = ["Ana Ruiz", "Ben Ode", "Cy Park", "Dee Lee"];
const phoneOf = (at: number) => `206-555-014${at}`;
const line = (account: string, at: number, zone = "North", optIn = "Yes") =>
  `${account},${NAMES[at]},${phoneOf(at)},${zone},${optIn}`;

const options = { country: "US", timeZone: "America/Denver", isRenumbered: true } as const;
const bytesOf = (rows: string[]) => Buffer.from([HEADER, ...rows, ""].join("\n"));
const bring = (db: Database, rows: string[], as?: string) =>
  importMembers(db, bytesOf(rows), {
    ...options,
    actor: "command line",
    freezeNext: () => freezeNext(db, "twilio"),
    ...(as !== undefined && { as }),
  });

async function empty(db: Database) {
  const tables = [addresses, members, fileRefusals, memberChanges, addressChanges, optOuts, listAnswers];
  for (const table of tables) await db.delete(table);
}

const listed = (db: Database) =>
  db
    .select({ ...getTableColumns(members), phone: addresses.address })
    .from(members)
    .leftJoin(addresses, eq(addresses.memberId, members.id))
    .orderBy(members.id);

/** Brings the rows in by the code of their preview. @returns what became of each row, and who has which account */
async function play(db: Database, rows: string[]) {
  await db.insert(zones).values({ name: "North", key: "north" }).onConflictDoNothing();
  const [zone] = await db.select({ zoneId: zones.id }).from(zones).where(eq(zones.key, "north"));
  if (!zone) throw new Error("There is no zone.");
  const stored = NAMES.map((name, at) => ({
    account: String(at + 1),
    name,
    phone: `+1${phoneOf(at).replaceAll("-", "")}`,
  }));
  await addMembers(
    db,
    stored.map((member) => ({ ...member, ...zone })),
  );
  const before = await listed(db);
  const shown = await previewImport(db, bytesOf(rows), options);
  if (shown.questions.length > 0) return undefined;
  const done = await bring(db, rows, shown.code);
  if (done.outcome !== "imported") throw new Error(JSON.stringify(done));
  expect(done.report).toEqual(shown.report);
  return { before, after: await listed(db), report: done.report };
}

test.each<[what: string, rows: string[], outcomes: string[], accounts: string[]]>([
  [
    "one stays whose number another would get",
    [line("2", 0), line("3", 1), line("14", 3)],
    ["refused", "refused", "changed"],
    ["1", "2", "3", "14"],
  ],
  [
    "two people get one account",
    [line("50", 0), line("50", 1), line("51", 3)],
    ["changed", "refused", "changed"],
    ["50", "2", "3", "51"],
  ],
  [
    "a row without a zone",
    [line("33", 1, ""), line("50", 0), line("51", 3)],
    ["refused", "changed", "changed"],
    ["50", "2", "3", "51"],
  ],
  [
    "an account that is too long",
    [line("3".repeat(41), 1), line("50", 0), line("51", 3)],
    ["refused", "changed", "changed"],
    ["50", "2", "3", "51"],
  ],
  [
    "somebody new with the number of one whose row is refused",
    [line("33", 1, ""), "2,Eve Fox,206-555-0199,North,Yes", line("50", 0), line("51", 3)],
    ["refused", "refused", "changed", "changed"],
    ["50", "2", "3", "51"],
  ],
  [
    "somebody new with the number of one who moves",
    [line("33", 1), "2,Eve Fox,206-555-0199,North,Yes", line("50", 0), line("51", 3)],
    ["changed", "added", "changed", "changed"],
    ["50", "33", "3", "51", "2"],
  ],
  [
    "one person in two rows",
    [line("60", 0), line("61", 0), line("2", 3), line("1", 2)],
    ["refused", "refused", "refused", "refused"],
    ["1", "2", "3", "4"],
  ],
])("%s: only what is taken is numbered anew", async (_, rows, outcomes, accounts) => {
  const { db } = await openTestDatabase();
  const played = await play(db, rows);
  expect(played?.report.rows.map(({ outcome }) => outcome)).toEqual(outcomes);
  expect(played?.after.map(({ account }) => account)).toEqual(accounts);
});

const row = fc.record({
  who: fc.constantFrom(0, 0, 1, 1, 2, 2, 3, 3, 4),
  account: fc.constantFrom("1", "2", "3", "4", "5", "6", "02", "3.0", "x".repeat(41), ""),
  zone: fc.constantFrom("North", "North", "North", "South", "", "do"),
  optIn: fc.constantFrom("Yes", "Yes", "No"),
  harm: fc.constantFrom("", "", "", "", '"', ","),
});

/** Most with one row for each, as files have. */
const file = fc.oneof(
  fc.array(row, { minLength: 2, maxLength: 6 }),
  fc.uniqueArray(row, { selector: ({ who }) => who, minLength: 3 }),
  fc.uniqueArray(row, { selector: ({ who }) => who, minLength: 3 }),
);

test("whatever the file is, the import does what was shown, and everybody is still who they were", async () => {
  const { db } = await openTestDatabase();
  let renumbered = 0;
  await fc.assert(
    fc.asyncProperty(file, async (all) => {
      await empty(db);
      const rows = all.map(({ who, account, zone, optIn, harm }) =>
        who === 4
          ? `${account},Eve Fox,206-555-0199,${zone},${optIn}`
          : `${account},${harm}${NAMES[who]},${phoneOf(who)},${zone},${optIn}`,
      );
      const played = await play(db, rows);
      if (played === undefined) return;
      const { before, after, report } = played;
      for (const was of before) {
        const is = after.find(({ id }) => id === was.id);
        expect(is, `${was.name} is gone`).toBeDefined();
        if (is === undefined) continue;
        const changed = report.rows.find(
          ({ account, outcome }) => account === is.account && outcome === "changed",
        );
        const notes = changed?.notes.join(" ") ?? "";
        // Another number, name or phone was shown, and nothing else was.
        expect(notes.includes(`Account: was ${was.account}.`)).toBe(is.account !== was.account);
        expect(notes.includes(`Name: was ${was.name}.`)).toBe(is.name !== was.name);
        expect(notes.includes("Phone: was")).toBe(is.phone !== was.phone);
        if (is.account !== was.account) {
          renumbered++;
          expect(is).toMatchObject({ name: was.name, phone: was.phone });
        }
      }
      // Nothing is written but what was shown.
      expect(after.length - before.length).toBe(
        report.rows.filter(({ outcome }) => outcome === "added").length,
      );
      expect(after.some(({ account }) => account?.startsWith("\n"))).toBe(false);
    }),
    { numRuns: 150, seed: 12 },
  );
  expect(renumbered).toBeGreaterThan(10);
}, 180_000);

// Who had a number when an alert was sent, whatever the member list says since.
import { eq, sql } from "drizzle-orm";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { type Database, openDatabase } from "../../src/db/open.ts";
import { addressChanges, memberChanges, memberList, members, sendings, zones } from "../../src/db/schema.ts";
import { readSnapshot } from "../../src/db/snapshot.ts";
import { freezeAudience } from "../../src/deliveries/freeze.ts";
import { importMembers } from "../../src/members/import.ts";
import { listDeliveries } from "../../src/outcomes/delivery-lines.ts";
import { listEverything } from "../../src/outcomes/everything.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { connectTo, createTestDatabase, openTestDatabase } from "../helpers/database.ts";
import { addMembers, listMembers, removeMembers } from "../helpers/members.ts";

const P1 = "+12065550101";
const P2 = "+12065550102";
const P3 = "+12065550103";
const PHONES = [P1, P2, P3];

type Row = [account: string, name: string, phone: string, zone: string];

async function bringIn(db: Database, rows: readonly Row[], isRenumbered = false) {
  const lines = ["Account,Name,Phone,Zone", ...rows.map((row) => row.join(","))];
  const bytes = new TextEncoder().encode(lines.join("\n"));
  return importMembers(db, bytes, {
    actor: "command line",
    freezeNext: async () => false,
    country: "US",
    timeZone: "America/Denver",
    isRenumbered,
    exchanged: ["name", "phone", "zone"],
  });
}

/** An alert to all zones, frozen from the list as it is now. @returns what its details say */
async function sendAlert(db: Database) {
  const { alertId, sendingId } = await insertAlert(db, []);
  await db.execute(sql`delete from parts where sending_id = ${sendingId}`);
  const zoneIds = (await db.select({ id: zones.id }).from(zones)).map(({ id }) => id);
  await db.transaction((tx) =>
    freezeAudience(tx, { sendingId, gateway: "twilio", text: "Hello.", segments: 1, zoneIds }),
  );
  return async () => {
    const found = await listDeliveries(db, alertId, { after: 0, limit: 1000 });
    return found.map(({ phone, names, accounts, zones }) => [phone, names, accounts, zones]);
  };
}

test("a number that went to somebody else is still named by whoever had it then", async () => {
  const url = await createTestDatabase();
  const { db } = connectTo(url);
  await bringIn(db, [
    ["1", "Ana Ruiz", P1, "North"],
    ["2", "Leo Ruiz", P1, "North"],
    ["3", "Ruth Abbott", P2, "River"],
  ]);
  const before = await sendAlert(db);
  await bringIn(db, [
    ["1", "Ana Ruiz", P3, "North"],
    ["2", "Leo Ruiz-Hall", P1, "Old Town"],
    ["3", "Ruth Abbott", P1, "River"],
    ["4", "Ike Chen", P2, "River"],
  ]);
  const after = await sendAlert(db);
  await removeMembers(db, eq(members.account, "3"));

  expect(await before()).toEqual([
    [P1, "Ana Ruiz, Leo Ruiz", "1, 2", "North"],
    [P2, "Ruth Abbott", "3", "River"],
  ]);
  expect(await after()).toEqual([
    [P1, "Leo Ruiz-Hall, Ruth Abbott", "2, 3", "Old Town, River"],
    [P2, "Ike Chen", "4", "River"],
    [P3, "Ana Ruiz", "1", "North"],
  ]);
  const everything = await readSnapshot(url, (rows) => Array.fromAsync(listEverything(rows)));
  const exported = everything.flat().map(({ names, accounts, zones }) => [names, accounts, zones]);
  expect(exported).toEqual([...(await before()), ...(await after())].map(([, ...who]) => who));
});

test("an import that is under way when an alert is sent does not count for it", async () => {
  const url = await createTestDatabase();
  const [importing, sending] = [openDatabase(url), openDatabase(url)];
  onTestFinished(importing.close);
  onTestFinished(sending.close);
  await bringIn(importing.db, [["1", "Ana Ruiz", P1, "North"]]);
  const isWritten = Promise.withResolvers<void>();
  const isSent = Promise.withResolvers<void>();
  const change = importing.db.transaction(async (tx) => {
    await tx.update(members).set({ name: "Somebody Else" }).where(eq(members.account, "1"));
    isWritten.resolve();
    await isSent.promise;
  });
  await isWritten.promise;
  const told = await sendAlert(sending.db);
  isSent.resolve();
  await change;

  expect(await told()).toEqual([[P1, "Ana Ruiz", "1", "North"]]);
});

test("a row is kept for each change of an account, name, number or zone, and for nothing else", async () => {
  const { db } = await openTestDatabase();
  const first: Row[] = [
    ["1", "Ana Ruiz", P1, "North"],
    ["2", "Leo Ruiz", P2, "North"],
  ];
  await bringIn(db, first);
  await bringIn(db, first);
  await db.update(members).set({ language: "es" });
  expect(await db.$count(memberChanges)).toBe(0);

  await bringIn(db, [
    ["1", "Ana Ruiz", P1, "River"],
    ["2", "Leo Ruiz", "", "North"],
  ]);
  const [moved] = await db.select().from(memberChanges);
  expect([moved?.account, moved?.name, moved?.zone]).toEqual(["1", "Ana Ruiz", "North"]);
  expect(await db.$count(memberChanges)).toBe(1);
  const numbers = await db.select().from(addressChanges);
  expect(numbers.map(({ address }) => address)).toEqual([P2]);
});

test("a new account number is one change, with whatever else changes at once", async () => {
  const { db } = await openTestDatabase();
  const before: Row[] = [
    ["1", "Ana Ruiz", P1, "North"],
    ["2", "Leo Ruiz", P2, "North"],
    ["3", "Ruth Abbott", P3, "River"],
  ];
  await bringIn(db, before);
  const told = await sendAlert(db);
  const done = await bringIn(
    db,
    [
      ["2", "Ana Ruiz", P1, "River"],
      ["3", "Leo Ruiz", P2, "North"],
      ["1", "Ruth Abbott", P3, "River"],
    ],
    true,
  );
  expect(done.outcome).toBe("imported");
  const kept = await db.select().from(memberChanges).orderBy(memberChanges.account);
  expect(kept.map(({ account, name, zone }) => [account, name, zone])).toEqual(
    before.map(([account, name, , zone]) => [account, name, zone]),
  );
  expect(await db.$count(addressChanges)).toBe(0);
  expect((await told()).map(([, name, account]) => [name, account])).toEqual([
    ["Ana Ruiz", "1"],
    ["Leo Ruiz", "2"],
    ["Ruth Abbott", "3"],
  ]);
});

test("whoever is on the list when this version comes in counts for the alerts before it", async () => {
  const { db } = await openTestDatabase();
  const [zone] = await db.insert(zones).values({ name: "North", key: "north" }).returning({ id: zones.id });
  await addMembers(db, [{ account: "1", name: "Ana Ruiz", phone: P1, zoneId: zone?.id ?? 0 }]);
  const { alertId, sendingId } = await insertAlert(db, [P1]);
  expect(await db.select({ version: sendings.listVersion }).from(sendings)).toEqual([{ version: 0 }]);
  expect(await db.select({ version: memberList.version }).from(memberList)).toEqual([{ version: 0 }]);

  // Who comes after it never had it then.
  await bringIn(db, [
    ["1", "Ana Ruiz", P2, "North"],
    ["2", "Leo Ruiz", P1, "North"],
  ]);
  const [line] = await listDeliveries(db, alertId, { after: 0, limit: 1 });
  expect([sendingId > 0, line?.names]).toEqual([true, "Ana Ruiz"]);
});

test("names in the history can be blanked, and the record stays", async () => {
  const { db } = await openTestDatabase();
  await bringIn(db, [["1", "Ana Ruiz", P1, "North"]]);
  const told = await sendAlert(db);
  await bringIn(db, [["1", "Ana Hall", P1, "North"]]);
  expect((await told())[0]).toEqual([P1, "Ana Ruiz", "1", "North"]);
  await db.update(memberChanges).set({ name: null, account: null, zone: null });
  expect(await told()).toEqual([[P1, "", "", ""]]);
});

test("whatever happens to the list, each alert names who it said had the number when it was sent", async () => {
  const row = fc.record({
    account: fc.constantFrom("1", "2", "3", "4"),
    name: fc.constantFrom("Ana", "Ben", "Cy"),
    phone: fc.constantFrom(...PHONES, "none"),
    zone: fc.constantFrom("North", "River"),
  });
  const step = fc.oneof(
    fc.uniqueArray(row, { selector: ({ account }) => account, minLength: 1 }),
    fc.constant("send" as const),
    fc.constantFrom({ removed: "1" }, { removed: "2" }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
      const { db } = await openTestDatabase();
      const sent: { told: Awaited<ReturnType<typeof sendAlert>>; expected: unknown[] }[] = [];
      for (const each of steps) {
        if (Array.isArray(each)) {
          await bringIn(
            db,
            each.map(({ account, name, phone, zone }) => [account, name, phone, zone]),
          );
        } else if (each !== "send") {
          await removeMembers(db, eq(members.account, each.removed));
        } else {
          const told = await sendAlert(db);
          const now = await listMembers(db);
          const expected = PHONES.filter((phone) => now.some((member) => member.phone === phone)).map(
            (phone) => {
              const who = now
                .filter((member) => member.phone === phone)
                .sort((a, b) => `${a.name} ${a.account}`.localeCompare(`${b.name} ${b.account}`));
              const all = (words: (string | null)[]) => words.join(", ");
              return [
                phone,
                all(who.map(({ name }) => name)),
                all(who.map(({ account }) => account)),
                all([...new Set(who.map(({ zone }) => zone))].sort()),
              ];
            },
          );
          sent.push({ told, expected });
        }
      }
      for (const { told, expected } of sent) expect(await told()).toEqual(expected);
    }),
    { numRuns: 20 },
  );
});

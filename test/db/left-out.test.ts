// Who is left out: the review's count, the freeze and the list are one and the same, whatever the members are.
import { eq, sql } from "drizzle-orm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { countAudience } from "../../src/alerts/audience.ts";
import type { Database } from "../../src/db/open.ts";
import {
  addresses,
  alerts,
  deliveries,
  leftOut,
  members,
  optOuts,
  sendings,
  unusablePhones,
  zones,
} from "../../src/db/schema.ts";
import { freezeAudience } from "../../src/deliveries/freeze.ts";
import { listLeftOut } from "../../src/outcomes/left-out.ts";
import { readAlert } from "../../src/outcomes/read-alert.ts";
import { FIRST, listUnreached } from "../../src/outcomes/unreached.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { twilioWords } from "../helpers/gateway.ts";
import { addMembers, removeMembers, setPhone } from "../helpers/members.ts";

const PHONES = ["+12065550101", "+12065550102", "+12065550103", "+12065550104"];
const ALL = { skip: 0, limit: 1000 };

async function addZone(db: Database, name: string): Promise<number> {
  const [zone] = await db.insert(zones).values({ name, key: name.toLowerCase() }).returning();
  return zone?.id ?? 0;
}

async function freeze(db: Database, zoneIds: number[]): Promise<number> {
  const [sending] = await db
    .insert(sendings)
    .values({ about: "alert", rank: 0, deadlineAt: sql`now()` })
    .returning({ id: sendings.id });
  const sendingId = sending?.id ?? 0;
  const alike = { sendingId, gateway: "twilio", text: "Hello.", segments: 1 };
  await db.transaction((tx) => freezeAudience(tx, { ...alike, zoneIds }));
  return sendingId;
}

test("each member of the zones is in a delivery or left out, and the count, the freeze and the list agree", async () => {
  const { db } = await openTestDatabase();
  const [north, south] = [await addZone(db, "North"), await addZone(db, "South")];
  const person = fc.record({ phone: fc.constantFrom(null, ...PHONES), isNorth: fc.boolean() });
  const world = fc.record({
    people: fc.array(person, { maxLength: 12 }),
    optedOut: fc.subarray(PHONES),
    unusable: fc.subarray(PHONES),
  });
  await fc.assert(
    fc.asyncProperty(world, async ({ people, optedOut, unusable }) => {
      for (const table of [addresses, members, optOuts, unusablePhones]) await db.delete(table);
      for (const [n, { phone, isNorth }] of people.entries()) {
        const zoneId = isNorth ? north : south;
        await addMembers(db, [{ account: `${n}`, name: `Member ${n}`, phone, zoneId }]);
      }
      for (const phone of optedOut) await db.insert(optOuts).values({ phone, source: "test" });
      for (const phone of unusable) {
        await db.insert(unusablePhones).values({ phone, gateway: "twilio", code: "30006" });
      }
      const audience = await countAudience(db, [north]);
      const whoNow = await listLeftOut(db, { sendingId: null, isFrozen: false, zoneIds: [north] }, ALL);
      const sendingId = await freeze(db, [north]);

      // A second opinion, by hand.
      const reasonOf = (phone: string | null) =>
        phone === null
          ? "no mobile"
          : optedOut.includes(phone)
            ? "opted out"
            : unusable.includes(phone)
              ? "unusable"
              : undefined;
      const here = people.map((each, n) => ({ ...each, account: `${n}` })).filter(({ isNorth }) => isNorth);
      const expected = here.flatMap(({ phone, account }) => {
        const reason = reasonOf(phone);
        return reason === undefined
          ? []
          : [{ account, name: `Member ${account}`, zone: "North", phone, reason }];
      });
      const inOrder = expected.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      expect(whoNow).toEqual(inOrder);
      expect(await listLeftOut(db, { sendingId, isFrozen: true, zoneIds: [] }, ALL)).toEqual(inOrder);
      const sum = audience.optedOut + audience.noMobile + audience.unusable;
      expect([audience.members, sum]).toEqual([here.length, expected.length]);
      const texted = await db
        .select({ phone: deliveries.address })
        .from(deliveries)
        .where(eq(deliveries.sendingId, sendingId));
      const reached = here.filter(({ phone }) => reasonOf(phone) === undefined).map(({ phone }) => phone);
      expect(texted.map(({ phone }) => phone).sort()).toEqual([...new Set(reached)].sort());
    }),
    { numRuns: 25 },
  );
});

test("who was left out is named as it was at the freeze, whatever became of them", async () => {
  const { db } = await openTestDatabase();
  const zoneId = await addZone(db, "North");
  const [stopped = "", other = ""] = PHONES;
  await addMembers(db, [
    { account: "1", name: "Ruth", phone: stopped, zoneId },
    { account: "2", name: "Owen", phone: null, zoneId },
    { account: "3", name: "Beth", phone: other, zoneId },
  ]);
  await db.insert(optOuts).values({ phone: stopped, source: "sms STOP" });
  const sendingId = await freeze(db, [zoneId]);

  await db.delete(optOuts);
  await db.update(members).set({ name: "Owen Ray" }).where(eq(members.account, "2"));
  await setPhone(db, eq(members.account, "2"), "+12065550109");
  await removeMembers(db, eq(members.account, "1"));
  const kept = await listLeftOut(db, { sendingId, isFrozen: true, zoneIds: [zoneId] }, ALL);
  expect(kept.map(({ name, phone, reason }) => ({ name, phone, reason }))).toEqual([
    { name: "Owen", phone: null, reason: "no mobile" },
    { name: "Ruth", phone: stopped, reason: "opted out" },
  ]);
  expect(await db.$count(leftOut, eq(leftOut.sendingId, sendingId))).toBe(2);
});

test("page by page everybody is there once: the phones first, and then who was left out", async () => {
  const { db } = await openTestDatabase();
  const zoneId = await addZone(db, "North");
  const phones = Array.from({ length: 9 }, (_, n) => `+1206555012${n}`);
  const added = await db
    .insert(members)
    .values(Array.from({ length: 5 }, (_, n) => ({ account: `${n}`, name: `Member ${n}`, zoneId })))
    .returning({ memberId: members.id });
  const { alertId, sendingId } = await insertAlert(db, phones);
  await db.update(deliveries).set({ status: "expired" }).where(sql`position % 3 = 0`);
  await db.update(deliveries).set({ status: "failed", code: "30003" }).where(sql`position = 7`);
  await db
    .insert(leftOut)
    .values(added.map(({ memberId }) => ({ sendingId, memberId, reason: "no mobile" as const })));
  await db.update(alerts).set({ zoneIds: [zoneId] });

  for (const limit of [1, 2, 3, 4, 5, 8, 9, 10]) {
    const alert = await readAlert(db, alertId);
    if (!alert) throw new Error("there is no alert");
    const pages = [await listUnreached(db, alert, twilioWords, { from: FIRST, limit })];
    for (let next = pages[0]?.next; next; next = pages.at(-1)?.next) {
      pages.push(await listUnreached(db, alert, twilioWords, { from: next, limit }));
    }
    expect(pages).toHaveLength(Math.ceil(9 / limit));
    const people = pages.flatMap((page) => page.people);
    expect(people.map(({ phone, names, why }) => phone ?? `${names}: ${why}`)).toEqual([
      "+12065550122",
      "+12065550125",
      "+12065550126",
      "+12065550128",
      ...Array.from({ length: 5 }, (_, n) => `Member ${n}: without a mobile number`),
    ]);
    expect(people.slice(0, 4).map(({ outcome, why }) => `${outcome}: ${why}`)).toEqual([
      "not sent: it was too late to send it",
      "not sent: it was too late to send it",
      "not reached: phone off or out of coverage",
      "not sent: it was too late to send it",
    ]);
  }
});

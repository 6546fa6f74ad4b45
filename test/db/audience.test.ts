import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import {
  countAudience,
  countReachAnew,
  listReachableZones,
  readFingerprint,
  sumUpReach,
} from "../../src/alerts/audience.ts";
import type { Database } from "../../src/db/open.ts";
import { deliveries, members, reachChanges, sendings, unusablePhones, zones } from "../../src/db/schema.ts";
import { freezeAudience } from "../../src/deliveries/freeze.ts";
import { optIn, optOut } from "../../src/opt-outs/opt-outs.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { eventually } from "../helpers/eventually.ts";
import { countLockWaiters, holdBack } from "../helpers/locks.ts";
import { addMembers, hasPhone, removeMembers, setPhone } from "../helpers/members.ts";

test("no zone is nobody, never everybody", async () => {
  const { db } = await openTestDatabase();
  const [zone] = await db.insert(zones).values({ name: "North", key: "north" }).returning();
  await addMembers(db, [{ account: "1", name: "Ruth", phone: "+12065550101", zoneId: zone?.id ?? 0 }]);

  expect(await countAudience(db, [])).toMatchObject({ members: 0, phones: 0 });
  await freeze(db, []);
  expect(await db.select().from(deliveries)).toEqual([]);
});

/** @returns how to freeze the same once more */
async function freeze(db: Database, zoneIds: number[]): Promise<() => Promise<void>> {
  const [sending] = await db
    .insert(sendings)
    .values({ about: "alert", rank: 2, deadlineAt: sql`now()` })
    .returning({ sendingId: sendings.id });
  const alike = { sendingId: sending?.sendingId ?? 0, gateway: "twilio", text: "Hello.", segments: 1 };
  const freezeIt = () => db.transaction((tx) => freezeAudience(tx, { ...alike, zoneIds }));
  await freezeIt();
  return freezeIt;
}

/** A zone with these phones, a member each. */
async function addZone(db: Database, key: string, phones: (string | null)[]): Promise<number> {
  const [zone] = await db.insert(zones).values({ name: key, key }).returning();
  const zoneId = zone?.id ?? 0;
  await addMembers(
    db,
    phones.map((phone, n) => ({ account: `${key} ${n}`, name: "Ruth", phone, zoneId })),
  );
  return zoneId;
}

test("the members that a text reaches are counted along with every change, and the fingerprint tells it", async () => {
  const { db } = await openTestDatabase();
  const [a, b, shared] = ["+12065550101", "+12065550102", "+12065550103"];
  const north = await addZone(db, "north", [a, b, shared, null]);
  const south = await addZone(db, "south", [shared]);
  const expectReach = async (...reach: number[]) => {
    const counted = new Map((await listReachableZones(db)).map(({ id, reachable }) => [id, reachable]));
    expect([north, south].map((zone) => counted.get(zone))).toEqual(reach);
    // A second opinion: counted anew.
    const anew = [north, south].map(async (zone) => (await countAudience(db, [zone])).reached);
    expect(await Promise.all(anew)).toEqual(reach);
  };
  await expectReach(3, 1);
  const before = await readFingerprint(db, [north]);

  const deeds: [() => Promise<unknown>, number, number][] = [
    [() => db.transaction((tx) => optOut(tx, shared, "sms STOP", "member")), 2, 0],
    [() => db.insert(unusablePhones).values({ phone: shared, gateway: "twilio", code: "30006" }), 2, 0],
    [() => db.transaction((tx) => optIn(tx, shared, "sms START", "member")), 2, 0],
    [() => db.delete(unusablePhones), 3, 1],
    [() => db.update(members).set({ zoneId: south }).where(hasPhone(a)), 2, 2],
    [() => setPhone(db, hasPhone(a), "+12065550109"), 2, 2],
    [() => removeMembers(db, hasPhone(b)), 1, 2],
  ];
  const seen = new Set([before]);
  for (const [deed, ...reach] of deeds) {
    await deed();
    await expectReach(...reach);
    seen.add(await readFingerprint(db, [north]));
  }
  expect(seen.size).toBe(4);
  expect(await readFingerprint(db, [])).toBe("");
});

test("as many members, but another phone: the fingerprint differs; put together it stays the same", async () => {
  const { db } = await openTestDatabase();
  const zone = await addZone(db, "north", ["+12065550101"]);
  const before = await readFingerprint(db, [zone]);
  for (let n = 0; n < 300; n++) {
    await setPhone(db, sql`true`, `+120655502${String(n % 100).padStart(2, "0")}`);
  }
  const after = await readFingerprint(db, [zone]);
  expect(after).not.toBe(before);
  await sumUpReach(db);
  expect(await db.$count(reachChanges)).toBe(1);
  expect(await readFingerprint(db, [zone])).toBe(after);
});

test("an alert's audience is frozen once: the database refuses a second time", async () => {
  const { db } = await openTestDatabase();
  const zone = await addZone(db, "north", ["+12065550101", "+12065550101", "+12065550102"]);
  const again = await freeze(db, [zone]);
  await expect(again()).rejects.toMatchObject({ cause: { code: "23505" } });
  const found = await db.select({ phone: deliveries.address }).from(deliveries).orderBy(deliveries.position);
  expect(found).toEqual([{ phone: "+12065550101" }, { phone: "+12065550102" }]);
});

test("a STOP and an import that cross: neither waits for the other, and the counts are put right", async () => {
  const { db, client } = await openTestDatabase();
  const [known, fresh] = ["+12065550101", "+12065550102"];
  const zone = await addZone(db, "north", [known]);
  const there = await addZone(db, "south", []);
  const stop = (phone: string) => db.transaction((tx) => optOut(tx, phone, "sms STOP", "member"));
  const held = await client.reserve();
  await held`begin`;
  await held`lock table members, addresses, zones in share row exclusive mode`;
  await held`insert into members (account, name, zone_id) values ('2', 'Ruth', ${zone})`;
  await held`insert into addresses (member_id, address) select id, ${fresh} from members where account = '2'`;
  await held`update members set zone_id = ${there} where account = 'north 0'`;
  // Whose member the import brings in, and whose member it changes. A STOP that waited would end only after it.
  await stop(fresh);
  await stop(known);
  await held`commit`;
  held.release();

  const reachable = async () => (await listReachableZones(db)).map((each) => each.reachable);
  const fingerprint = () => readFingerprint(db, [zone, there]);
  expect((await countAudience(db, [zone, there])).reached).toBe(0);
  // Nobody can avoid this without waiting.
  expect(await reachable()).not.toEqual([0, 0]);
  // Two instances do it at once: each has counted before either has put anything right.
  const letGo = await holdBack(client, "reach_changes");
  const counted = Promise.all([countReachAnew(db), countReachAnew(db)]);
  await eventually(async () => (await countLockWaiters(client)) === 2, "both to wait");
  await letGo();
  await counted;
  expect(await reachable()).toEqual([0, 0]);
  expect(await fingerprint()).toBe("");
  const changes = await db.$count(reachChanges);
  await countReachAnew(db);
  expect(await db.$count(reachChanges)).toBe(changes);
});

test("counted anew while something changes: what is not committed yet is in neither sum", async () => {
  const { db, client } = await openTestDatabase();
  const zone = await addZone(db, "north", ["+12065550101", "+12065550102"]);
  const held = await client.reserve();
  await held`begin`;
  await held`insert into members (account, name, zone_id) values ('3', 'Ruth', ${zone})`;
  await held`insert into addresses (member_id, address) select id, '+12065550103' from members where account = '3'`;
  await countReachAnew(db);
  await held`commit`;
  held.release();
  expect((await listReachableZones(db)).map((each) => each.reachable)).toEqual([3]);
});

test("an opt-out that the other way round crosses a member who leaves is put right as well", async () => {
  const { db, client } = await openTestDatabase();
  const phone = "+12065550101";
  const zone = await addZone(db, "north", [phone, "+12065550102"]);
  const held = await client.reserve();
  await held`begin`;
  await held`delete from addresses where address = ${phone}`;
  await db.transaction((tx) => optOut(tx, phone, "sms STOP", "member"));
  await held`commit`;
  held.release();
  await countReachAnew(db);
  expect((await listReachableZones(db)).find(({ id }) => id === zone)?.reachable).toBe(1);
});

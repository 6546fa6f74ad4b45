// Zones are changed by people: what stays as it was, who is told, and what is refused.
import { eq, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { confirmAlert } from "../../src/alerts/confirm.ts";
import { saveDraft } from "../../src/alerts/draft.ts";
import { listAllEntries } from "../../src/audit/audit.ts";
import { addBoardMember } from "../../src/board/allowlist.ts";
import { changesOf } from "../../src/board/change.ts";
import type { Tx } from "../../src/db/open.ts";
import { alerts, memberList, members, sendings, zones } from "../../src/db/schema.ts";
import { optOut } from "../../src/opt-outs/opt-outs.ts";
import { listDeliveries } from "../../src/outcomes/delivery-lines.ts";
import { addZone, mergeZones, removeZone, renameZone } from "../../src/zones/change.ts";
import { listZonesWithReach } from "../../src/zones/reach.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { eventually } from "../helpers/eventually.ts";
import { isLockAwaited } from "../helpers/locks.ts";
import { addMembers } from "../helpers/members.ts";
import { noon } from "../helpers/moment.ts";

const ana = { teamId: "T1", userId: "UANA" };
const phone = (n: number) => `+1206555${String(n).padStart(4, "0")}`;

/** North with five members, the last of whom has no phone, and South with two; ana is the admin. */
async function openCoOp() {
  const { db, client } = await openTestDatabase();
  await addBoardMember(db, ana, "admin", "command line");
  const change = changesOf(db, ana, "admin", "zones");
  const add = async (name: string) => {
    const zone = await change((tx) => addZone(tx, name, ana));
    if ("refused" in zone) throw new Error(zone.refused);
    return { id: zone.id, version: 1 };
  };
  const [north, south] = [await add("North"), await add("South")];
  const member = (n: number, zoneId: number) => ({
    account: `${n}`,
    name: `M ${n}`,
    phone: phone(n),
    zoneId,
  });
  await addMembers(db, [
    ...[1, 2, 3, 4].map((n) => member(n, north.id)),
    { ...member(5, north.id), phone: null },
    ...[6, 7].map((n) => member(n, south.id)),
  ]);
  const review = async (zoneIds: number[], text = "The water is off.") => {
    const draft = {
      author: ana,
      kind: "service",
      zoneIds,
      allZones: false,
      text,
      viewId: crypto.randomUUID(),
    };
    const saved = await db.transaction((tx) => saveDraft(tx, draft, noon()));
    if (!("alertId" in saved)) throw new Error(JSON.stringify(saved));
    return saved.alertId;
  };
  const send = async (alertId: number) => {
    const [alert] = await db.select().from(alerts).where(eq(alerts.id, alertId));
    const reviewed = { alertId, version: alert?.version ?? 0 };
    const sent = await confirmAlert(changesOf(db, ana, "operator", "confirm"), reviewed, {
      gateway: "twilio",
      ...noon(),
    });
    return [sent.outcome, ...sent.news];
  };
  const version = async () => (await db.select().from(memberList))[0]?.version ?? 0;
  const entries = async () =>
    (await listAllEntries(db))
      .filter(({ action }) => action.startsWith("zone"))
      .slice(2)
      .map(({ actor, action, detail }) => ({ actor, action, detail }));
  const zonesOf = async (alertId: number) =>
    (await listDeliveries(db, alertId, { after: 0, limit: 100 })).map((line) => line.zones);
  return { db, client, change, north, south, review, send, version, entries, zonesOf, member };
}

describe("a zone", () => {
  test("is added once under its name, and only with a name that people can read", async () => {
    const { db, change, entries } = await openCoOp();
    const add = (name: string) => change((tx) => addZone(tx, name, ana));
    expect(await add(" Old  Town ")).toMatchObject({ name: "Old Town" });
    expect(await add("OLD TOWN")).toEqual({ refused: "taken" });
    expect(await add(" \n ")).toEqual({ refused: "no name" });
    expect(await add("x".repeat(51))).toEqual({ refused: "too long" });
    await db.execute(sql`insert into zones (name, key) select n, n from generate_series(1, 96) n`);
    expect(await add("One too many")).toEqual({ refused: "too many" });
    expect(await entries()).toEqual([
      { actor: "UANA", action: "zone added", detail: { zone: expect.any(Number), name: "Old Town" } },
    ]);
  });

  test("that is renamed keeps its old name in alerts of the past, and has the new one in those to come", async () => {
    const { change, north, review, send, version, entries, zonesOf } = await openCoOp();
    const first = await review([north.id]);
    expect(await send(first)).toEqual(["confirmed"]);
    const before = await version();
    expect(await change((tx) => renameZone(tx, north, "Upper North", ana))).toMatchObject({
      name: "Upper North",
    });
    expect(await version()).toBe(before + 1);
    const second = await review([north.id], "The water is on again.");
    expect(await send(second)).toEqual(["confirmed"]);
    expect(new Set(await zonesOf(first))).toEqual(new Set(["North"]));
    expect(new Set(await zonesOf(second))).toEqual(new Set(["Upper North"]));
    expect(await entries()).toEqual([
      { actor: "UANA", action: "zone renamed", detail: { zone: north.id, from: "North", to: "Upper North" } },
    ]);
  });

  test("can be written otherwise, and can't get another's name", async () => {
    const { change, north } = await openCoOp();
    const rename = (name: string, version: number) =>
      change((tx) => renameZone(tx, { ...north, version }, name, ana));
    expect(await rename("south", 1)).toEqual({ refused: "taken" });
    expect(await rename("NORTH", 1)).toMatchObject({ name: "NORTH" });
    expect(await rename("North", 1)).toEqual({ refused: "changed" });
  });

  test("that is merged is gone, with its members in the other: the sums, the list's version and the past say so", async () => {
    const { db, change, north, south, review, send, version, entries, zonesOf } = await openCoOp();
    const alertId = await review([north.id]);
    await send(alertId);
    const before = await version();
    expect(await change((tx) => mergeZones(tx, { from: north, into: south }, ana))).toEqual({ moved: 5 });
    expect(await version()).toBe(before + 1);
    expect(await listZonesWithReach(db)).toEqual([
      { id: south.id, name: "South", version: 2, members: 7, reached: 6 },
    ]);
    expect(new Set(await zonesOf(alertId))).toEqual(new Set(["North"]));
    expect(await entries()).toEqual([
      {
        actor: "UANA",
        action: "zones merged",
        detail: { zone: north.id, name: "North", into: south.id, intoName: "South", members: 5 },
      },
    ]);
    expect(await change((tx) => mergeZones(tx, { from: south, into: south }, ana))).toEqual({
      refused: "same zone",
    });
    expect(await change((tx) => mergeZones(tx, { from: north, into: south }, ana))).toEqual({
      refused: "not there",
    });
  });

  test("is removed only while nobody is in it", async () => {
    const { db, change, north, entries } = await openCoOp();
    expect(await change((tx) => removeZone(tx, north, ana))).toEqual({ refused: "has members", members: 5 });
    // Whoever has left is in no zone's way.
    await db.update(members).set({ leftAt: sql`now()` }).where(eq(members.zoneId, north.id));
    expect(await change((tx) => removeZone(tx, { ...north, version: 9 }, ana))).toEqual({
      refused: "changed",
    });
    expect(await change((tx) => removeZone(tx, north, ana))).toBe("removed");
    expect((await db.select().from(zones)).map(({ name }) => name)).toEqual(["South"]);
    expect(await entries()).toEqual([
      { actor: "UANA", action: "zone removed", detail: { zone: north.id, name: "North" } },
    ]);
  });

  test("shows how many are in it, and how many of them a text reaches", async () => {
    const { db, change, north, south } = await openCoOp();
    await change((tx) => addZone(tx, "Empty", ana));
    await db.transaction((tx) => optOut(tx, phone(1), "sms STOP", "member"));
    expect(await listZonesWithReach(db)).toEqual([
      { id: expect.any(Number), name: "Empty", version: 1, members: 0, reached: 0 },
      { ...north, name: "North", members: 5, reached: 3 },
      { ...south, name: "South", members: 2, reached: 2 },
    ]);
  });
});

test("two admins who change the same zone at once: the second is told, and nothing is lost", async () => {
  const { db, client, change, north } = await openCoOp();
  const done = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const first = change(async (tx) => {
    const renamed = await renameZone(tx, north, "Upper North", ana);
    begun.resolve();
    await done.promise;
    return renamed;
  });
  await begun.promise;
  const second = change((tx) => renameZone(tx, north, "Lower North", ana));
  await eventually(() => isLockAwaited(client), "the second to wait");
  done.resolve();
  expect([await first, await second]).toEqual([
    { id: north.id, name: "Upper North" },
    { refused: "changed" },
  ]);
  expect(await db.select({ name: zones.name }).from(zones).where(eq(zones.id, north.id))).toEqual([
    { name: "Upper North" },
  ]);
});

test("while a confirmed alert is still being made ready, zones stay as they are", async () => {
  const { db, change, north, south } = await openCoOp();
  await db.insert(sendings).values({ about: "alert", rank: 2, deadlineAt: sql`now() + interval '1 hour'` });
  const tries: ((tx: Tx) => Promise<unknown>)[] = [
    (tx) => renameZone(tx, north, "Upper North", ana),
    (tx) => mergeZones(tx, { from: north, into: south }, ana),
    (tx) => removeZone(tx, north, ana),
  ];
  for (const attempt of tries) expect(await change(attempt)).toEqual({ refused: "busy" });
});

describe("an open review that names a zone", () => {
  test("is looked at again where the zone is renamed, merged or removed", async () => {
    const { db, change, north, south, review, send } = await openCoOp();
    const alertId = await review([north.id, south.id]);
    await change((tx) => renameZone(tx, north, "Upper <North>", ana));
    expect(await send(alertId)).toEqual(["changed", "North is called Upper &lt;North&gt; now."]);
    const empty = await change((tx) => addZone(tx, "Empty", ana));
    if ("refused" in empty) throw new Error(empty.refused);
    await change((tx) =>
      mergeZones(tx, { from: { ...south, version: 1 }, into: { ...empty, version: 1 } }, ana),
    );
    const [outcome, gone, reach] = await send(alertId);
    expect([outcome, gone]).toEqual([
      "changed",
      expect.stringMatching(/^The zone South is not there any more, so nothing goes to it\./),
    ]);
    expect(reach).toMatch(
      /^Who it reaches has changed\. 4 phones instead of 6: two members moved to another zone\./,
    );
    // Whoever has read that may send it to the others.
    expect(await send(alertId)).toEqual(["confirmed"]);
    const [sent] = await db.select().from(alerts).where(eq(alerts.id, alertId));
    expect([sent?.zoneIds, sent?.zoneNames, sent?.phoneCount]).toEqual([[north.id], ["Upper <North>"], 4]);
  });

  test("and of which none is left reaches nobody", async () => {
    const { change, north, south, review, send } = await openCoOp();
    const alertId = await review([north.id]);
    await change((tx) => mergeZones(tx, { from: north, into: south }, ana));
    expect(await send(alertId)).toEqual(["nobody left"]);
  });
});

test("a review says where a zone is nobody, everybody, or others than at its last alert", async () => {
  const { db, change, north, south, review, send, member } = await openCoOp();
  const warnings = async (alertId: number) => {
    const rows = await db.execute<{ key: string }>(
      sql`select key from review_warnings where alert_id = ${alertId} order by place`,
    );
    return rows.map(({ key }) => key);
  };
  const empty = await change((tx) => addZone(tx, "Empty", ana));
  if ("refused" in empty) throw new Error(empty.refused);
  expect(await warnings(await review([north.id]))).toEqual([]);
  expect(await warnings(await review([north.id, empty.id]))).toEqual([`nobody in ${empty.id}`]);
  const first = await review([north.id, south.id]);
  expect(await warnings(first)).toEqual([`everybody ${north.id},${south.id}`]);
  expect(await send(first)).toEqual(["confirmed"]);
  await addMembers(db, [member(8, north.id)]);
  const second = await review([north.id], "The water is on again.");
  expect(await warnings(second)).toEqual([`moved ${north.id}`]);
  expect(await send(second)).toEqual(["confirmed"]);
  expect(await warnings(await review([north.id], "Thank you."))).toEqual([]);
});

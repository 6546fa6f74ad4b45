// Whatever members, their numbers and opt-outs become: the sums, the count, the freeze (at once and later) and who is
// left out say the same, and it is what somebody would find by hand.
import { and, eq, sql } from "drizzle-orm";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  countAudience,
  countLostSince,
  countReachAnew,
  countReachableInAll,
  listReachableZones,
  readFingerprint,
} from "../../src/alerts/audience.ts";
import type { Database } from "../../src/db/open.ts";
import {
  addresses,
  alerts,
  deliveries,
  leftOut,
  memberChanges,
  members,
  optOuts,
  parts,
  reachChanges,
  sendings,
  unusablePhones,
  zones,
} from "../../src/db/schema.ts";
import { freezeAudience, freezeNext, holdBack } from "../../src/deliveries/freeze.ts";
import { optIn, optOut } from "../../src/opt-outs/opt-outs.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { openTestDatabase } from "../helpers/database.ts";

const PHONES = ["+12065550101", "+12065550102", "+12065550103", "+12065550104"];
const PEOPLE = [1, 2, 3, 4];

type Person = { zone: "north" | "south" | "all"; hasLeft: boolean; phones: Set<string> };
type World = { people: Map<number, Person>; optedOut: Set<string>; unusable: Set<string> };

const phone = fc.constantFrom(...PHONES);
const who = fc.constantFrom(...PEOPLE);
const step = fc.oneof(
  fc.record({ does: fc.constant("gives" as const), who, phone }),
  fc.record({ does: fc.constant("takes" as const), who, phone }),
  fc.record({ does: fc.constant("moves" as const), who, to: fc.constantFrom("north", "south", "all") }),
  fc.record({ does: fc.constant("leaves or is back" as const), who }),
  fc.record({ does: fc.constant("opts out or in" as const), phone }),
  fc.record({ does: fc.constant("is found unusable or freed" as const), phone }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function found(db: Database) {
  const [north, south] = await db
    .insert(zones)
    .values([
      { name: "North", key: "north" },
      { name: "South", key: "south" },
    ])
    .returning({ id: zones.id });
  const ids = { north: north?.id ?? 0, south: south?.id ?? 0 };
  for (const n of PEOPLE)
    await db.insert(members).values({ account: `${n}`, name: `M ${n}`, zoneId: ids.north });
  const idOf = new Map((await db.select().from(members)).map(({ id, account }) => [Number(account), id]));
  return { ids, idOf: (n: number) => idOf.get(n) ?? 0 };
}

type Place = Awaited<ReturnType<typeof found>>;

async function play(db: Database, { ids, idOf }: Place, world: World, each: Step): Promise<void> {
  const { people, optedOut, unusable } = world;
  const person = "who" in each ? people.get(each.who) : undefined;
  const isThem = "who" in each ? eq(members.id, idOf(each.who)) : sql`false`;
  switch (each.does) {
    case "gives":
      person?.phones.add(each.phone);
      await db
        .insert(addresses)
        .values({ memberId: idOf(each.who), address: each.phone })
        .onConflictDoNothing();
      return;
    case "takes":
      person?.phones.delete(each.phone);
      await db
        .delete(addresses)
        .where(and(eq(addresses.memberId, idOf(each.who)), eq(addresses.address, each.phone)));
      return;
    case "moves": {
      const inAllZones = each.to === "all";
      if (person) person.zone = inAllZones ? "all" : each.to === "north" ? "north" : "south";
      const zoneId = inAllZones ? null : each.to === "north" ? ids.north : ids.south;
      await db.update(members).set({ zoneId, inAllZones }).where(isThem);
      return;
    }
    case "leaves or is back":
      if (person) person.hasLeft = !person.hasLeft;
      await db
        .update(members)
        .set({ leftAt: person?.hasLeft ? sql`now()` : null })
        .where(isThem);
      return;
    case "opts out or in": {
      const isOut = optedOut.delete(each.phone);
      if (!isOut) optedOut.add(each.phone);
      await db.transaction((tx) => (isOut ? optIn : optOut)(tx, each.phone, "test", "member"));
      return;
    }
    case "is found unusable or freed":
      if (unusable.delete(each.phone)) {
        await db.delete(unusablePhones).where(eq(unusablePhones.phone, each.phone));
      } else {
        unusable.add(each.phone);
        await db.insert(unusablePhones).values({ phone: each.phone, gateway: "twilio", code: "30006" });
      }
  }
}

/** A second opinion, by hand. */
function judge({ people, optedOut, unusable }: World, zone: "north" | "south" | "all") {
  const here = [...people].filter(([, each]) => !each.hasLeft && [zone, "all"].includes(each.zone));
  const canGet = (each: string) => !optedOut.has(each) && !unusable.has(each);
  const reached = here.filter(([, { phones }]) => [...phones].some(canGet));
  const reason = ({ phones }: Person) =>
    phones.size === 0
      ? "no mobile"
      : [...phones].some((each) => optedOut.has(each))
        ? "opted out"
        : "unusable";
  const numbers = [...new Set(reached.flatMap(([, { phones }]) => [...phones].filter(canGet)))].sort();
  const firstOf = (each: string) => reached.find(([, { phones }]) => phones.has(each))?.[0];
  return {
    members: here.length,
    reached: reached.length,
    phones: numbers,
    shared: reached.filter(([n, { phones }]) =>
      [...phones].some((each) => canGet(each) && firstOf(each) !== n),
    ).length,
    leftOut: here.flatMap(([n, each]) =>
      reached.some(([other]) => other === n) ? [] : [`${n} ${reason(each)}`],
    ),
  };
}

test("sums, count, freeze and who is left out agree, whatever the members' numbers are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 24 }), async (steps) => {
      const { db } = await openTestDatabase();
      const place = await found(db);
      const world: World = {
        people: new Map(PEOPLE.map((n) => [n, { zone: "north", hasLeft: false, phones: new Set() }])),
        optedOut: new Set(),
        unusable: new Set(),
      };
      for (const each of steps) {
        await play(db, place, world, each);
        const sums = new Map((await listReachableZones(db)).map(({ id, reachable }) => [id, reachable]));
        const inAll = judge(world, "all").reached;
        expect(await countReachableInAll(db)).toBe(inAll);
        for (const zone of ["north", "south"] as const) {
          const id = place.ids[zone];
          const { leftOut: out, phones, ...expected } = judge(world, zone);
          expect(await countAudience(db, [id])).toMatchObject({ ...expected, phones: phones.length });
          expect(sums.get(id)).toBe(expected.reached - inAll);
        }
      }
      // Nothing is put right: the sums were.
      const changes = await db.$count(reachChanges);
      await countReachAnew(db);
      expect(await db.$count(reachChanges)).toBe(changes);

      const expected = judge(world, "north");
      for (const isHeldBack of [false, true]) {
        const { alertId, sendingId } = await insertAlert(db, [], { zoneIds: [place.ids.north] });
        await db.delete(parts).where(eq(parts.sendingId, sendingId));
        const alike = { sendingId, gateway: "twilio", text: "Hello.", segments: 1 };
        if (isHeldBack) {
          await db.transaction((tx) => holdBack(tx, sendingId));
          expect(await freezeNext(db, "twilio")).toBe(true);
        } else {
          await db.transaction((tx) => freezeAudience(tx, { ...alike, zoneIds: [place.ids.north] }));
        }
        await db.update(sendings).set({ status: "finished" }).where(eq(sendings.id, sendingId));
        const texted = await db.select().from(deliveries).where(eq(deliveries.sendingId, sendingId));
        expect(texted.map(({ address }) => address).sort()).toEqual(expected.phones);
        const out = await db
          .select({ account: members.account, reason: leftOut.reason })
          .from(leftOut)
          .innerJoin(members, eq(members.id, leftOut.memberId))
          .where(eq(leftOut.sendingId, sendingId));
        expect(out.map(({ account, reason }) => `${account} ${reason}`).sort()).toEqual(expected.leftOut);
        await db
          .update(alerts)
          .set({ zoneIds: [place.ids.north] })
          .where(eq(alerts.id, alertId));
      }
      const flags = await db.execute(sql`select from members m where has_number <> exists (
        select from addresses a where a.member_id = m.id)`);
      expect(flags).toHaveLength(0);
    }),
    { numRuns: 6 },
  );
});

test("one of two numbers opts out after the review: one phone fewer, nobody is lost, and nobody is asked again", async () => {
  const { db } = await openTestDatabase();
  const { ids, idOf } = await found(db);
  const [a = "", b = "", c = ""] = PHONES;
  const sums = async () => (await listReachableZones(db)).map(({ reachable }) => reachable);
  for (const [n, address] of [
    [1, a],
    [1, b],
    [2, c],
  ] as const) {
    await db.insert(addresses).values({ memberId: idOf(n), address });
  }
  expect(await sums()).toEqual([2, 0]);
  const before = await readFingerprint(db, [ids.north]);
  const [row] = await db.execute<{ at: string }>(sql`select clock_timestamp()::text as at`);
  const since = sql`${row?.at}::timestamptz`;
  const lost = async () => ({
    ...(await countLostSince(db, [ids.north], since)),
    isAsBefore: (await readFingerprint(db, [ids.north], since)) === before,
  });
  const stop = (each: string) => db.transaction((tx) => optOut(tx, each, "sms STOP", "member"));
  await stop(a);
  expect(await lost()).toEqual({ phones: 1, members: 0, isAsBefore: true });
  expect(await countAudience(db, [ids.north])).toMatchObject({ reached: 2, phones: 2 });
  expect(await sums()).toEqual([2, 0]);
  await stop(b);
  expect(await sums()).toEqual([1, 0]);
  expect(await lost()).toEqual({ phones: 2, members: 1, isAsBefore: true });
  expect(await db.select().from(optOuts)).toHaveLength(2);
});

test("an address is never changed in place, and nobody is in no zone and not in all", async () => {
  const { db } = await openTestDatabase();
  const { idOf } = await found(db);
  await db.insert(addresses).values({ memberId: idOf(1), address: PHONES[0] ?? "" });
  const refused = async (work: Promise<unknown>) =>
    String(
      await work.then(
        () => "done",
        (error: Error) => error.cause ?? error,
      ),
    );
  expect(await refused(db.update(addresses).set({ address: PHONES[1] ?? "" }))).toContain(
    "never changed in place",
  );
  expect(await refused(db.update(members).set({ zoneId: null }))).toContain("in_a_zone_or_in_all");
  expect(await refused(db.update(members).set({ inAllZones: true }))).toContain("in_a_zone_or_in_all");
  expect(await refused(db.delete(members))).toContain("foreign key");
});

test("who has left is on no version of the list, and on those before and after", async () => {
  const { db } = await openTestDatabase();
  const { ids, idOf } = await found(db);
  const [a = ""] = PHONES;
  await db.insert(addresses).values({ memberId: idOf(1), address: a });
  await insertAlert(db, []);
  const holders = async () => {
    const [list] = await db.execute<{ version: number }>(sql`select version from member_list`);
    return list?.version ?? 0;
  };
  const versions = [await holders()];
  for (const leftAt of [new Date(), null]) {
    await db
      .update(members)
      .set({ leftAt })
      .where(eq(members.id, idOf(1)));
    versions.push(await holders());
  }
  const named = await Promise.all(
    versions.map((version) =>
      db.execute<{ name: string }>(sql`
        select l.name from listed_numbers n join listed_members l using (member)
        where n.phone = ${a} and n.since <= ${version} and coalesce(n.until, 1000) > ${version}
          and l.since <= ${version} and coalesce(l.until, 1000) > ${version}`),
    ),
  );
  expect(named.map((rows) => rows.map(({ name }) => name))).toEqual([["M 1"], [], ["M 1"]]);
  expect(await db.$count(memberChanges)).toBe(2);
  expect(ids.north).toBeGreaterThan(0);
});

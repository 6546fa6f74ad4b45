// Who an alert reaches: members in the chosen zones, one text per number, whoever shares it.
import { eq, type SQL, sql } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { alerts, members, optOuts, unusablePhones } from "../db/schema.ts";

export type Audience = {
  /** Members in the zones, reached or not. */
  members: number;
  reached: number;
  phones: number;
  optedOut: number;
  noMobile: number;
  unusable: number;
  /** Reached members whose number another of them has too. */
  shared: number;
  /** Differs when the set of phones does. */
  fingerprint: string;
};

/** An empty list of zones is nobody. */
const inZones = (zoneIds: readonly number[]): SQL =>
  zoneIds.length === 0 ? sql`false` : sql`${members.zoneId} in ${zoneIds}`;

const isReachable = sql`${members.phone} is not null and ${optOuts.phone} is null and ${unusablePhones.phone} is null`;

/** Counts in linear time, since a large audience is counted while Slack waits. */
export async function countAudience(db: Db, zoneIds: readonly number[]): Promise<Audience> {
  const people = db
    .select({
      phone: sql<string | null>`${members.phone}`.as("member_phone"),
      optedOut: sql<boolean>`${optOuts.phone} is not null`.as("opted_out"),
      unusable: sql<boolean>`${unusablePhones.phone} is not null and ${optOuts.phone} is null`.as("unusable"),
      reachable: sql<boolean>`${isReachable}`.as("reachable"),
    })
    .from(members)
    .leftJoin(optOuts, eq(optOuts.phone, members.phone))
    .leftJoin(unusablePhones, eq(unusablePhones.phone, members.phone))
    .where(inZones(zoneIds))
    .as("people");
  const count = (what: SQL) => sql<number>`coalesce(sum(people) filter (where ${what}), 0)::int`;
  // Once per number first: members share them, and the fingerprint must not depend on how many do.
  const numbers = db
    .select({
      phone: people.phone,
      optedOut: people.optedOut,
      unusable: people.unusable,
      reachable: people.reachable,
      people: sql<number>`count(*)`.as("people"),
    })
    .from(people)
    .groupBy(people.phone, people.optedOut, people.unusable, people.reachable)
    .as("numbers");
  const [counted] = await db
    .select({
      members: count(sql`true`),
      reached: count(sql`reachable`),
      phones: sql<number>`count(*) filter (where reachable)::int`,
      optedOut: count(sql`opted_out`),
      noMobile: count(sql`member_phone is null`),
      unusable: count(sql`unusable`),
      fingerprint: sql<string>`coalesce(sum(hashtextextended(member_phone, 0)::numeric) filter (where reachable), 0)::text`,
    })
    .from(numbers);
  if (!counted) throw new Error("counting returned no row");
  return { ...counted, shared: counted.reached - counted.phones };
}

/** How many members each zone has whom a text would reach now. */
export async function countReachableByZone(db: Db): Promise<Map<number, number>> {
  const rows = await db
    .select({ zoneId: members.zoneId, reachable: sql<number>`count(*)::int` })
    .from(members)
    .leftJoin(optOuts, eq(optOuts.phone, members.phone))
    .leftJoin(unusablePhones, eq(unusablePhones.phone, members.phone))
    .where(isReachable)
    .groupBy(members.zoneId);
  return new Map(rows.map(({ zoneId, reachable }) => [zoneId, reachable]));
}

/** Turns the audience as it is in this transaction into one pending delivery per phone. */
export async function freezeAudience(tx: Db, alertId: number, zoneIds: readonly number[]): Promise<void> {
  await tx.execute(sql`
    insert into deliveries (alert_id, position, phone)
    select ${alertId}, row_number() over (order by phone), phone from (
      select distinct ${members.phone} as phone from ${members}
      left join ${optOuts} on ${optOuts.phone} = ${members.phone}
      left join ${unusablePhones} on ${unusablePhones.phone} = ${members.phone}
      where ${inZones(zoneIds)} and ${isReachable}
    ) as reachable`);
  await tx.update(alerts).set({ frozenAt: sql`now()` }).where(eq(alerts.id, alertId));
}

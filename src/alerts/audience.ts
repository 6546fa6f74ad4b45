// Who an alert reaches: members in the chosen zones. A number that several share gets one text.
import { inArray, type SQL, sql } from "drizzle-orm";
import type { Db, Reader } from "../db/open.ts";
import { reachChanges } from "../db/schema.ts";
import { reach } from "../members/reach.ts";

export type Audience = {
  /** Members in the zones, reached or not. */
  members: number;
  reached: number;
  phones: number;
  optedOut: number;
  noMobile: number;
  unusable: number;
  /** Reached members who share their number with another of them. */
  shared: number;
};

export async function countAudience(db: Reader, zoneIds: readonly number[]): Promise<Audience> {
  const people = reach(db, zoneIds);
  const count = (what: SQL) => sql<number>`coalesce(sum(people) filter (where ${what}), 0)::int`;
  // First one row for each number, because members share numbers. This takes linear time.
  const numbers = db
    .select({ leftOut: people.leftOut, people: sql<number>`count(*)`.as("people") })
    .from(people)
    .groupBy(people.phone, people.leftOut)
    .as("numbers");
  const [counted] = await db
    .select({
      members: count(sql`true`),
      reached: count(sql`left_out is null`),
      phones: sql<number>`count(*) filter (where left_out is null)::int`,
      optedOut: count(sql`left_out = 'opted out'`),
      noMobile: count(sql`left_out = 'no mobile'`),
      unusable: count(sql`left_out = 'unusable'`),
    })
    .from(numbers);
  if (!counted) throw new Error("counting returned no row");
  return { ...counted, shared: counted.reached - counted.phones };
}

/** How many members of each zone a text reaches now. Read from sums, so that many members take no longer. */
export async function countReachableByZone(db: Reader): Promise<Map<number, number>> {
  const rows = await db
    .select({ zoneId: reachChanges.zoneId, members: sql<number>`sum(${reachChanges.members})::int` })
    .from(reachChanges)
    .groupBy(reachChanges.zoneId);
  return new Map(rows.map(({ zoneId, members }) => [zoneId, members]));
}

/** Changes when a text to these zones would reach other members or phones. Many members take no longer than few. */
export async function readFingerprint(db: Reader, zoneIds: readonly number[]): Promise<string> {
  const rows = await db
    .select({
      zone: sql<string>`concat_ws(':', ${reachChanges.zoneId}, sum(${reachChanges.members}), sum(${reachChanges.fingerprint}))`,
    })
    .from(reachChanges)
    .where(inArray(reachChanges.zoneId, [...zoneIds]))
    .groupBy(reachChanges.zoneId)
    .having(sql`sum(${reachChanges.members}) <> 0`)
    .orderBy(reachChanges.zoneId);
  return rows.map(({ zone }) => zone).join(" ");
}

/** Each question sums the changes. When there are more than this, a job puts them together. */
const MANY_CHANGES = 500;

/** Puts the changes together into one for each zone. @returns false: it need not run again soon */
export async function sumUpReach(db: Db): Promise<boolean> {
  await db.execute(sql`
    with gone as (
      delete from reach_changes where (select count(*) from reach_changes) > ${MANY_CHANGES} returning *
    )
    insert into reach_changes (zone_id, members, fingerprint)
    select zone_id, sum(members), sum(fingerprint) from gone group by zone_id`);
  return false;
}

// Who an alert reaches: members in the chosen zones. A number that several share gets one text.
import { eq, lt, type SQL, sql } from "drizzle-orm";
import type { Database, Db, Reader } from "../db/open.ts";
import { type LeftOutReason, reachChanges, reachNews, zones } from "../db/schema.ts";
import { inZones, leftOutNow, reached } from "../members/reach.ts";
import { byName, type Zone } from "../zones/zones.ts";

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
  const people = reached(db, zoneIds);
  // First one row for each number, because members share numbers. This takes linear time.
  const numbers = db
    .select({ people: sql<number>`count(*)`.as("people") })
    .from(people)
    .groupBy(people.phone)
    .as("numbers");
  const texted = db
    .select({
      reached: sql<number>`coalesce(sum(people), 0)::int`.as("reached"),
      phones: sql<number>`count(*)::int`.as("phones"),
    })
    .from(numbers)
    .as("texted");
  const others = leftOutNow(db, zoneIds);
  const because = (reason: LeftOutReason, name: string) =>
    sql<number>`count(*) filter (where ${others.reason} = ${reason})::int`.as(name);
  const leftOut = db
    .select({
      optedOut: because("opted out", "opted_out"),
      noMobile: because("no mobile", "no_mobile"),
      unusable: because("unusable", "unusable"),
    })
    .from(others)
    .as("left_out");
  // One statement, so that nobody is counted twice or missed while something changes.
  const [counted] = await db
    .select({
      reached: texted.reached,
      phones: texted.phones,
      optedOut: leftOut.optedOut,
      noMobile: leftOut.noMobile,
      unusable: leftOut.unusable,
    })
    .from(texted)
    .crossJoin(leftOut);
  if (!counted) throw new Error("counting returned no row");
  const members = counted.reached + counted.optedOut + counted.noMobile + counted.unusable;
  return { ...counted, members, shared: counted.reached - counted.phones };
}

/** A zone, and how many of its members a text reaches now. */
export type ReachableZone = Zone & { reachable: number };

/** All zones. The counts are read from sums, so that many members take no longer. */
export async function listReachableZones(db: Reader): Promise<ReachableZone[]> {
  const found = await db
    .select({
      id: zones.id,
      name: zones.name,
      reachable: sql<number>`coalesce(sum(${reachChanges.members}), 0)::int`,
    })
    .from(zones)
    .leftJoin(reachChanges, eq(reachChanges.zoneId, zones.id))
    .groupBy(zones.id);
  return found.sort(byName);
}

/** Members who were reached, and whose phone has opted out since then or was found unable to get texts. */
const lostSince = (zoneIds: readonly number[], since: SQL) => sql`
  with lost as materialized (
    select phone from opt_outs where kept_at >= ${since}
    union select phone from unusable_phones where found_at >= ${since}
  )
  select zone_id, phone from lost join members using (phone)
  where ${inZones(zoneIds)}
    and not exists (select from opt_outs o where o.phone = members.phone and o.kept_at < ${since})
    and not exists (select from unusable_phones u where u.phone = members.phone and u.found_at < ${since})`;

/** How many phones and members of these zones were lost since then. */
export async function countLostSince(
  db: Reader,
  zoneIds: readonly number[],
  since: SQL,
): Promise<{ phones: number; members: number }> {
  const [lost] = await db
    .select({ phones: sql<number>`count(distinct phone)::int`, members: sql<number>`count(*)::int` })
    .from(sql`(${lostSince(zoneIds, since)}) as lost`);
  if (!lost) throw new Error("counting returned no row");
  return lost;
}

/**
 * Changes when a text to these zones would reach other members or phones. Many members take no longer than few.
 *
 * @param asOf as it would be if nobody had been lost since then
 */
export async function readFingerprint(db: Reader, zoneIds: readonly number[], asOf?: SQL): Promise<string> {
  const changes = asOf
    ? sql`(select * from reach_changes union all
        select zone_id, 1, hashtextextended(phone, 0) from (${lostSince(zoneIds, asOf)}) as lost) as changes`
    : sql`reach_changes as changes`;
  const rows = await db
    .select({ zone: sql<string>`concat_ws(':', zone_id, sum(members), sum(fingerprint))` })
    .from(changes)
    .where(zoneIds.length === 0 ? sql`false` : sql`zone_id in ${zoneIds}`)
    .groupBy(sql`zone_id`)
    .having(sql`sum(members) <> 0`)
    .orderBy(sql`zone_id`);
  return rows.map(({ zone }) => zone).join(" ");
}

/** Each question sums the changes. When there are more than this, a job puts them together. */
const MANY_CHANGES = 500;

/** Puts the changes together into one for each zone. @returns false: it need not run again soon */
export async function sumUpReach(db: Db): Promise<boolean> {
  // A review is good for less than that.
  await db.delete(reachNews).where(lt(reachNews.at, sql`now() - interval '1 hour'`));
  await db.execute(sql`
    with gone as (
      delete from reach_changes where (select count(*) from reach_changes) > ${MANY_CHANGES} returning *
    )
    insert into reach_changes (zone_id, members, fingerprint)
    select zone_id, sum(members), sum(fingerprint) from gone group by zone_id`);
  return false;
}

/**
 * Where a STOP and an import cross, neither sees the other's rows, and a phone that both are about is counted wrongly
 * from then on: neither waits for the other. So from time to time all are counted, and what is wrong is put right by
 * one more change. What is under way meanwhile is in neither of the two sums.
 *
 * @returns false: it need not run again soon
 */
export async function countReachAnew(db: Database): Promise<boolean> {
  await db.transaction(async (tx) => {
    // Two that found the same would both put it right. Each statement sees what is committed before it.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('count reach anew'))`);
    await tx.execute(sql`
      with counted as (
        select zone_id, count(*) as members, sum(hashtextextended(phone, 0)) as fingerprint
        from members left join barred_phones barred using (phone)
        where phone is not null and barred.opted_out is null group by zone_id
      ), noted as (
        select zone_id, sum(members) as members, sum(fingerprint) as fingerprint from reach_changes group by zone_id
      ), wrong as (
        select zone_id, coalesce(counted.members, 0) - coalesce(noted.members, 0) as members,
          coalesce(counted.fingerprint, 0) - coalesce(noted.fingerprint, 0) as fingerprint
        from counted full join noted using (zone_id)
      )
      insert into reach_changes (zone_id, members, fingerprint)
      select * from wrong where members <> 0 or fingerprint <> 0`);
  });
  return false;
}

// Who an alert reaches: members in the chosen zones. A number that several share gets one text.
import { eq, lt, type SQL, sql } from "drizzle-orm";
import type { Database, Db, Reader } from "../db/open.ts";
import { type LeftOutReason, reachChanges, reachNews, zones } from "../db/schema.ts";
import { IN_ALL_ZONES, isInZones, leftOutNow, reached, reachZone } from "../members/reach.ts";
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
  const because = (reason: LeftOutReason) =>
    sql`count(*) filter (where reason = ${reason}::left_out_reason)::int`;
  // One statement, so that nobody is counted twice or missed while something changes. It takes linear time: first one
  // row for each number, because members share numbers; of these only the shared ones are looked at again.
  const number = (column: string) => sql<number>`${sql.identifier(column)}`;
  const columns = {
    members: number("members"),
    phones: number("phones"),
    optedOut: number("opted_out"),
    noMobile: number("no_mobile"),
    unusable: number("unusable"),
    shared: number("shared"),
  };
  const [counted] = await db.select(columns).from(sql`(
    with numbers as materialized (
      select count(*)::int as phones, array_agg(phone) filter (where people > 1) as shared from (
        select phone, count(*) as people from (${reached(zoneIds)}) as reached group by phone
      ) as by_phone
    ), sharing as (
      select count(distinct member_id) filter (where member_id <> first)::int as shared from (
        select m.id as member_id, min(m.id) over (partition by a.address) as first
        from unnest((select shared from numbers)) as phone
          join addresses a on a.address = phone and a.channel = 'text' join members m on m.id = a.member_id
        where ${isInZones(reachZone, zoneIds)}
      ) as holders
    ), left_out as (
      select ${because("opted out")} as opted_out, ${because("no mobile")} as no_mobile,
        ${because("unusable")} as unusable
      from (${leftOutNow(zoneIds)}) as who
    )
    select numbers.phones, sharing.shared, left_out.*, (
      select count(*)::int from members m where ${isInZones(reachZone, zoneIds)}) as members
    from numbers cross join sharing cross join left_out
  ) as counted`);
  if (!counted) throw new Error("counting returned no row");
  const { members, optedOut, noMobile, unusable } = counted;
  return { ...counted, reached: members - optedOut - noMobile - unusable };
}

/** A zone, and how many of its members a text reaches now. */
export type ReachableZone = Zone & { reachable: number };

/** All zones; whoever is in all of them is in none of the counts. These are read from sums, so that many members take no longer. */
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

/** How many of those who are in all zones a text reaches now. */
export async function countReachableInAll(db: Reader): Promise<number> {
  const reachable = sql<number>`coalesce(sum(${reachChanges.members}), 0)::int`;
  const [counted] = await db
    .select({ reachable })
    .from(reachChanges)
    .where(eq(reachChanges.zoneId, IN_ALL_ZONES));
  return counted?.reachable ?? 0;
}

/**
 * Numbers of members that were reached, and have opted out since then or were found unable to get texts; and whether
 * the member has another that is reached.
 */
const lostSince = (zoneIds: readonly number[], since: SQL) => sql`
  with lost as materialized (
    select phone from opt_outs where kept_at >= ${since}
    union select phone from unusable_phones where found_at >= ${since}
  )
  select m.reach_zone as zone_id, m.id as member_id, phone, exists (
    select from addresses other where other.member_id = m.id and other.channel = 'text'
      and not exists (select from barred_phones b where b.phone = other.address)) as is_reached
  from lost join addresses a on a.address = phone and a.channel = 'text' join members m on m.id = a.member_id
  where ${isInZones(reachZone, zoneIds)}
    and not exists (select from opt_outs o where o.phone = lost.phone and o.kept_at < ${since})
    and not exists (select from unusable_phones u where u.phone = lost.phone and u.found_at < ${since})`;

/** How many phones and members of these zones were lost since then. */
export async function countLostSince(
  db: Reader,
  zoneIds: readonly number[],
  since: SQL,
): Promise<{ phones: number; members: number }> {
  const [lost] = await db
    .select({
      phones: sql<number>`count(distinct phone)::int`,
      members: sql<number>`(count(distinct member_id) filter (where not is_reached))::int`,
    })
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
        select zone_id, (not bool_or(is_reached))::int, sum(hashtextextended(phone, 0))
        from (${lostSince(zoneIds, asOf)}) as lost group by zone_id, member_id) as changes`
    : sql`reach_changes as changes`;
  const rows = await db
    .select({ zone: sql<string>`concat_ws(':', zone_id, sum(members), sum(fingerprint))` })
    .from(changes)
    .where(isInZones(sql`zone_id`, zoneIds))
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
        select reach_zone as zone_id, count(distinct m.id) as members, sum(hashtextextended(address, 0)) as fingerprint
        from members m join addresses a on a.member_id = m.id and a.channel = 'text'
          left join barred_phones barred on barred.phone = a.address
        where reach_zone is not null and barred.phone is null group by reach_zone
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

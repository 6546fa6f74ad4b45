// Who can be reached by a text, and why the others can't: told once, for the review's count, the freeze, and the
// list of those who are left out. Each member whom the zones' alerts are for is in one of the two. Both become a part
// of the query that reads them, and PostgreSQL plans it as a whole: asked member by member it takes twenty times as
// long.
import { type SQL, sql } from "drizzle-orm";

/** Whoever is in all zones, as `members.reach_zone` and the sums of who is reached have it. */
export const IN_ALL_ZONES = 0;

/** With those in all zones; an empty list of zones means nobody. @param zone what tells whose alerts somebody gets */
export const isInZones = (zone: SQL, zoneIds: readonly number[]): SQL =>
  zoneIds.length === 0 ? sql`false` : sql`${zone} in ${[IN_ALL_ZONES, ...zoneIds]}`;

/** Whose alerts the member `m` gets: nobody's, if they left. */
export const reachZone = sql.raw("m.reach_zone");

/** The phones that get nothing now. */
const BARRED_NOW = sql.raw("barred_phones");

/**
 * The query for who is reached, a row for each of their numbers: member_id, phone. Several may share one.
 *
 * @param barred the phones that get nothing, and whether that is because they opted out
 */
export const reached = (zoneIds: readonly number[], barred = BARRED_NOW): SQL => sql`
  select m.id as member_id, a.address as phone
  from members m join addresses a on a.member_id = m.id and a.channel = 'text'
    left join ${barred} as b on b.phone = a.address
  where ${isInZones(reachZone, zoneIds)} and b.phone is null`;

/**
 * The query for each member whom a text leaves out, and why: they have no number, or none that is not barred. It
 * begins with the phones that are barred, and not with the members: so where few are left out, few are read.
 */
export const leftOutNow = (zoneIds: readonly number[], barred = BARRED_NOW): SQL => sql`
  select m.id as member_id, 'no mobile'::left_out_reason as reason
  from members m where ${isInZones(reachZone, zoneIds)} and not m.has_number
  union all
  select m.id, case when bool_or(b.opted_out) then 'opted out' else 'unusable' end::left_out_reason
  from ${barred} as b join addresses a on a.address = b.phone and a.channel = 'text'
    join members m on m.id = a.member_id
  where ${isInZones(reachZone, zoneIds)} and not exists (
    select from addresses other left join ${barred} as b on b.phone = other.address
    where other.member_id = m.id and other.channel = 'text' and b.phone is null)
  group by m.id`;

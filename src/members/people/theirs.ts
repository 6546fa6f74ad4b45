// Which numbers are somebody's, now and before: what was sent to them and what they wrote is found by these.
import { eq, type SQL, sql } from "drizzle-orm";
import type { Reader } from "../../db/open.ts";
import { listedNumbers } from "../../db/schema.ts";

/** Every number that this member has or had. */
export async function listNumbersOf(db: Reader, memberId: number): Promise<string[]> {
  const found = await db
    .select({ phone: listedNumbers.phone })
    .from(listedNumbers)
    .where(eq(listedNumbers.member, memberId))
    .groupBy(listedNumbers.phone)
    .orderBy(listedNumbers.phone);
  return found.map(({ phone }) => phone);
}

/** The query for the numbers that a member had in this version of the list. */
export const numbersThen = (memberId: number, version: SQL): SQL => sql`
  select n.phone from listed_numbers n
  where n.member = ${memberId}::int and n.since <= ${version} and (n.until is null or n.until > ${version})`;

/** The version of the list from which on nobody stood on it who is erased by now. Found by members_without_number. */
const ERASED_UNTIL = sql`(
  select max(c.until) from members e join member_changes c on c.member_id = e.id
  where not e.has_number and e.reach_zone is null and e.erased_at is not null)`;

/**
 * Whose alerts can have come to a member's numbers: those of the zones of everybody who has or had one of them.
 *
 * @returns since which version of the list that is certain: before it somebody stood in another zone, or who it was is
 * not known any more. Never from version 0, which is also that of all that 0.1.0 sent.
 */
export async function zonesReaching(
  db: Reader,
  memberId: number,
): Promise<{ zoneIds: number[]; since: number }> {
  const holders = sql`(
    select ${memberId}::int as id
    union
    select n.member from listed_numbers mine join listed_numbers n on n.phone = mine.phone
    where mine.member = ${memberId}::int
  )`;
  const [found] = await db
    .select({
      zoneIds: sql<number[] | null>`array_agg(distinct m.reach_zone) filter (where m.reach_zone is not null)`,
      since: sql<number>`greatest(1, max(c.until), ${ERASED_UNTIL})`,
    })
    .from(
      sql`${holders} as h join members m on m.id = h.id left join member_changes c on c.member_id = h.id`,
    );
  if (!found) throw new Error("a question without a table has no answer");
  return { zoneIds: found.zoneIds ?? [], since: found.since };
}

// What has changed since the review for the members whom an alert reaches: "one member moved to another zone".
import { sql } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { isInZones } from "../members/reach.ts";
import { asWord } from "../text/words.ts";

/** What may have happened to a member, in the order in which it is told: said of one, and of several. */
const HAPPENED = {
  "moved away": ["moved to another zone", "moved to another zone"],
  "moved here": ["moved here from another zone", "moved here from another zone"],
  "is new": ["is new", "are new"],
  "other number": ["has another number", "have another number"],
  "no number": ["has no mobile number any more", "have no mobile number any more"],
  "opted out": ["opted out", "opted out"],
  "one opted out": ["opted out with one of their numbers", "opted out with one of their numbers"],
  unusable: ["has a number that can't get texts", "have a number that can't get texts"],
  gone: ["is not on the list any more", "are not on the list any more"],
  back: ["can be reached now", "can be reached now"],
} satisfies Record<string, [one: string, several: string]>;

type Happened = { what: keyof typeof HAPPENED | null; count: number; change: number };

/** The newest that there is now. Only what comes later is news to a review that is counted now. */
export const lastNews = sql<number>`coalesce((select max(id) from reach_news), 0)`;

/**
 * @param before how many members its review said that it reaches @param now how many it is
 * @returns nothing where too many have changed at once to say it of each
 */
export async function describeNews(
  db: Db,
  {
    alertId,
    zoneIds,
    before,
    now,
  }: { alertId: number; zoneIds: readonly number[]; before: number; now: number },
): Promise<string | undefined> {
  const here = isInZones(sql`zone_id`, zoneIds);
  const happened = await db.execute<Happened>(sql`
    with news as (
      select member_id, bool_or(is_new) as is_new,
        coalesce(sum(n.members) filter (where ${here}), 0) as here,
        coalesce(sum(n.fingerprint) filter (where ${here}), 0) as phones,
        coalesce(sum(n.members) filter (where not ${here}), 0) as elsewhere
      from reach_news n where n.id > (select news_seen from alerts where id = ${alertId}) group by member_id
    ), barred as (
      select a.member_id, bool_or(b.opted_out) as opted_out
      from news join addresses a using (member_id) join barred_phones b on b.phone = a.address
      where a.channel = 'text' group by a.member_id
    )
    select count(*)::int as count, sum(here)::int as change, case
        when here < 0 and elsewhere > 0 then 'moved away'
        when here < 0 and (m.id is null or m.left_at is not null) then 'gone'
        when here < 0 and not m.has_number then 'no number'
        when here < 0 and b.opted_out then 'opted out'
        when here < 0 and b.member_id is not null then 'unusable'
        when here > 0 and elsewhere < 0 then 'moved here'
        when here > 0 and is_new then 'is new'
        when here > 0 then 'back'
        when here = 0 and b.opted_out then 'one opted out'
        when here = 0 then 'other number'
      end as what
    from news left join members m on m.id = news.member_id left join barred b on b.member_id = news.member_id
    where here <> 0 or phones <> 0 group by what`);
  const isAll = happened.reduce((sum, { change }) => sum + change, 0) === now - before;
  return isAll && happened.every(({ what }) => what !== null) ? tell(happened) : undefined;
}

/** "one member moved to another zone, 12 are new" */
function tell(happened: readonly Happened[]): string | undefined {
  const told = Object.entries(HAPPENED).flatMap(([what, [one, several]]) => {
    const count = happened.find((each) => each.what === what)?.count ?? 0;
    return count === 0 ? [] : [{ count, words: count === 1 ? one : several }];
  });
  const lines = told.map(({ count, words }, n) => {
    const whose = n > 0 ? "" : count === 1 ? " member" : " members";
    return `${asWord(count)}${whose} ${words}`;
  });
  return lines.length === 0 ? undefined : lines.join(", ");
}

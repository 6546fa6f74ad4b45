// Asks for the last word and the price of what the provider has.
import { sql } from "drizzle-orm";
import type { DeliveryRef } from "../../gateways/gateway.ts";
import { actOnNews, recordReports } from "../reports.ts";
import { ASK_FOR_DAYS, type Asking, reportOf } from "./resolve.ts";

/** Without a message if the sending whose turn it is has nothing to ask about. */
type ToFollow = (DeliveryRef & { sid: string }) | { sid: null };

/**
 * Asks the provider for the last word and the price of what it has, earlier attempts too: one sending after another, each from its
 * first phone to its last, and again later, less and less often. Prices may come a day late.
 *
 * @returns whether it was a sending's turn: then it may be the next one's, too
 */
export async function followUp({ db, gateway, country, log }: Asking, limit: number): Promise<boolean> {
  const due = await db.execute<ToFollow>(sql`
    with sending as materialized (
      select id, follow_after, ready_at from sendings
      where follow_at <= now() order by follow_at limit 1 for no key update skip locked
    ), due as materialized (
      select d.* from sending cross join lateral (
        (select d.position, d.attempt, d.message_sid from deliveries d
          where d.sending_id = sending.id and d.position > sending.follow_after
            and d.message_sid is not null and ${isWorthAsking}
          order by d.position limit ${limit})
        union all (select d.position, d.attempt, d.message_sid from attempts d
          where d.sending_id = sending.id and d.position > sending.follow_after
            and d.message_sid is not null and ${isWorthAsking}
          order by d.position limit ${limit})
        order by position limit ${limit}
      ) as d
    ), moved as (
      update sendings s set
        follow_after = coalesce((select max(position) from due), 0),
        follow_at = case when exists (select from due) then now()
          when s.ready_at > now() - make_interval(days => ${ASK_FOR_DAYS}) then ${NEXT_ROUND} end
      from sending where s.id = sending.id
    )
    select sending.id as "sendingId", position, attempt, message_sid as sid from sending left join due on true`);
  const follow = async (next: ToFollow): Promise<void> => {
    if (next.sid === null) return;
    const { sid, ...delivery } = next;
    try {
      const message = await gateway.fetch(sid);
      await recordReports(db, [{ ...delivery, ...reportOf(message) }]);
      await actOnNews(db, { title: gateway.title, country }, { delivery, ...message });
    } catch (error) {
      log.warn({ ...delivery, err: error }, "the provider could not be asked about a text yet");
    }
  };
  await Promise.all(due.map(follow));
  return due.length > 0;
}

/** A status callback should have come; or a price, which is hardly ever known within the first hour. */
const isWorthAsking = sql.raw(`(
  (d.status in ('accepted', 'sent') and d.status_at < now() - interval '2 minutes')
  or (d.price is null and d.accepted_at < now() - interval '1 hour'))`);

/** After two minutes at first, then later and later. */
const NEXT_ROUND = sql.raw(
  "now() + least(interval '6 hours', greatest(interval '2 minutes', (now() - s.ready_at) / 2))",
);

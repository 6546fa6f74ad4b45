// What is kept for a time only: status callbacks, as they came.
import { sql } from "drizzle-orm";
import type { Database } from "../db/open.ts";

/** At most this many in one statement, so that nobody waits for it. */
const AT_ONCE = 5_000;

/**
 * Forgets callbacks that are older than this, where the row of their attempt says what they said: the same message,
 * its status at least as high, and the same end. What contradicts the row stays, because nothing else tells it.
 * Those of 0.1.0 have the provider's word alone, which is the status's own name where it is an end.
 *
 * @returns whether there may be more
 */
export async function forgetCallbacks(db: Database, days: number): Promise<boolean> {
  const forgotten = await db.execute(sql`
    delete from status_callbacks where id in (
      select c.id from status_callbacks c cross join lateral (
        select status, coalesce(code, error_code::text) as code from deliveries d
          where d.sending_id = c.sending_id and d.position = c.position and d.message_sid = c.message_sid
        union all
        select status, code from attempts a
          where a.sending_id = c.sending_id and a.position = c.position and a.message_sid = c.message_sid
      ) as its
      where c.received_at < now() - make_interval(days => ${days})
        and case
          when coalesce(c.meaning::text, c.status) in ('delivered', 'undelivered', 'failed')
            then its.status::text = coalesce(c.meaning::text, c.status)
              and its.code is not distinct from coalesce(c.code, c.error_code::text)
          else its.status >= coalesce(c.meaning, 'sent') end
      limit ${AT_ONCE})`);
  return forgotten.count > 0;
}

// Sessions of an instance that froze in the middle of a statement.
import { sql } from "drizzle-orm";
import type { Database } from "./open.ts";

/**
 * Ends our sessions that have begun a statement and then said nothing more. PostgreSQL itself ends those that wait
 * between two statements (`idle_in_transaction_session_timeout`); but where a statement was sent and what goes with it
 * was not, it waits for ever, with all that the transaction has locked. Any instance may do it: whoever is alive and
 * lost one connects again.
 *
 * @param seconds how long they have been silent
 * @returns false: it need not run again soon
 */
export async function endFrozenSessions(db: Database, seconds = 10): Promise<boolean> {
  await db.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and usename = current_user
      and application_name = current_setting('application_name')
      and state = 'active' and wait_event = 'ClientRead'
      and state_change <= clock_timestamp() - make_interval(secs => ${seconds})`);
  return false;
}

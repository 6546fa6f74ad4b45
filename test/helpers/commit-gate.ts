// Holds commits up, so that a test can do something while one is under way.
import type postgres from "postgres";
import { eventually } from "./eventually.ts";

/**
 * From now on whoever changes a row of this table waits in the commit itself.
 *
 * @param client a connection that is not among those held up
 */
export async function holdCommits(client: postgres.Sql, table: string) {
  await client.unsafe(`
    create function wait_at_commit() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock_shared(4711); return null; end $$;
    create constraint trigger wait_at_commit after insert or update on ${table} deferrable initially deferred
      for each row execute function wait_at_commit()`);
  const gate = await client.reserve();
  await gate`select pg_advisory_lock(4711)`;
  return {
    /** Resolves when somebody is in the middle of a commit. */
    reached: () =>
      eventually(async () => {
        const waiting = await client`
          select from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`;
        return waiting.length > 0;
      }, "a commit to begin"),
    async open(): Promise<void> {
      await gate`select pg_advisory_unlock(4711)`;
      gate.release();
    },
    /** Those who wait in a commit lose it. */
    async refuse(): Promise<void> {
      await client`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event = 'advisory'`;
      await this.open();
    },
  };
}

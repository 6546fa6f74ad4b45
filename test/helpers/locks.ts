// Rows that a test keeps to itself for a while, so that somebody has to wait for them.
import type postgres from "postgres";

/**
 * Nobody else can change these rows until they are let go.
 *
 * @param rows such as `sendings where status = 'sending'`
 */
export async function holdRows(client: postgres.Sql, rows: string): Promise<() => Promise<void>> {
  const session = await client.reserve();
  await session`begin`;
  // Nobody hangs up on us, however long a busy machine takes.
  await session`set local idle_in_transaction_session_timeout = 0`;
  await session.unsafe(`select from ${rows} for update`);
  return async () => {
    await session`commit`;
    session.release();
  };
}

/** Whether somebody waits for a lock. @param words what their statement says */
export const isLockAwaited = async (client: postgres.Sql, words = ""): Promise<boolean> =>
  (await countLockWaiters(client, words)) > 0;

export async function countLockWaiters(client: postgres.Sql, words = ""): Promise<number> {
  const waiting = await client`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
      and query like ${`%${words}%`}`;
  return waiting.length;
}

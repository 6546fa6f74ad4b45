// Rows that a test keeps to itself for a while, so that somebody has to wait for them.
import type postgres from "postgres";
import { connectTo } from "./database.ts";
import { eventually } from "./eventually.ts";

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

/** Presses, and lets nobody write to the table before this many of them wait for it. */
export async function whileNobodyWrites(
  databaseUrl: string,
  { table, until, press }: { table: string; until: number; press: () => Promise<unknown> },
): Promise<void> {
  const { client } = connectTo(databaseUrl);
  const held = await client.reserve();
  await held`begin`;
  await held`lock table ${client(table)} in share mode`;
  const pressed = press();
  await eventually(async () => (await countLockWaiters(client)) === until, "all of them to wait");
  await held`commit`;
  held.release();
  await pressed;
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

/** Whoever writes to this table waits, once they have seen what they write by. @returns the end of it */
export async function holdBack(client: postgres.Sql, table: string): Promise<() => Promise<void>> {
  await client.unsafe(`
    create function hold_back() returns trigger language plpgsql as $$ begin
      perform pg_advisory_xact_lock_shared(4711);
      return null;
    end $$;
    create trigger hold_back before insert on ${table} execute function hold_back()`);
  const session = await client.reserve();
  await session`select pg_advisory_lock(4711)`;
  return async () => {
    await session`select pg_advisory_unlock(4711)`;
    session.release();
  };
}

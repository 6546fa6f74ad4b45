import type postgres from "postgres";
import { eventually } from "./eventually.ts";

/**
 * Changes something and does not commit it yet, presses, and commits it once the press waits for it. By then
 * what the press had seen before is no longer true. A press that waits for nothing is answered first.
 */
export async function inBetween<Answer>(
  client: postgres.Sql,
  { deed, press }: { deed: (held: postgres.ReservedSql) => Promise<unknown>; press: () => Promise<Answer> },
): Promise<Answer> {
  const held = await client.reserve();
  await held`begin`;
  await deed(held);
  let isAnswered = false;
  const pressed = press().finally(() => {
    isAnswered = true;
  });
  await eventually(async () => {
    // Not on the connection that is held: a transaction sees who waits as it was at its first look.
    const waiting = await client`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return isAnswered || waiting.length > 0;
  }, "the press to wait");
  await held`commit`;
  held.release();
  return pressed;
}

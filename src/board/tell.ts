// What the board is told once: kept in the transaction of what it tells of, and posted by a job.
import type { Tx } from "../db/open.ts";
import { boardMessages } from "../db/schema.ts";

export type BoardMessage = {
  /** What it is about, such as `destination +52`: told once, whoever finds it. */
  key: string;
  /** In Slack's notation; what others wrote is escaped in it. */
  text: string;
  /** It is told in this alert's thread, and seen in the channel too. */
  alertId?: number | undefined;
};

/** @returns false if the board has been told already */
export async function tellBoard(tx: Tx, message: BoardMessage): Promise<boolean> {
  const kept = await tx
    .insert(boardMessages)
    .values(message)
    .onConflictDoNothing()
    .returning({ id: boardMessages.id });
  return kept.length > 0;
}

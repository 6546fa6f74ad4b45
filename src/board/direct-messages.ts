// Who writes to Headgate directly: however much comes at once, one answer is enough.
import { and, eq, lt, sql } from "drizzle-orm";
import type { Database } from "../db/open.ts";
import { directMessages } from "../db/schema.ts";
import type { SlackUser } from "./allowlist.ts";

/** Whatever comes sooner after the one before belongs to the same burst. */
const BURST = sql`interval '30 seconds'`;

/**
 * Notes that somebody wrote. What Slack tells us a second time, or another instance, changes nothing.
 *
 * @returns whether it is the first for a while, and so is to be answered
 */
export async function noteDirectMessage(
  db: Database,
  { teamId, userId }: SlackUser,
  writtenAt: Date,
): Promise<boolean> {
  const time = sql`${writtenAt.toISOString()}::timestamptz`;
  const first = await db
    .insert(directMessages)
    .values({ teamId, userId, writtenAt })
    .onConflictDoUpdate({
      target: [directMessages.teamId, directMessages.userId],
      set: { writtenAt },
      setWhere: sql`${directMessages.writtenAt} < ${time} - ${BURST}`,
    })
    .returning({ userId: directMessages.userId });
  if (first.length > 0) return true;
  const isTheirs = and(eq(directMessages.teamId, teamId), eq(directMessages.userId, userId));
  await db
    .update(directMessages)
    .set({ writtenAt })
    .where(and(isTheirs, lt(directMessages.writtenAt, writtenAt)));
  return false;
}

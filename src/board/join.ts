// Somebody comes onto the board, in Slack: picked by an admin, or because they asked.
import { and, eq, isNull, sql } from "drizzle-orm";
import { type Actor, record } from "../audit/audit.ts";
import type { Tx } from "../db/open.ts";
import { boardMembers, boardRequests } from "../db/schema.ts";
import { findBoardMember, type Role, type RoleIsNow } from "./allowlist.ts";
import type { Confirmed } from "./confirmed.ts";

/**
 * Adds somebody who is not on the board. What they asked for is decided by that.
 *
 * @returns the role of one who is there already: it stays
 */
export async function addToBoard(
  tx: Tx,
  { teamId, userId }: Confirmed,
  role: Role,
  actor: Exclude<Actor, string>,
): Promise<"added" | RoleIsNow> {
  const added = await tx
    .insert(boardMembers)
    .values({ teamId, userId, role, confirmedAt: sql`now()` })
    .onConflictDoNothing()
    .returning({ userId: boardMembers.userId });
  // Whom another admin adds at the same moment, the insert has waited for.
  const isNow = added.length > 0 ? undefined : (await findBoardMember(tx, { teamId, userId }))?.role;
  const isTheirs = and(eq(boardRequests.teamId, teamId), eq(boardRequests.userId, userId));
  await tx
    .update(boardRequests)
    .set({ decidedAt: sql`now()`, decidedBy: actor.userId, role: isNow ?? role })
    .where(and(isTheirs, isNull(boardRequests.decidedAt)));
  if (isNow !== undefined) return { isNow };
  await record(tx, { actor, action: "board member added", detail: { userId, role } });
  return "added";
}

// Whoever may not send any more has no open reviews: they lapse in the transaction that takes the right.
import { and, eq, sql } from "drizzle-orm";
import { type Actor, record } from "../audit/audit.ts";
import {
  addBoardMember,
  changeRole as changeOnList,
  mayActAs,
  type Role,
  removeBoardMember,
  type SlackUser,
} from "../board/allowlist.ts";
import type { Db, Tx } from "../db/open.ts";
import { alerts } from "../db/schema.ts";

/** What was taken off with them: a message shows each of these reviews. */
export type Lapsed = { lapsed: number[] };

/**
 * Takes somebody off the board. The last admin stays.
 *
 * @param why where nobody decided it
 */
export async function takeOffBoard(
  tx: Tx,
  user: SlackUser,
  actor: Actor,
  why?: string,
): Promise<Lapsed | "not found" | "last admin"> {
  const outcome = await removeBoardMember(tx, user, actor, why);
  return outcome === "removed" ? lapseReviews(tx, user, actor, "off the board") : outcome;
}

/**
 * Gives somebody who is there another role.
 *
 * @param roles from the one that whoever changes it has seen
 */
export async function changeRole(
  tx: Tx,
  user: SlackUser,
  roles: { from: Role; to: Role },
  actor: Actor,
): Promise<Lapsed | Exclude<Awaited<ReturnType<typeof changeOnList>>, "changed">> {
  const outcome = await changeOnList(tx, user, roles, actor);
  return outcome === "changed" ? lapseUnlessSender(tx, user, roles.to, actor) : outcome;
}

/** For the command line: adds somebody, or gives one who is there another role, whatever it was. */
export function giveRole(
  db: Db,
  user: SlackUser,
  role: Role,
  actor: Actor,
  more: Parameters<typeof addBoardMember>[4],
): Promise<"added" | "last admin"> {
  return db.transaction(async (tx) => {
    const outcome = await addBoardMember(tx, user, role, actor, more);
    if (outcome === "added") await lapseUnlessSender(tx, user, role, actor);
    return outcome;
  });
}

const lapseUnlessSender = async (tx: Tx, user: SlackUser, role: Role, actor: Actor): Promise<Lapsed> =>
  mayActAs(role, "operator") ? { lapsed: [] } : lapseReviews(tx, user, actor, "sends no more");

/** After the right is gone: what is reviewed at this moment waits for the board's entry, and is refused. */
async function lapseReviews(
  tx: Tx,
  { teamId, userId }: SlackUser,
  actor: Actor,
  why: string,
): Promise<Lapsed> {
  const lapsed = await tx
    .update(alerts)
    .set({
      status: "discarded",
      version: sql`${alerts.version} + 1`,
      discardedAt: sql`now()`,
      discardedBy: typeof actor === "string" ? actor : actor.userId,
    })
    .where(and(eq(alerts.status, "draft"), eq(alerts.teamId, teamId), eq(alerts.authorId, userId)))
    .returning({ id: alerts.id });
  for (const { id } of lapsed) {
    await record(tx, { actor, action: "discarded", alertId: id, detail: { why, userId } });
  }
  return { lapsed: lapsed.map(({ id }) => id) };
}

// The board allowlist: who may act, by Slack team and user id.
import { and, asc, eq, getTableColumns, sql } from "drizzle-orm";
import { type Actor, record } from "../audit/audit.ts";
import type { Database, Reader, Tx } from "../db/open.ts";
import { boardMembers } from "../db/schema.ts";

export const roles = ["operator", "admin"] as const;
export type Role = (typeof roles)[number];
export type SlackUser = { teamId: string; userId: string };
export type BoardMember = SlackUser & { role: Role; phone: string | null };

/** An admin may do all that an operator may. */
export const mayActAs = (role: Role, needed: Role): boolean => role === "admin" || needed === "operator";

const isSameUser = (one: SlackUser, other: SlackUser): boolean =>
  one.teamId === other.teamId && one.userId === other.userId;

export const isAuthor = (
  { teamId, authorId }: { teamId: string; authorId: string },
  user: SlackUser,
): boolean => isSameUser({ teamId, userId: authorId }, user);

export const isUser = ({ teamId, userId }: SlackUser) =>
  and(eq(boardMembers.teamId, teamId), eq(boardMembers.userId, userId));

/** When Slack last confirmed that they may act; null where it did not, or says otherwise since. */
type Confirmed = { confirmedAt: Date | null };

export async function findBoardMember(
  db: Reader,
  user: SlackUser,
): Promise<(BoardMember & Confirmed) | undefined> {
  const [found] = await db.select().from(boardMembers).where(isUser(user));
  return found;
}

/**
 * As findBoardMember, and locks the entry: it stays as it is until the transaction ends.
 *
 * @returns also the transaction's own id, by which its end can be asked about
 */
export async function lockBoardMember(
  tx: Tx,
  user: SlackUser,
  strength: "share" | "update" = "share",
): Promise<(BoardMember & { transactionId: string }) | undefined> {
  const transactionId = sql<string>`pg_current_xact_id()::text`;
  const [found] = await tx
    .select({ ...getTableColumns(boardMembers), transactionId })
    .from(boardMembers)
    .where(isUser(user))
    .for(strength);
  return found;
}

export function listBoardMembers(db: Reader): Promise<BoardMember[]> {
  return db.select().from(boardMembers).orderBy(asc(boardMembers.addedAt), asc(boardMembers.userId));
}

/** Notes whether Slack says that this is somebody who may act. */
export async function noteConfirmed(db: Database, user: SlackUser, mayAct: boolean): Promise<void> {
  await db
    .update(boardMembers)
    .set({ confirmedAt: mayAct ? sql`now()` : null })
    .where(isUser(user));
}

/** Whom to ask, by their Slack ids: those whom Slack has confirmed, else all, the first of them first. */
export async function listAdmins(db: Reader, teamId: string): Promise<string[]> {
  const admins = await db
    .select({ userId: boardMembers.userId, confirmedAt: boardMembers.confirmedAt })
    .from(boardMembers)
    .where(and(eq(boardMembers.teamId, teamId), eq(boardMembers.role, "admin")))
    .orderBy(asc(boardMembers.addedAt), asc(boardMembers.userId));
  const confirmed = admins.filter(({ confirmedAt }) => confirmedAt !== null);
  return (confirmed.length > 0 ? confirmed : admins).map(({ userId }) => userId);
}

/**
 * Adds the user, or gives one who is there the other role.
 *
 * @param phone their own (E.164); without one the phone that is known stays
 * @returns what became of it; the last admin stays one, because nobody could make another from Slack
 */
export function addBoardMember(
  db: Database,
  user: SlackUser,
  role: Role,
  actor: Actor,
  phone?: string,
): Promise<"added" | "last admin"> {
  return db.transaction(async (tx) => {
    if (role !== "admin" && (await isLastAdmin(tx, user))) return "last admin";
    await putOnBoard(tx, user, role, actor);
    if (phone !== undefined) await savePhone(tx, user, phone);
    return "added";
  });
}

async function putOnBoard(tx: Tx, user: SlackUser, role: Role, actor: Actor): Promise<void> {
  await tx
    .insert(boardMembers)
    .values({ ...user, role })
    .onConflictDoUpdate({ target: [boardMembers.teamId, boardMembers.userId], set: { role } });
  await record(tx, { actor, action: "board member added", detail: { userId: user.userId, role } });
}

/** @returns what became of it; the last admin stays */
export function removeBoardMember(
  db: Database,
  user: SlackUser,
  actor: Actor,
): Promise<"removed" | "not found" | "last admin"> {
  return db.transaction(async (tx) => {
    if (await isLastAdmin(tx, user)) return "last admin";
    const removed = await tx.delete(boardMembers).where(isUser(user)).returning({ role: boardMembers.role });
    if (removed.length === 0) return "not found";
    await record(tx, { actor, action: "board member removed", detail: { userId: user.userId } });
    return "removed";
  });
}

/** Locks all admins until the transaction ends, so that two can't remove each other at once. */
async function isLastAdmin(tx: Tx, user: SlackUser): Promise<boolean> {
  const admins = await tx.select().from(boardMembers).where(eq(boardMembers.role, "admin")).for("update");
  return admins.length === 1 && admins.some((admin) => isSameUser(admin, user));
}

/** While there is no admin, as on the first run, the users named in ADMIN_SLACK_USER_IDS become admins. */
export async function seedAdmins(db: Database, teamId: string, userIds: readonly string[]): Promise<void> {
  await db.transaction(async (tx) => {
    // Two instances that start together must not both find none.
    await tx.execute("lock table board_members in share row exclusive mode");
    if (userIds.length === 0 || (await tx.$count(boardMembers, eq(boardMembers.role, "admin"))) > 0) return;
    for (const userId of userIds) await putOnBoard(tx, { teamId, userId }, "admin", "system");
  });
}

export async function savePhone(tx: Tx, user: SlackUser, phone: string): Promise<void> {
  await tx.update(boardMembers).set({ phone }).where(isUser(user));
}

// The board allowlist: who may act, by Slack team and user id.
import { and, asc, eq, getTableColumns, sql } from "drizzle-orm";
import { type Actor, record } from "../audit/audit.ts";
import type { Database, Db, Reader, Tx } from "../db/open.ts";
import { boardMembers, boardRole } from "../db/schema.ts";

export const roles = boardRole.enumValues;
export type Role = (typeof roles)[number];
/** What something needs: a role, or anybody of the board. */
export type Needed = Role | "board";
export type SlackUser = { teamId: string; userId: string };
export type BoardMember = SlackUser & { role: Role; phone: string | null; alarmPhone: string | null };

/**
 * Where an alarm goes: to the phone that a code has proven to be theirs. Who has proven none is texted at the one that
 * is kept for tests: an alarm that may go astray is better than none.
 */
export const alarmPhoneOf = ({ alarmPhone, phone }: Pick<BoardMember, "alarmPhone" | "phone">) =>
  alarmPhone ?? phone;

/** An admin may all. A viewer reads the log and sends nothing; an operator sends, and does not read the log. */
const able: Readonly<Record<Needed, readonly Role[]>> = {
  admin: ["admin"],
  operator: ["operator", "admin"],
  viewer: ["viewer", "admin"],
  board: roles,
};

export const mayActAs = (role: Role, needed: Needed): boolean => able[needed].includes(role);

/** What somebody of the board lacks for it, for the record. */
export const lacking = {
  admin: "not an admin",
  operator: "not an operator",
  viewer: "not a viewer",
  board: "not on the allowlist",
} as const satisfies Record<Needed, string>;

const isSameUser = (one: SlackUser, other: SlackUser): boolean =>
  one.teamId === other.teamId && one.userId === other.userId;

export const isAuthor = (
  { teamId, authorId }: { teamId: string; authorId: string },
  user: SlackUser,
): boolean => isSameUser({ teamId, userId: authorId }, user);

export const isUser = ({ teamId, userId }: SlackUser) =>
  and(eq(boardMembers.teamId, teamId), eq(boardMembers.userId, userId));

/** Of the board's own workspace: an admin of another one can't act here. */
export const isAdminIn = (teamId: string) =>
  and(eq(boardMembers.teamId, teamId), eq(boardMembers.role, "admin"));

/** Also when Slack last said that they may act; null where it did not, or says otherwise since. */
export type ListedMember = typeof boardMembers.$inferSelect;

export async function findBoardMember(db: Reader, user: SlackUser): Promise<ListedMember | undefined> {
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

export function listBoardMembers(db: Reader): Promise<ListedMember[]> {
  return db.select().from(boardMembers).orderBy(asc(boardMembers.addedAt), asc(boardMembers.userId));
}

/** Notes whether Slack says that this is somebody who may act. */
export async function noteConfirmed(db: Database, user: SlackUser, mayAct: boolean): Promise<void> {
  await db
    .update(boardMembers)
    .set({ confirmedAt: mayAct ? sql`now()` : null })
    .where(isUser(user));
}

/** The Slack ids of the admins to ask, the first of them first: those whom Slack has confirmed, or else all. */
export async function listAdmins(db: Reader, teamId: string): Promise<string[]> {
  const admins = await db
    .select({ userId: boardMembers.userId, confirmedAt: boardMembers.confirmedAt })
    .from(boardMembers)
    .where(isAdminIn(teamId))
    .orderBy(asc(boardMembers.addedAt), asc(boardMembers.userId));
  const confirmed = admins.filter(({ confirmedAt }) => confirmedAt !== null);
  return (confirmed.length > 0 ? confirmed : admins).map(({ userId }) => userId);
}

/**
 * Adds the user, or gives one who is there the other role. Whose reviews nobody may send then is for
 * alerts/off-board.ts.
 *
 * @param phone their own (E.164); without one the phone that is known stays
 * @param isConfirmed Slack says that they may act
 * @returns what became of it; the last admin stays one, because nobody could make another from Slack
 */
export function addBoardMember(
  db: Db,
  user: SlackUser,
  role: Role,
  actor: Actor,
  { phone, isConfirmed = false }: { phone?: string | undefined; isConfirmed?: boolean } = {},
): Promise<"added" | "last admin"> {
  return db.transaction(async (tx) => {
    if (role !== "admin" && (await isLastAdmin(tx, user))) return "last admin";
    await putOnBoard(tx, user, { role, isConfirmed }, actor);
    if (phone !== undefined) await savePhone(tx, user, phone, actor);
    return "added";
  });
}

export async function putOnBoard(
  tx: Tx,
  user: SlackUser,
  { role, isConfirmed }: { role: Role; isConfirmed: boolean },
  actor: Actor,
): Promise<void> {
  const entry = { role, ...(isConfirmed && { confirmedAt: sql`now()` }) };
  await tx
    .insert(boardMembers)
    .values({ ...user, ...entry })
    .onConflictDoUpdate({ target: [boardMembers.teamId, boardMembers.userId], set: entry });
  await record(tx, { actor, action: "board member added", detail: { userId: user.userId, role } });
}

/** Somebody saw them with another role: how it is now. */
export type RoleIsNow = { isNow: Role };

/**
 * Gives somebody who is there another role. The last admin stays one.
 *
 * @param from the role that whoever changes it has seen
 */
export async function changeRole(
  tx: Tx,
  user: SlackUser,
  { from, to }: { from: Role; to: Role },
  actor: Actor,
): Promise<"changed" | "not found" | "last admin" | RoleIsNow> {
  const isLast = to !== "admin" && (await isLastAdmin(tx, user));
  const member = await lockBoardMember(tx, user, "update");
  if (!member) return "not found";
  if (member.role !== from) return { isNow: member.role };
  if (isLast) return "last admin";
  if (from === to) return "changed";
  await tx.update(boardMembers).set({ role: to }).where(isUser(user));
  await record(tx, { actor, action: "role changed", detail: { userId: user.userId, from, to } });
  return "changed";
}

/**
 * @param why where nobody decided it
 * @returns what became of it; the last admin stays
 */
export function removeBoardMember(
  db: Db,
  user: SlackUser,
  actor: Actor,
  why?: string,
): Promise<"removed" | "not found" | "last admin"> {
  return db.transaction(async (tx) => {
    if (await isLastAdmin(tx, user)) return "last admin";
    const removed = await tx.delete(boardMembers).where(isUser(user)).returning({ role: boardMembers.role });
    if (removed.length === 0) return "not found";
    await record(tx, { actor, action: "board member removed", detail: { userId: user.userId, why } });
    return "removed";
  });
}

/**
 * Whether this is the last admin whom Slack has confirmed: a mistyped id, a guest or a closed account does not count.
 * Locks all admins until the transaction ends, so that two can't remove each other at once.
 */
async function isLastAdmin(tx: Tx, user: SlackUser): Promise<boolean> {
  const admins = await tx.select().from(boardMembers).where(isAdminIn(user.teamId)).for("update");
  const [own] = admins.filter((admin) => isSameUser(admin, user));
  const others = admins.filter((admin) => admin !== own);
  // Who could never act is no admin, last or not, as long as there is another.
  if (!own || (own.confirmedAt === null && others.length > 0)) return false;
  return others.every(({ confirmedAt }) => confirmedAt === null);
}

/** Keeps a board member's own phone. */
export async function savePhone(tx: Tx, user: SlackUser, phone: string, actor: Actor): Promise<void> {
  const kept = await tx
    .update(boardMembers)
    .set({ phone })
    .where(and(isUser(user), sql`${boardMembers.phone} is distinct from ${phone}`))
    .returning({ userId: boardMembers.userId });
  if (kept.length === 0) return;
  await record(tx, { actor, action: "own phone kept", phone, detail: { userId: user.userId } });
}

// What Slack says of those on the board, and of those who are to come onto it: only whom it knows as a full member of
// the board's own workspace may act.
import { and, isNotNull } from "drizzle-orm";
import type { Database } from "../db/open.ts";
import { boardMembers } from "../db/schema.ts";
import { isAdminIn, noteConfirmed, putOnBoard, type SlackUser } from "./allowlist.ts";

/** Asks Slack. @returns why this person could never act; undefined where they can @throws Error while it can't be asked */
export type WhyNever = (userId: string) => Promise<string | undefined>;

/** Somebody of whom Slack has just said that they may act. */
export type Confirmed = SlackUser & { isConfirmed: true };

/**
 * For whoever is to come onto the board. It is asked before the transaction in which they come: Slack may be slow.
 *
 * @throws Error while Slack can't be asked
 */
export async function confirmPerson(
  user: SlackUser,
  whyNever: WhyNever,
): Promise<Confirmed | { never: string }> {
  const never = await whyNever(user.userId);
  return never === undefined ? { ...user, isConfirmed: true } : { never };
}

/** Those who could never act, and why. */
export type Phantom = { userId: string; why: string };

/**
 * Asks Slack again about the admins, and notes what it says. While Slack does not tell about one, nothing changes for them.
 *
 * @returns those who could never act
 */
export async function confirmAdmins(db: Database, teamId: string, whyNever: WhyNever): Promise<Phantom[]> {
  const phantoms: Phantom[] = [];
  const admins = await db.select().from(boardMembers).where(isAdminIn(teamId));
  for (const admin of admins) {
    const answer = await whyNever(admin.userId).then(
      (why) => ({ why }),
      () => undefined,
    );
    if (!answer) continue;
    await noteConfirmed(db, admin, answer.why === undefined);
    if (answer.why !== undefined) phantoms.push({ userId: admin.userId, why: answer.why });
  }
  return phantoms;
}

/**
 * While there is no admin who can act, as on the first run, the users named in ADMIN_SLACK_USER_IDS become admins.
 *
 * @returns those who did not, because they could never act @throws Error while Slack can't be asked
 */
export async function seedAdmins(
  db: Database,
  teamId: string,
  userIds: readonly string[],
  whyNever: WhyNever,
): Promise<Phantom[]> {
  const isConfirmed = and(isAdminIn(teamId), isNotNull(boardMembers.confirmedAt));
  if (userIds.length === 0 || (await db.$count(boardMembers, isConfirmed)) > 0) return [];
  await confirmAdmins(db, teamId, whyNever);
  const answers: { userId: string; why: string | undefined }[] = [];
  for (const userId of userIds) answers.push({ userId, why: await whyNever(userId) });
  return db.transaction(async (tx) => {
    // Two instances that start together must not both find none.
    await tx.execute("lock table board_members in share row exclusive mode");
    if ((await tx.$count(boardMembers, isConfirmed)) > 0) return [];
    const phantoms: Phantom[] = [];
    for (const { userId, why } of answers) {
      if (why !== undefined) phantoms.push({ userId, why });
      else await putOnBoard(tx, { teamId, userId }, { role: "admin", isConfirmed: true }, "system");
    }
    return phantoms;
  });
}

// Who leaves the workspace, or becomes a guest, is taken off the board: when Slack says so, and from time to time for
// what it said while nobody listened. Nobody loses their place because Slack does not answer.
import { eq } from "drizzle-orm";
import { takeOffBoard } from "../alerts/off-board.ts";
import { findBoardMember, noteConfirmed, type SlackUser } from "../board/allowlist.ts";
import type { WhyNever } from "../board/confirmed.ts";
import { tellBoard } from "../board/tell.ts";
import type { Database } from "../db/open.ts";
import { boardMembers } from "../db/schema.ts";
import { asSentence, plural } from "../text/words.ts";

/** `last admin`: they stay on the list and can do nothing, because nobody could make another admin from Slack. */
export type Looked = "not on the board" | "no answer" | "fine" | "taken off" | "last admin";

/** For what Slack tells of one account. @param whyNever asks Slack anew, and not what it said before */
export async function lookAtAccount(db: Database, user: SlackUser, whyNever: WhyNever): Promise<Looked> {
  // Slack tells of everybody in the workspace, whatever they change.
  if (!(await findBoardMember(db, user))) return "not on the board";
  const [looked = "no answer"] = await lookAtEach(db, [user], whyNever);
  return looked;
}

/** Everybody on the board. @returns what became of each */
export async function lookAtBoard(db: Database, teamId: string, whyNever: WhyNever): Promise<Looked[]> {
  const { userId } = boardMembers;
  const board = await db
    .select({ teamId: boardMembers.teamId, userId })
    .from(boardMembers)
    .where(eq(boardMembers.teamId, teamId));
  return lookAtEach(db, board, whyNever);
}

async function lookAtEach(db: Database, users: readonly SlackUser[], whyNever: WhyNever): Promise<Looked[]> {
  const answers: { user: SlackUser; why: string | undefined }[] = [];
  const looked: Looked[] = [];
  for (const user of users) {
    try {
      answers.push({ user, why: await whyNever(user.userId) });
    } catch {
      looked.push("no answer");
    }
  }
  // Whether another admin could act is known before one is taken off.
  for (const { user, why } of answers) {
    await noteConfirmed(db, user, why === undefined);
    if (why === undefined) looked.push("fine");
  }
  for (const { user, why } of answers) {
    if (why !== undefined) looked.push(await takeOff(db, user, why));
  }
  return looked;
}

function takeOff(db: Database, user: SlackUser, why: string): Promise<Looked> {
  const { userId } = user;
  return db.transaction(async (tx) => {
    const member = await findBoardMember(tx, user);
    if (!member) return "not on the board";
    const outcome = await takeOffBoard(tx, user, "system", why);
    if (outcome === "not found") return "not on the board";
    // Whoever comes back and leaves again is told of again.
    const stay = `${userId} ${member.addedAt.toISOString()}`;
    if (outcome === "last admin") {
      await tellBoard(tx, {
        key: `last admin left ${stay}`,
        text:
          `<@${userId}> can't do anything here any more. ${asSentence(why)}. There is no other admin who can act, so they stay ` +
          "on the board's list. Operators can still send alerts. Members, zones and the board can be changed once there " +
          "is another admin: whoever looks after the server adds one with `npm run board -- add U0123ABCD admin`.",
      });
      return "last admin";
    }
    const { length: reviews } = outcome.lapsed;
    const were = `${plural(reviews, "open review")} of theirs ${reviews === 1 ? "was" : "were"}`;
    const discarded = reviews === 0 ? "" : ` ${were} discarded, and not sent.`;
    await tellBoard(tx, {
      key: `off the board ${stay}`,
      text: `<@${userId}> was taken off the board. ${asSentence(why)}.${discarded}`,
    });
    return "taken off";
  });
}

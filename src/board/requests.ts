// "Ask to be added": somebody of the workspace asks, and an admin says yes or no.
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { record } from "../audit/audit.ts";
import type { Database, Reader, Tx } from "../db/open.ts";
import { boardRequests } from "../db/schema.ts";
import { findBoardMember, type Role, type SlackUser } from "./allowlist.ts";
import type { Confirmed } from "./confirmed.ts";
import { addToBoard } from "./join.ts";
import { tellBoard } from "./tell.ts";

/** Whoever was refused, or added and taken off, can ask again only after this. */
const ASK_AGAIN_AFTER = sql`interval '1 day'`;

/** `asked already`: their request is open. `too soon`: the one before was decided within the last day. */
export type Asked = "asked" | "asked already" | "too soon" | "on the board";

const isOpen = isNull(boardRequests.decidedAt);
const isOf = ({ teamId, userId }: SlackUser) =>
  and(eq(boardRequests.teamId, teamId), eq(boardRequests.userId, userId));

/** The one thing that somebody can change who is not on the board. The board is told once. */
export function askToBeAdded(db: Database, user: SlackUser): Promise<Asked> {
  return db.transaction(async (tx) => {
    if (await findBoardMember(tx, user)) return "on the board";
    const { teamId, userId } = user;
    const [asked] = await tx.execute<{ id: number }>(sql`
      insert into board_requests (team_id, user_id)
      select ${teamId}, ${userId} where not exists (
        select from board_requests where team_id = ${teamId} and user_id = ${userId}
          and decided_at > now() - ${ASK_AGAIN_AFTER})
      on conflict (team_id, user_id) where decided_at is null do nothing
      returning id`);
    if (!asked) return (await hasAsked(tx, user)) ? "asked already" : "too soon";
    await record(tx, { actor: user, action: "asked to be added" });
    await tellBoard(tx, {
      key: `request ${asked.id}`,
      text:
        `<@${userId}> asks to be added to the board. Nothing has changed by that. An admin decides it: ` +
        "open Headgate in Slack, and look at its Home.",
    });
    return "asked";
  });
}

/** Whether a request of theirs is open. */
export const hasAsked = async (db: Reader, user: SlackUser): Promise<boolean> =>
  (await db.$count(boardRequests, and(isOf(user), isOpen))) > 0;

/** Those that are open, the oldest first. */
export const listRequests = (db: Reader, teamId: string, limit: number) =>
  db
    .select({ id: boardRequests.id, userId: boardRequests.userId, askedAt: boardRequests.askedAt })
    .from(boardRequests)
    .where(and(eq(boardRequests.teamId, teamId), isOpen))
    .orderBy(asc(boardRequests.id))
    .limit(limit);

/** Another admin was faster: who it was, and what they were added as; null where they were refused. */
export type Decided = { decidedBy: string; role: Role | null };

type Found = SlackUser & { id: number };

/** @returns the request, locked; or what became of it */
async function lockRequest(
  tx: Tx,
  requestId: number,
  admin: SlackUser,
): Promise<{ request: Found } | Decided | "not there"> {
  const [found] = await tx
    .select()
    .from(boardRequests)
    .where(and(eq(boardRequests.id, requestId), eq(boardRequests.teamId, admin.teamId)))
    .for("update");
  if (!found) return "not there";
  const { id, teamId, userId, decidedAt, decidedBy, role } = found;
  return decidedAt === null ? { request: { id, teamId, userId } } : { decidedBy: decidedBy ?? "", role };
}

/** Whom it is about: Slack is asked who they are before they are added. */
export async function findRequest(
  db: Reader,
  requestId: number,
  teamId: string,
): Promise<SlackUser | undefined> {
  const [found] = await db
    .select({ teamId: boardRequests.teamId, userId: boardRequests.userId })
    .from(boardRequests)
    .where(and(eq(boardRequests.id, requestId), eq(boardRequests.teamId, teamId)));
  return found;
}

/** @param person whom the request is about, as Slack has just confirmed them */
export async function approveRequest(
  tx: Tx,
  { requestId, person, role, admin }: { requestId: number; person: Confirmed; role: Role; admin: SlackUser },
): Promise<"added" | "not there" | "on the board" | Decided> {
  const locked = await lockRequest(tx, requestId, admin);
  if (locked === "not there" || "decidedBy" in locked) return locked;
  if (locked.request.userId !== person.userId) return "not there";
  const outcome = await addToBoard(tx, person, role, admin);
  return outcome === "added" ? "added" : "on the board";
}

export async function refuseRequest(
  tx: Tx,
  { requestId, admin }: { requestId: number; admin: SlackUser },
): Promise<"refused" | "not there" | Decided> {
  const locked = await lockRequest(tx, requestId, admin);
  if (locked === "not there" || "decidedBy" in locked) return locked;
  const { id, userId } = locked.request;
  await tx
    .update(boardRequests)
    .set({ decidedAt: sql`now()`, decidedBy: admin.userId })
    .where(eq(boardRequests.id, id));
  await record(tx, { actor: admin, action: "request refused", detail: { userId } });
  return "refused";
}

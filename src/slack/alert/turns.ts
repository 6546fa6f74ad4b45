// What stands in Slack of an alert, and whose turn it is to write there: all instances share it.
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import type { Database } from "../../db/open.ts";
import { alerts } from "../../db/schema.ts";
import type { Alert } from "../../outcomes/read-alert.ts";

/** Longer than two calls to Slack last: two instances never both post the first message. */
const POST_AGAIN_AFTER_SECONDS = 25;

/** Whoever looked before another posted the message, or it was deleted, and was held up since, must look again. */
const isPostedWhere = (messageTs: string | null) =>
  sql`${alerts.messageTs} is not distinct from ${messageTs}`;

/** Nobody has taken a turn since that one. */
const isTurn = (mark: string) => sql`${alerts.shownAt}::text = ${mark}`;

/**
 * @param everySeconds a message that is posted is written at most so often
 * @returns the turn's own mark; nothing while another write was too recent, or if it was posted meanwhile
 */
export async function takeTurn(
  db: Database,
  { id, messageTs }: Alert,
  everySeconds: number,
): Promise<string | undefined> {
  const seconds = messageTs ? everySeconds : POST_AGAIN_AFTER_SECONDS;
  const turn = await db
    .update(alerts)
    .set({ shownAt: sql`now()` })
    .where(
      and(
        eq(alerts.id, id),
        isPostedWhere(messageTs),
        or(isNull(alerts.shownAt), lt(alerts.shownAt, sql`now() - make_interval(secs => ${seconds})`)),
      ),
    )
    .returning({ mark: sql<string>`${alerts.shownAt}::text` });
  return turn[0]?.mark;
}

/** Slack said no, so nothing was posted: the next try need not wait for a post that may still appear. */
export async function giveTurnBack(
  db: Database,
  alertId: number,
  { turn, everySeconds }: { turn: string; everySeconds: number },
): Promise<void> {
  const soon = POST_AGAIN_AFTER_SECONDS - everySeconds;
  await db
    .update(alerts)
    .set({ shownAt: sql`${alerts.shownAt} - make_interval(secs => ${soon})` })
    .where(and(eq(alerts.id, alertId), isNull(alerts.messageTs), isTurn(turn)));
}

/** Somebody deleted the message: the next time there will be a new one. */
export async function forgetPosted(db: Database, { id, messageTs }: Alert): Promise<void> {
  await db
    .update(alerts)
    .set({ messageTs: null, shownDigest: null })
    .where(and(eq(alerts.id, id), isPostedWhere(messageTs)));
}

export type Posted = { channelId: string; messageTs: string };

/** @param alert as it was when the message was made @param posted where, if it is new */
export async function saveShown(
  db: Database,
  { id, version, messageTs }: Alert,
  { turn, digest, posted }: { turn: string; digest: string; posted: Posted | undefined },
): Promise<void> {
  await db
    .update(alerts)
    // What was changed while Slack was writing is not shown yet; nor is ours, if somebody wrote after us.
    .set({
      ...posted,
      shownDigest: sql`case when ${alerts.version} = ${version} and ${isTurn(turn)} then ${digest} end`,
    })
    .where(and(eq(alerts.id, id), isPostedWhere(messageTs)));
}

// What Slack shows of an alert, and whose turn it is to write there. All instances share this.
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import type { Database } from "../../db/open.ts";
import { alertMessages } from "../../db/schema.ts";
import type { Alert } from "../../outcomes/read-alert.ts";
import { BACKGROUND_TIMEOUT_MS } from "../wire/clients.ts";

/** Longer than two calls to Slack last: two instances never both post the first message. */
const POST_AGAIN_AFTER_SECONDS = (2 * BACKGROUND_TIMEOUT_MS) / 1000 + 5;

const PLACE = "board";
const isOf = (alertId: number) => and(eq(alertMessages.alertId, alertId), eq(alertMessages.place, PLACE));

/** The message is where it was when we looked. If it was posted or deleted since then, we must look again. */
const isPostedWhere = (messageTs: string | null) =>
  sql`${alertMessages.messageTs} is not distinct from ${messageTs}`;

/** Nobody has taken a turn since that one. */
const isTurn = (mark: string) => sql`${alertMessages.shownAt}::text = ${mark}`;

/**
 * @param everySeconds a message that is posted is written at most once in this many seconds
 * @returns the turn's own mark; nothing if another write was too recent, or the message was posted in between
 */
export async function takeTurn(
  db: Database,
  { id, messageTs }: Pick<Alert, "id" | "messageTs">,
  everySeconds: number,
): Promise<string | undefined> {
  const seconds = messageTs ? everySeconds : POST_AGAIN_AFTER_SECONDS;
  const isDue = or(
    isNull(alertMessages.shownAt),
    lt(alertMessages.shownAt, sql`now() - make_interval(secs => ${seconds})`),
  );
  const turn = await db
    .insert(alertMessages)
    .values({ alertId: id, place: PLACE, shownAt: sql`now()` })
    .onConflictDoUpdate({
      target: [alertMessages.alertId, alertMessages.place],
      set: { shownAt: sql`now()` },
      setWhere: sql`${isPostedWhere(messageTs)} and ${isDue}`,
    })
    .returning({ mark: sql<string>`${alertMessages.shownAt}::text` });
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
    .update(alertMessages)
    .set({ shownAt: sql`${alertMessages.shownAt} - make_interval(secs => ${soon})` })
    .where(and(isOf(alertId), isNull(alertMessages.messageTs), isTurn(turn)));
}

/** Somebody deleted the message: the next time there will be a new one. */
export async function forgetPosted(
  db: Database,
  { id, messageTs }: Pick<Alert, "id" | "messageTs">,
): Promise<void> {
  await db
    .update(alertMessages)
    .set({ messageTs: null, shownDigest: null })
    .where(and(isOf(id), isPostedWhere(messageTs)));
}

/** The list in its thread is there, with this many who were not sent it. */
export async function saveNamed(db: Database, alertId: number, notSent: number): Promise<void> {
  await db.update(alertMessages).set({ notSentNamed: notSent }).where(isOf(alertId));
}

export type Posted = { channelId: string; messageTs: string };

/** @param alert as it was when the message was made @param posted where, if it is new */
export async function saveShown(
  db: Database,
  { id, version, messageTs }: Pick<Alert, "id" | "version" | "messageTs">,
  { turn, digest, posted }: { turn: string; digest: string; posted: Posted | undefined },
): Promise<void> {
  await db
    .update(alertMessages)
    // If somebody wrote after us, what stands there is not ours.
    .set({
      ...posted,
      shownDigest: sql`case when ${isTurn(turn)} then ${digest} end`,
      shownVersion: version,
    })
    .where(and(isOf(id), isPostedWhere(messageTs)));
}

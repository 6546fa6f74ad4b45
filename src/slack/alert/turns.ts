// Where Slack shows an alert, what it shows there, and whose turn it is to write. All instances share this.
import { and, eq, gt, isNull, lt, ne, or, sql } from "drizzle-orm";
import { z } from "zod";
import { listBoardMembers } from "../../board/allowlist.ts";
import type { Database, Reader } from "../../db/open.ts";
import { alertMessages } from "../../db/schema.ts";
import type { Alert } from "../../outcomes/read-alert.ts";
import { BACKGROUND_TIMEOUT_MS } from "../wire/clients.ts";
import { EDIT_WINDOW_CLOSED, isPlaceTrouble } from "../words/trouble.ts";

/** Longer than two calls to Slack last: two instances never both post the first message. */
const POST_AGAIN_AFTER_SECONDS = (2 * BACKGROUND_TIMEOUT_MS) / 1000 + 5;

export const BOARD = "board";
export const AUTHOR = "author";
/** No place of the alert itself: the list below it of those who were not reached. */
const NAMING = "naming";
/** Between Headgate and this admin. */
export const adminPlace = (userId: string): string => `admin ${userId}`;

/** One message that shows an alert, or will. */
export type Place = Pick<
  typeof alertMessages.$inferSelect,
  "alertId" | "place" | "channelId" | "messageTs" | "shownDigest" | "trouble"
>;

/** By name, those that there are. */
export async function readPlaces(db: Reader, alertId: number): Promise<Map<string, Place>> {
  const { place, channelId, messageTs, shownDigest, trouble } = alertMessages;
  const rows = await db
    .select({ alertId: alertMessages.alertId, place, channelId, messageTs, shownDigest, trouble })
    .from(alertMessages)
    .where(and(eq(alertMessages.alertId, alertId), ne(place, NAMING)));
  return new Map(rows.map((row) => [row.place, row]));
}

/** The list below the alert's message, as it is or before it was posted. */
export async function readList(db: Reader, alertId: number): Promise<Place> {
  const { place, channelId, messageTs, shownDigest, trouble } = alertMessages;
  const [list] = await db
    .select({ alertId: alertMessages.alertId, place, channelId, messageTs, shownDigest, trouble })
    .from(alertMessages)
    .where(isAt({ alertId, place: NAMING }));
  return list ?? placeIn(new Map(), alertId, NAMING);
}

/** The message that people look at, and below which its thread is: the board's, else a copy. */
export function standingAt(places: ReadonlyMap<string, Place>): (Place & Posted) | undefined {
  const order = [BOARD, AUTHOR];
  const rank = ({ place }: Place) => (order.includes(place) ? order.indexOf(place) : order.length);
  return [...places.values()]
    .filter(({ trouble }) => !isPlaceTrouble(trouble ?? undefined))
    .sort((a, b) => rank(a) - rank(b))
    .map(({ channelId, messageTs, ...at }) =>
      channelId && messageTs ? { ...at, channelId, messageTs } : undefined,
    )
    .find((it) => it !== undefined);
}

/** Without those of people who have left the board. */
export async function readPlacesOnBoard(
  db: Reader,
  { id, teamId, authorId }: Pick<Alert, "id" | "teamId" | "authorId">,
  hasChannel: boolean,
): Promise<Map<string, Place>> {
  const [places, board] = await Promise.all([readPlaces(db, id), listBoardMembers(db)]);
  const isAuthorThere = board.some((it) => it.teamId === teamId && it.userId === authorId);
  const admins = new Set(
    board.filter(({ role }) => role === "admin").map(({ userId }) => adminPlace(userId)),
  );
  const isTheirs = (place: string) =>
    // Without a channel the board's message is between Headgate and the author.
    (place === BOARD && hasChannel) ||
    (place === BOARD || place === AUTHOR ? isAuthorThere : admins.has(place));
  return new Map([...places].filter(([place]) => isTheirs(place)));
}

/** The place as it is, or as it is before anything was posted there. */
export const placeIn = (places: ReadonlyMap<string, Place>, alertId: number, place: string): Place =>
  places.get(place) ?? { alertId, place, channelId: null, messageTs: null, shownDigest: null, trouble: null };

const isAt = ({ alertId, place }: Pick<Place, "alertId" | "place">) =>
  and(eq(alertMessages.alertId, alertId), eq(alertMessages.place, place));

/** The message is where it was when we looked. If it was posted or deleted since then, we must look again. */
const isPostedWhere = (messageTs: string | null) =>
  sql`${alertMessages.messageTs} is not distinct from ${messageTs}`;

/** Nobody has taken a turn since that one. */
const isTurn = (mark: string) => sql`${alertMessages.shownAt}::text = ${mark}`;

type At = Pick<Place, "alertId" | "place" | "messageTs">;

/**
 * @param everySeconds a message that is posted is written at most once in this many seconds
 * @returns the turn's own mark; nothing if another write was too recent, or the message was posted in between
 */
export async function takeTurn(
  db: Database,
  { alertId, place, messageTs }: At,
  everySeconds: number,
): Promise<string | undefined> {
  const seconds = messageTs ? everySeconds : POST_AGAIN_AFTER_SECONDS;
  const isDue = or(
    isNull(alertMessages.shownAt),
    lt(alertMessages.shownAt, sql`now() - make_interval(secs => ${seconds})`),
  );
  const turn = await db
    .insert(alertMessages)
    .values({ alertId, place, shownAt: sql`now()` })
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
  at: At,
  { turn, everySeconds }: { turn: string; everySeconds: number },
): Promise<void> {
  const soon = POST_AGAIN_AFTER_SECONDS - everySeconds;
  await db
    .update(alertMessages)
    .set({ shownAt: sql`${alertMessages.shownAt} - make_interval(secs => ${soon})` })
    .where(and(isAt(at), isNull(alertMessages.messageTs), isTurn(turn)));
}

/**
 * It can't be changed any more, or somebody deleted it: the next time there will be a new one.
 *
 * @returns the turn's mark, for whoever posts it now; nothing if somebody else was first
 */
export async function forgetPosted(db: Database, at: At): Promise<string | undefined> {
  const forgotten = await db
    .update(alertMessages)
    .set({ messageTs: null, shownDigest: null })
    .where(and(isAt(at), isPostedWhere(at.messageTs)))
    .returning({ mark: sql<string>`${alertMessages.shownAt}::text` });
  return forgotten[0]?.mark;
}

/** @param trouble Slack's own word for why nothing can be written there just now */
export async function noteTrouble(db: Database, at: At, trouble: string): Promise<void> {
  await db
    .update(alertMessages)
    .set({ trouble })
    .where(and(isAt(at), isPostedWhere(at.messageTs)));
}

/** The board's channel works: what could not be written there is due, unless somebody is writing it. */
export async function forgetTroubles(db: Database, channelId: string): Promise<void> {
  const isBeingWritten = sql`now() - make_interval(secs => ${BACKGROUND_TIMEOUT_MS / 1000 + 2})`;
  await db
    .update(alertMessages)
    .set({ trouble: null, shownAt: null })
    .where(
      and(
        eq(alertMessages.place, BOARD),
        // What stands in a channel that was the board's before is another matter.
        or(isNull(alertMessages.channelId), eq(alertMessages.channelId, channelId)),
        ne(alertMessages.trouble, EDIT_WINDOW_CLOSED),
        lt(alertMessages.shownAt, isBeingWritten),
      ),
    );
}

/** How many messages of today Slack would not let us change. */
export const countUneditable = (db: Database): Promise<number> =>
  db.$count(
    alertMessages,
    and(
      eq(alertMessages.trouble, EDIT_WINDOW_CLOSED),
      gt(alertMessages.shownAt, sql`now() - interval '1 day'`),
    ),
  );

/** The list in its thread is there, with this many who were not sent it. */
export async function saveNamed(db: Database, alertId: number, notSent: number): Promise<void> {
  await db
    .update(alertMessages)
    .set({ notSentNamed: notSent })
    .where(isAt({ alertId, place: BOARD }));
}

export type Posted = { channelId: string; messageTs: string };

const PostMessage = z.object({ channel: z.string(), ts: z.string() });

/** What Slack answers to a message that it posted. */
export function readPosted(answer: unknown): Posted {
  const { channel, ts } = PostMessage.parse(answer);
  return { channelId: channel, messageTs: ts };
}

/** @param version the alert's, when the message was made @param posted where, if it is new */
export async function saveShown(
  db: Database,
  at: At,
  {
    turn,
    digest,
    version,
    posted,
    trouble,
  }: {
    turn: string;
    digest: string;
    version: Alert["version"];
    posted: Posted | undefined;
    trouble?: string | undefined;
  },
): Promise<void> {
  await db
    .update(alertMessages)
    // If somebody wrote after us, what stands there is not ours.
    .set({
      ...posted,
      shownDigest: sql`case when ${isTurn(turn)} then ${digest} end`,
      shownVersion: version,
      trouble: trouble ?? null,
    })
    .where(and(isAt(at), isPostedWhere(at.messageTs)));
}

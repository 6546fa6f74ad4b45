// Keeps each alert's message in Slack true. What Slack does not take now is brought later by a job.
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import { countAudience } from "../../alerts/audience.ts";
import { REVIEW_MINUTES } from "../../alerts/confirm.ts";
import { readSendingTime } from "../../alerts/sending-time.ts";
import { readWarnings } from "../../alerts/shown-warnings.ts";
import type { Settings } from "../../config.ts";
import type { Database } from "../../db/open.ts";
import type { GatewayWords } from "../../gateways/gateway.ts";
import type { Log } from "../../log.ts";
import { type AlertWithCounts, LAPSED, listShownAlerts, readAlert } from "../../outcomes/read-alert.ts";
import { countSegments } from "../../text/segments.ts";
import { isAnswer, slackErrorOf } from "../wire/errors.ts";
import { section } from "../words/blocks.ts";
import {
  type BoardChannel,
  describeTrouble,
  EDIT_WINDOW_CLOSED,
  isMessageGone,
  isPlaceTrouble,
} from "../words/trouble.ts";
import { listCopies } from "./copies.ts";
import { nameUnreached } from "./failures.ts";
import { discardedMessage, lapsedMessage, type Message, progressMessage, reviewMessage } from "./message.ts";
import {
  BOARD,
  forgetPosted,
  giveTurnBack,
  noteTrouble,
  type Place,
  type Posted,
  placeIn,
  readPlaces,
  readPosted,
  saveShown,
  standingAt,
  takeTurn,
} from "./turns.ts";

/** What it takes to show the messages of all alerts. */
export type Showing = {
  db: Database;
  client: WebClient;
  /** Without one each author sees their alerts alone. */
  channel: BoardChannel | undefined;
  settings: Settings;
  gateway: GatewayWords;
  log: Log;
  now: () => Date;
  /** One alert's message is written at most once in this many seconds, by all instances together. */
  updateEverySeconds: number;
};

const Opened = z.object({ channel: z.object({ id: z.string() }) });

/** Where Slack takes nothing, it is tried again after this long. */
const TRY_AGAIN_SECONDS = 25;
/** Another writer's first post is waited for. */
const POSTED_WITHIN_MS = 5_000;
const LOOK_AGAIN_MS = 100;

/** Where an alert's message stands. */
export type Shown = Posted & {
  /** Why it stands elsewhere than in the board's channel, and what to do about it: whole sentences. */
  trouble?: string | undefined;
};

/**
 * Posts the alert's message, or brings it up to date: somebody waits for it, so no turn is waited for.
 *
 * @returns undefined if it could not be posted yet
 */
export async function showAlert(showing: Showing, alertId: number): Promise<Shown | undefined> {
  const lookUntil = performance.now() + POSTED_WITHIN_MS;
  for (;;) {
    const alert = await readAlert(showing.db, alertId);
    if (!alert) return undefined;
    await show({ ...showing, updateEverySeconds: 0 }, alert);
    const places = await readPlaces(showing.db, alertId);
    const shown = standingAt(places);
    if (shown) {
      const { channelId, messageTs } = shown;
      const board = places.get(BOARD);
      const trouble = board?.trouble && describeTrouble(board.trouble, channelOf(board, showing));
      return { channelId, messageTs, ...(trouble && { trouble }) };
    }
    if (performance.now() > lookUntil) return undefined;
    await pause(LOOK_AGAIN_MS);
  }
}

/** All messages that may have changed. @returns whether there is more to come soon */
export async function showAll(showing: Showing): Promise<boolean> {
  const shown = await listShownAlerts(showing.db, { lapseMinutes: REVIEW_MINUTES });
  let isWaiting = shown.some(({ status }) => status === "sending");
  for (const alert of shown) {
    const waits = await show(showing, alert).catch((error) => {
      const what = { err: error, alertId: alert.id };
      showing.log.warn(what, "an alert's message could not be brought up to date yet");
      return true;
    });
    isWaiting ||= waits;
  }
  return isWaiting;
}

/** @returns whether it has to be looked at again soon */
async function show(showing: Showing, alert: AlertWithCounts): Promise<boolean> {
  const { db, log } = showing;
  const message = await render(showing, alert);
  const places = await readPlaces(db, alert.id);
  const board = placeIn(places, alert.id, BOARD);
  const onBoard = await showAt(showing, alert, board, alert.authorId, message);
  const { trouble } = onBoard;
  const copy =
    trouble === undefined
      ? message
      : withTrouble(message, describeTrouble(trouble, channelOf(board, showing)));
  let waits = onBoard.waits;
  for (const { at, userId } of await listCopies(showing, alert, places, trouble !== undefined)) {
    const copied = await showAt(showing, alert, at, userId, copy).catch((error) => {
      log.warn({ err: error, alertId: alert.id, place: at.place }, "an alert could not be shown here yet");
      return { waits: true };
    });
    waits ||= copied.waits;
  }
  return waits || nameUnreached(showing, alert);
}

/** The channel that the alert's message stands in, or will: the board's may be another since it was posted. */
function channelOf({ channelId }: Place, { channel }: Pick<Showing, "channel">): BoardChannel | undefined {
  if (channelId === null || channelId === channel?.id) return channel;
  // Posted while there was no channel: between Headgate and the author.
  return channelId.startsWith("D") ? undefined : { id: channelId, isFormer: true };
}

type Outcome = {
  /** It has to be looked at again soon. */
  waits: boolean;
  /** Nothing can be written there, by Slack's own word. */
  trouble?: string;
};

/** @param userId whose direct messages these are, if it is not the board's channel */
async function showAt(
  showing: Showing,
  alert: AlertWithCounts,
  at: Place,
  userId: string,
  message: Message,
): Promise<Outcome> {
  const { db } = showing;
  const state = isLapsed(alert) ? LAPSED : alert.status;
  const standing = `${state}.${alert.version}.${alert.halts ?? 0}`;
  const digest = `${standing} ${createHash("sha256").update(JSON.stringify(message)).digest("base64url")}`;
  const trouble = at.trouble ?? undefined;
  if (digest === at.shownDigest && !isPlaceTrouble(trouble)) return { waits: false };
  const isNews = !at.shownDigest?.startsWith(`${standing} `);
  const isTold = trouble === EDIT_WINDOW_CLOSED && isNews;
  const everySeconds = trouble === undefined || isTold ? showing.updateEverySeconds : TRY_AGAIN_SECONDS;
  const turn = await takeTurn(db, at, everySeconds);
  if (turn === undefined) {
    return isPlaceTrouble(trouble) ? { waits: false, trouble } : { waits: trouble === undefined || isTold };
  }
  const shown = { digest, version: alert.version };
  try {
    await saveShown(db, at, { ...shown, turn, posted: await write(showing, at, userId, message) });
    return { waits: false };
  } catch (error) {
    const word = slackErrorOf(error);
    if (isPlaceTrouble(word)) {
      await noteTrouble(db, at, word);
      return { waits: false, trouble: word };
    }
    if (word === EDIT_WINDOW_CLOSED) {
      // What people must know is said anew; the counts in between are not worth a message each.
      if (!isNews) return noteTrouble(db, at, word).then(() => ({ waits: false }));
      const ours = await forgetPosted(db, at);
      if (ours === undefined) return { waits: true };
      const anew = { ...at, channelId: null, messageTs: null };
      const posted = await write(showing, anew, userId, message);
      await saveShown(db, anew, { ...shown, turn: ours, posted, trouble: word });
      return { waits: false };
    }
    if (isMessageGone(word)) await forgetPosted(db, at);
    if (isAnswer(error)) await giveTurnBack(db, at, { turn, everySeconds: showing.updateEverySeconds });
    throw error;
  }
}

/** Nobody has sent it in time, and now nobody can. */
const isLapsed = ({ status, secondsSinceReview }: AlertWithCounts): boolean =>
  status === "draft" && secondsSinceReview >= REVIEW_MINUTES * 60;

/** What the alert's message says now. */
export async function render(
  { db, settings }: Pick<Showing, "db" | "settings">,
  alert: AlertWithCounts,
): Promise<Message> {
  if (alert.status === "discarded") return discardedMessage(alert);
  if (alert.status !== "draft") return progressMessage(alert, settings);
  if (isLapsed(alert)) return lapsedMessage(alert);
  const segments = countSegments(alert.text);
  const [audience, warnings] = await Promise.all([
    countAudience(db, alert.zoneIds),
    readWarnings(db, { alertId: alert.id, version: alert.version }),
  ]);
  const asked = { kind: alert.kind, segments: segments.count, phones: audience.phones };
  const time = await readSendingTime(db, asked, settings);
  return reviewMessage(alert, { audience, segments, warnings, time }, settings);
}

/** The same elsewhere, with the reason why it is there. */
const withTrouble = ({ text, blocks }: Message, trouble: string): Message => ({
  text,
  blocks: [section(`:warning: *This is not in the board's channel.* ${trouble}`), ...blocks],
});

/** @returns where the message is, if it is a new one */
async function write(
  { client, channel: board }: Showing,
  { place, channelId, messageTs }: Place,
  userId: string,
  { text, blocks }: Message,
): Promise<Posted | undefined> {
  if (channelId && messageTs) {
    await client.chat.update({ channel: channelId, ts: messageTs, text, blocks });
    return undefined;
  }
  const channel =
    place === BOARD && board
      ? board.id
      : Opened.parse(await client.conversations.open({ users: userId })).channel.id;
  return readPosted(await client.chat.postMessage({ channel, text, blocks }));
}

// Keeps each alert's message in Slack true. What Slack does not take now is brought later by a job.
import { createHash } from "node:crypto";
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import { countAudience } from "../../alerts/audience.ts";
import { findSameText, listWarnings } from "../../alerts/warnings.ts";
import type { Settings } from "../../config.ts";
import type { Database } from "../../db/open.ts";
import type { GatewayWords } from "../../gateways/gateway.ts";
import type { Log } from "../../log.ts";
import { type AlertWithCounts, listShownAlerts, readAlert } from "../../outcomes/read-alert.ts";
import { countSegments } from "../../text/segments.ts";
import { nameUnreached } from "./failures.ts";
import { discardedMessage, type Message, progressMessage, reviewMessage } from "./message.ts";
import { forgetPosted, giveTurnBack, type Posted, saveShown, takeTurn } from "./turns.ts";

/** What it takes to show the messages of all alerts. */
export type Showing = {
  db: Database;
  client: WebClient;
  /** The board's channel; without one each author sees their alerts alone. */
  channel: string | undefined;
  settings: Settings;
  gateway: GatewayWords;
  log: Log;
  now: () => Date;
  /** One alert's message is written at most once in this many seconds, by all instances together. */
  updateEverySeconds: number;
};

const PostMessage = z.object({ channel: z.string(), ts: z.string() });
const Opened = z.object({ channel: z.object({ id: z.string() }) });

/** Where an alert's message stands. */
export type Shown = {
  channelId: string;
  messageTs: string;
  /** Why it stands elsewhere than in the board's channel, and what to do about it: whole sentences. */
  trouble?: string | undefined;
};

/**
 * Posts the alert's message, or brings it up to date.
 *
 * @returns undefined if it could not be posted yet
 */
export async function showAlert(showing: Showing, alertId: number): Promise<Shown | undefined> {
  const alert = await readAlert(showing.db, alertId);
  if (!alert) return undefined;
  await show(showing, alert);
  const shown = await readAlert(showing.db, alertId);
  if (!shown?.channelId || !shown.messageTs) return undefined;
  return { channelId: shown.channelId, messageTs: shown.messageTs };
}

/** All messages that may have changed. @returns whether there is more to come soon */
export async function showAll(showing: Showing): Promise<boolean> {
  const shown = await listShownAlerts(showing.db);
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
  const { db, updateEverySeconds } = showing;
  const message = await render(showing, alert);
  const digest = createHash("sha256").update(JSON.stringify(message)).digest("base64url");
  if (digest !== alert.shownDigest) {
    const turn = await takeTurn(db, alert, updateEverySeconds);
    if (turn === undefined) return true;
    const posted = await write(showing, alert, message).catch(async (error) => {
      if (isGone(error)) await forgetPosted(db, alert);
      if (isAnswer(error)) await giveTurnBack(db, alert.id, { turn, everySeconds: updateEverySeconds });
      throw error;
    });
    await saveShown(db, alert, { turn, digest, posted });
  }
  return nameUnreached(showing, alert);
}

async function render({ db, settings, now }: Showing, alert: AlertWithCounts): Promise<Message> {
  if (alert.status === "discarded") return discardedMessage(alert);
  if (alert.status !== "draft") return progressMessage(alert);
  const segments = countSegments(alert.text);
  const { kind, text, allZones } = alert;
  const sameTextAt = await findSameText(db, alert);
  const audience = await countAudience(db, alert.zoneIds);
  const facts = { kind, text, segments, allZones, sameTextAt, now: now() };
  const warnings = listWarnings(facts, settings);
  return reviewMessage(alert, { audience, segments, warnings }, settings);
}

/** @returns where the message is, if it is a new one */
async function write(
  { client, channel: board }: Showing,
  { authorId, channelId, messageTs }: AlertWithCounts,
  { text, blocks }: Message,
): Promise<Posted | undefined> {
  if (channelId && messageTs) {
    await client.chat.update({ channel: channelId, ts: messageTs, text, blocks });
    return undefined;
  }
  const channel = board ?? Opened.parse(await client.conversations.open({ users: authorId })).channel.id;
  const posted = PostMessage.parse(
    await client.chat.postMessage({ channel, text, blocks, unfurl_links: false }),
  );
  return { channelId: posted.channel, messageTs: posted.ts };
}

const SlackError = z.object({ data: z.object({ error: z.string() }) });
const RateLimited = z.object({ code: z.literal("slack_webapi_rate_limited_error") });

const isAnswer = (error: unknown): boolean =>
  SlackError.safeParse(error).success || RateLimited.safeParse(error).success;

function isGone(error: unknown): boolean {
  const parsed = SlackError.safeParse(error);
  return parsed.success && ["message_not_found", "cant_update_message"].includes(parsed.data.data.error);
}

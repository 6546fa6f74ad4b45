// Keeps each alert's message in Slack true. What Slack does not take now is brought later by a job.
import { createHash } from "node:crypto";
import type { WebClient } from "@slack/web-api";
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import { z } from "zod";
import { countAudience } from "../alerts/audience.ts";
import { countOutcome } from "../alerts/delivery-status.ts";
import { markShown, takeRepliesToShow } from "../alerts/inbound.ts";
import {
  type AlertWithCounts,
  findSameText,
  listShownAlerts,
  listUnnamedFailures,
  markFailuresNamed,
  readAlert,
} from "../alerts/read-alert.ts";
import { countResendable } from "../alerts/resend.ts";
import { listWarnings } from "../alerts/warnings.ts";
import type { Database } from "../db/open.ts";
import { alerts } from "../db/schema.ts";
import type { Log } from "../log.ts";
import { countSegments } from "../text/segments.ts";
import { discardedMessage, type Message, progressMessage, reviewMessage } from "./alert-message.ts";
import { failuresMessage, NAMED_AT_ONCE, replyMessage } from "./thread-messages.ts";

export type ShowOptions = {
  db: Database;
  client: WebClient;
  /** The board's channel; without one each author sees his alerts alone. */
  channel: string | undefined;
  pricePerSegment: number;
  segmentsPerSecond: number;
  timeZone: string;
  organization: string | undefined;
  usesStandIns: boolean;
  log: Log;
  now?: (() => Date) | undefined;
  /** One alert's message is written at most so often, by all instances together. */
  updateEverySeconds?: number | undefined;
};

/** Longer than a call to Slack lasts: two instances never both post the first message. */
const POST_AGAIN_AFTER_SECONDS = 15;
/** Late failures are waited for so long, that the first list in the thread is nearly whole. */
const NAME_FAILURES_AFTER_MS = 60_000;
const REPLIES_AT_ONCE = 20;

const Posted = z.object({ channel: z.string(), ts: z.string() });
const Opened = z.object({ channel: z.object({ id: z.string() }) });

export function createShowAlert(options: ShowOptions) {
  const { db, client, log, now = () => new Date(), updateEverySeconds = 3 } = options;

  async function render(alert: AlertWithCounts): Promise<Message> {
    if (alert.status === "discarded") return discardedMessage(alert);
    if (alert.status !== "draft") return progressMessage(alert);
    const segments = countSegments(alert.text);
    const sameTextAt = await findSameText(db, alert);
    return reviewMessage(alert, {
      ...options,
      segments,
      audience: await countAudience(db, alert.zoneIds),
      warnings: listWarnings({ ...options, ...alert, segments, sameTextAt, now: now() }),
    });
  }

  /** @returns the turn's own mark; nothing while another write was too recent */
  async function takeTurn(alert: AlertWithCounts): Promise<string | undefined> {
    const seconds = alert.messageTs ? updateEverySeconds : POST_AGAIN_AFTER_SECONDS;
    const turn = await db
      .update(alerts)
      .set({ shownAt: sql`now()` })
      .where(
        and(
          eq(alerts.id, alert.id),
          or(isNull(alerts.shownAt), lt(alerts.shownAt, sql`now() - make_interval(secs => ${seconds})`)),
        ),
      )
      .returning({ mark: sql<string>`${alerts.shownAt}::text` });
    return turn[0]?.mark;
  }

  /** Slack said no, so nothing was posted: the next try need not wait for a post that may still appear. */
  async function giveTurnBack(alertId: number): Promise<void> {
    const soon = POST_AGAIN_AFTER_SECONDS - updateEverySeconds;
    await db
      .update(alerts)
      .set({ shownAt: sql`${alerts.shownAt} - make_interval(secs => ${soon})` })
      .where(and(eq(alerts.id, alertId), isNull(alerts.messageTs)));
  }

  async function write(alert: AlertWithCounts, { text, blocks }: Message) {
    if (alert.channelId && alert.messageTs) {
      await client.chat.update({ channel: alert.channelId, ts: alert.messageTs, text, blocks });
      return {};
    }
    const channel =
      options.channel ?? Opened.parse(await client.conversations.open({ users: alert.authorId })).channel.id;
    const posted = Posted.parse(
      await client.chat.postMessage({ channel, text, blocks, unfurl_links: false }),
    );
    return { channelId: posted.channel, messageTs: posted.ts };
  }

  /** @returns whether it has to be looked at again soon */
  async function show(alert: AlertWithCounts): Promise<boolean> {
    const message = await render(alert);
    const shownDigest = createHash("sha256").update(JSON.stringify(message)).digest("base64url");
    if (shownDigest !== alert.shownDigest) {
      const turn = await takeTurn(alert);
      if (turn === undefined) return true;
      const where = await write(alert, message).catch(async (error) => {
        // Somebody deleted the message: the next time there will be a new one.
        if (isGone(error)) await db.update(alerts).set({ messageTs: null }).where(eq(alerts.id, alert.id));
        if (isAnswer(error)) await giveTurnBack(alert.id);
        throw error;
      });
      await db
        .update(alerts)
        // What was changed while Slack was writing is not shown yet; nor is ours, if somebody wrote after us.
        .set({
          ...where,
          shownDigest: sql`case when ${alerts.version} = ${alert.version} and ${alerts.shownAt}::text = ${turn}
            then ${shownDigest} end`,
        })
        .where(eq(alerts.id, alert.id));
    }
    return nameFailures(alert);
  }

  /** Who was not reached, and why, in the thread of the alert that is over. @returns whether it waits */
  async function nameFailures(alert: AlertWithCounts): Promise<boolean> {
    const { id, channelId, messageTs, endedAt, counts } = alert;
    if (!endedAt || !channelId || !messageTs) return false;
    if (countOutcome(counts, "failed") + countOutcome(counts, "unknown") === 0) return false;
    const isEarly = now().getTime() - endedAt.getTime() < NAME_FAILURES_AFTER_MS;
    if (isEarly && countOutcome(counts, "on the way") > 0) return true;
    const failures = await listUnnamedFailures(db, id, NAMED_AT_ONCE);
    if (failures.positions.length === 0) return false;
    if (!(await takeTurn(alert))) return true;
    const message = failuresMessage({
      alertId: id,
      total: failures.positions.length,
      lines: failures.lines,
      resendable: await countResendable(db, id),
    });
    await client.chat.postMessage({
      channel: channelId,
      thread_ts: messageTs,
      ...message,
      unfurl_links: false,
    });
    await markFailuresNamed(db, id, failures.positions);
    return false;
  }

  return {
    /** Posts the alert's message, or brings it up to date. */
    async showAlert(alertId: number): Promise<void> {
      const alert = await readAlert(db, alertId);
      if (alert) await show(alert);
    },
    /** All messages that may have changed, and all replies. @returns whether there is more to come soon */
    async showAll(): Promise<boolean> {
      const shown = await listShownAlerts(db);
      let isWaiting = shown.some(({ status }) => status === "sending");
      for (const alert of shown) {
        const waits = await show(alert).catch((error) => {
          log.warn(
            { err: error, alertId: alert.id },
            "an alert's message could not be brought up to date yet",
          );
          return true;
        });
        isWaiting ||= waits;
      }
      return isWaiting;
    },
    /** Members' own words, in the threads of the alerts they answer. @returns whether there may be more */
    async showReplies(): Promise<boolean> {
      const replies = await takeRepliesToShow(db, REPLIES_AT_ONCE);
      for (const { messageSid, phone, body, channelId, messageTs } of replies) {
        const text = replyMessage(phone, body);
        try {
          await client.chat.postMessage({
            channel: channelId,
            thread_ts: messageTs,
            text,
            unfurl_links: false,
          });
          await markShown(db, messageSid);
        } catch (error) {
          log.warn({ err: error }, "a member's text could not be shown yet");
        }
      }
      return replies.length > 0;
    },
  };
}

const SlackError = z.object({ data: z.object({ error: z.string() }) });
const RateLimited = z.object({ code: z.literal("slack_webapi_rate_limited_error") });

const isAnswer = (error: unknown): boolean =>
  SlackError.safeParse(error).success || RateLimited.safeParse(error).success;

function isGone(error: unknown): boolean {
  const parsed = SlackError.safeParse(error);
  return parsed.success && ["message_not_found", "cant_update_message"].includes(parsed.data.data.error);
}

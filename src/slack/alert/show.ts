// Keeps each alert's message in Slack true. What Slack does not take now is brought later by a job.
import { createHash } from "node:crypto";
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import { countAudience } from "../../alerts/audience.ts";
import { findSameText, listWarnings } from "../../alerts/warnings.ts";
import type { Settings } from "../../config.ts";
import type { Database } from "../../db/open.ts";
import { countResendable } from "../../deliveries/resend.ts";
import type { Log } from "../../log.ts";
import { listAlarms } from "../../outcomes/advice.ts";
import { countStatuses, notReached, outcomes } from "../../outcomes/counts.ts";
import { countFailureCodes, listUnnamedFailures, markFailuresNamed } from "../../outcomes/delivery-lines.ts";
import { type AlertWithCounts, listShownAlerts, readAlert } from "../../outcomes/read-alert.ts";
import { countSegments } from "../../text/segments.ts";
import { discardedMessage, type Message, progressMessage, reviewMessage } from "./message.ts";
import { failuresMessage, NAMED_AT_ONCE } from "./thread.ts";
import { forgetPosted, giveTurnBack, type Posted, saveShown, takeTurn } from "./turns.ts";

export type ShowOptions = {
  db: Database;
  client: WebClient;
  /** The board's channel; without one each author sees his alerts alone. */
  channel: string | undefined;
  settings: Settings;
  log: Log;
  now?: (() => Date) | undefined;
  /** One alert's message is written at most so often, by all instances together. */
  updateEverySeconds?: number | undefined;
};

/** Late failures are waited for so long, that the first list in the thread is nearly whole. */
const NAME_FAILURES_AFTER_MS = 60_000;

const PostMessage = z.object({ channel: z.string(), ts: z.string() });
const Opened = z.object({ channel: z.object({ id: z.string() }) });

export function createShowAlert(options: ShowOptions) {
  const { db, client, settings, log, now = () => new Date(), updateEverySeconds = 3 } = options;

  async function render(alert: AlertWithCounts): Promise<Message> {
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
  async function write(alert: AlertWithCounts, { text, blocks }: Message): Promise<Posted | undefined> {
    if (alert.channelId && alert.messageTs) {
      await client.chat.update({ channel: alert.channelId, ts: alert.messageTs, text, blocks });
      return undefined;
    }
    const channel =
      options.channel ?? Opened.parse(await client.conversations.open({ users: alert.authorId })).channel.id;
    const posted = PostMessage.parse(
      await client.chat.postMessage({ channel, text, blocks, unfurl_links: false }),
    );
    return { channelId: posted.channel, messageTs: posted.ts };
  }

  /** @returns whether it has to be looked at again soon */
  async function show(alert: AlertWithCounts): Promise<boolean> {
    const message = await render(alert);
    const digest = createHash("sha256").update(JSON.stringify(message)).digest("base64url");
    if (digest !== alert.shownDigest) {
      const turn = await takeTurn(db, alert, updateEverySeconds);
      if (turn === undefined) return true;
      const posted = await write(alert, message).catch(async (error) => {
        if (isGone(error)) await forgetPosted(db, alert);
        if (isAnswer(error)) await giveTurnBack(db, alert.id, { turn, everySeconds: updateEverySeconds });
        throw error;
      });
      await saveShown(db, alert, { turn, digest, posted });
    }
    return nameFailures(alert);
  }

  /** Who was not reached, and why, in the thread of the alert that is over. @returns whether it waits */
  async function nameFailures(alert: AlertWithCounts): Promise<boolean> {
    const { id, channelId, messageTs, endedAt, counts } = alert;
    if (!endedAt || !channelId || !messageTs) return false;
    if (countStatuses(counts, notReached) === 0) return false;
    const isEarly = now().getTime() - endedAt.getTime() < NAME_FAILURES_AFTER_MS;
    if (isEarly && countStatuses(counts, outcomes["on the way"]) > 0) return true;
    const failures = await listUnnamedFailures(db, id, NAMED_AT_ONCE);
    if (failures.positions.length === 0) return false;
    if (!(await takeTurn(db, alert, updateEverySeconds))) return true;
    const message = failuresMessage({
      alertId: id,
      total: failures.positions.length,
      lines: failures.lines,
      resendable: await countResendable(db, id),
      alarms: listAlarms(await countFailureCodes(db, id)),
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
    /** All messages that may have changed. @returns whether there is more to come soon */
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

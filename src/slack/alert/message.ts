// The one message that lives through the whole alert: review, progress, and the sentence at the end. Pure.
import type { Button, KnownBlock } from "@slack/web-api";
import type { Audience } from "../../alerts/audience.ts";
import { REVIEW_MINUTES } from "../../alerts/confirm.ts";
import type { SendingTime } from "../../alerts/sending-time.ts";
import type { Settings } from "../../config.ts";
import { costsBesides, describeCost, describeEstimate } from "../../outcomes/cost.ts";
import { countSent, countStatuses, countToCall, notReached, total } from "../../outcomes/counts.ts";
import type { AlertWithCounts } from "../../outcomes/read-alert.ts";
import { andLeftOut, kindNames, summarizeLeftOutNow, whoGotIt } from "../../outcomes/summary.ts";
import { sentenceOf } from "../../outcomes/under-way.ts";
import type { Segments } from "../../text/segments.ts";
import { escapeForSlack } from "../../text/slack-markup.ts";
import {
  describeClock,
  describeDuration,
  describeTime,
  nameTimeZone,
  number,
  oneLine,
  plural,
} from "../../text/words.ts";
import {
  actions,
  areYouSure,
  button,
  clip,
  context,
  exactText,
  header,
  listNames,
  mention,
  plainContext,
  section,
  zonesOf,
} from "../words/blocks.ts";
import { leftOutOf, unreachedButton } from "./unreached.ts";

export type Message = {
  /** What a notification and a screen reader say. */
  text: string;
  blocks: KnownBlock[];
};

/** What only a review shows. */
export type ReviewFacts = {
  audience: Audience;
  segments: Segments;
  /** In Slack's notation. */
  warnings: readonly string[];
  time: SendingTime;
};

export function reviewMessage(
  alert: AlertWithCounts,
  { audience, segments, warnings, time }: ReviewFacts,
  settings: Settings,
): Message {
  const kind = kindNames[alert.kind];
  const phones = plural(audience.phones, "phone");
  const billed = segments.count * audience.phones;
  const leftOut = leftOutOf(audience);
  const whoIsLeftOut = unreachedButton({ ...alert, leftOut });
  const shared =
    audience.shared > 1
      ? ` ${number(audience.shared)} share a number with somebody and get one text together.`
      : audience.shared === 1
        ? " 1 shares a number with somebody, and they get one text together."
        : "";
  const until = new Date(alert.reviewedAt.getTime() + REVIEW_MINUTES * 60_000);
  const lastLook = areYouSure(
    `Send to ${phones}?`,
    // The dialog hides the review: so it says again what goes out, and to how many.
    `“${clip(oneLine(alert.text), 110)}” goes to ${phones} in ${zonesOf(alert, 90)}. ` +
      "A text that is sent can't be taken back.",
    `Yes, send to ${number(audience.phones)}`,
    "Not yet",
    "danger",
  );
  return {
    text: `Please review: ${kind} to ${phones}. Nothing is sent yet.`,
    blocks: [
      header("Review: nothing is sent yet"),
      section(`*${kind}* by ${mention(alert.authorId)}\n*Zones:* ${zonesOf(alert, 1500, escapeForSlack)}`),
      exactText(alert.text),
      ...(alert.textChanges.length > 0
        ? [plainContext(`To cost less: ${listNames(alert.textChanges, 1_000)}.`)]
        : []),
      section(
        `*To ${plural(audience.reached, "member")} on ${phones}.*${shared}\n` +
          (summarizeLeftOutNow(leftOut) || "Left out: nobody."),
      ),
      ...(settings.isPractice ? [section("*PRACTICE.* These texts reach no real phone.")] : []),
      ...warnings.map((warning) => section(`:warning: ${warning}`)),
      context(
        `${plural(segments.count, "text")} each · ${describeEstimate(billed, settings)} · ` +
          `${describeDuration(time.seconds)} to send` +
          (time.wait > 0 ? `, as other alerts go first (${describeDuration(time.wait)})` : "") +
          `\n${costsBesides(settings)}`,
      ),
      ...(audience.phones > 0
        ? [
            actions(
              button("confirm", `Send to ${phones}`, `${alert.id}:${alert.version}`, {
                style: "danger",
                confirm: lastLook,
              }),
              button("send-test", "Send me a test", alert.id),
              button("edit", "Edit", alert.id),
              button("discard", "Discard", alert.id),
              ...whoIsLeftOut,
            ),
          ]
        : [
            section("Nobody can be reached any more, so there is nothing to send."),
            actions(
              button("edit", "Edit", alert.id),
              button("discard", "Discard", alert.id),
              ...whoIsLeftOut,
            ),
          ]),
      context(
        `Only ${mention(alert.authorId)} can send this, until ${describeClock(until, settings.timeZone)} ` +
          `(${nameTimeZone(settings.timeZone)}).`,
      ),
    ],
  };
}

/** Nobody has pressed Send in time. */
export function lapsedMessage(alert: AlertWithCounts): Message {
  return {
    text: "Lapsed: nothing was sent.",
    blocks: [
      header("Lapsed: nothing was sent"),
      section(`${kindNames[alert.kind]} by ${mention(alert.authorId)}`),
      exactText(alert.text),
      actions(button("edit", "Edit", alert.id), button("discard", "Discard", alert.id)),
      context(
        `This review was good for ${REVIEW_MINUTES} minutes, and is over. To send it after all, ` +
          `${mention(alert.authorId)} presses Edit: the words are kept, and there is a new review.`,
      ),
    ],
  };
}

export function discardedMessage(alert: AlertWithCounts): Message {
  return {
    text: "This alert was discarded. Nothing was sent.",
    blocks: [
      header("Discarded: nothing was sent"),
      section(`${kindNames[alert.kind]} by ${mention(alert.authorId)}`),
      exactText(alert.text),
      ...(alert.discardedBy === alert.authorId
        ? []
        : [
            context(
              `${mention(alert.authorId)} may not send alerts any more. ` +
                "Whoever wants to send this writes it anew with `/alert`.",
            ),
          ]),
    ],
  };
}

export const stopButton = ({ id }: Pick<AlertWithCounts, "id">): Button =>
  button("stop", "Stop", id, {
    style: "danger",
    confirm: areYouSure(
      "Stop this alert?",
      // Sending goes on while this is read, so there is no number in it.
      "Texts that still wait when you press are not sent. Those that are on the way can't be taken back.",
      "Stop it",
      "Go on sending",
      "danger",
    ),
  });

export const resumeButton = ({ id, halts }: AlertWithCounts): Button =>
  button("resume", "Resume", `${id}:${halts}`, { style: "primary" });

/** From the confirm on: how it stands, and what can be done. */
export function progressMessage(alert: AlertWithCounts, settings: Settings): Message {
  const { counts } = alert;
  const whoIsUnreached = unreachedButton(alert);
  const sentence = sentenceOf(alert);
  const all = andLeftOut(`*${sentence}*`, alert.leftOut);
  const optedOut =
    alert.optedOutSince > 0
      ? `\n${plural(alert.optedOutSince, "phone")} opted out after the review, or can't get texts, and got nothing.`
      : "";
  const who = `*${kindNames[alert.kind]}* by ${mention(alert.authorId)}\n*Zones:* ${zonesOf(alert, 1500, escapeForSlack)}${optedOut}`;
  switch (alert.status) {
    case "halted":
      return {
        text: `Sending has halted. ${alert.haltReason ?? ""} ${sentence}`,
        blocks: [
          header("Halted: not everybody has been texted"),
          section(who),
          exactText(alert.text),
          section(
            `:warning: ${escapeForSlack(alert.haltReason ?? "")}\n${all}\nNothing that waits is lost. ` +
              "When the cause is mended, press Resume: one text goes first, and the others follow when it is on the way.",
          ),
          actions(resumeButton(alert), stopButton(alert), ...whoIsUnreached),
        ],
      };
    case "sending": {
      const delay = alert.delay && `${alert.delay} Headgate keeps trying by itself.`;
      return {
        text: delay ? `Sending waits. ${delay} ${sentence}` : `Sending. ${sentence}`,
        blocks: [
          header(delay ? "Sending waits" : "Sending"),
          section(who),
          exactText(alert.text),
          section(`${delay ? `:hourglass: ${escapeForSlack(delay)}\n` : ""}${all}`),
          actions(stopButton(alert), ...whoIsUnreached),
        ],
      };
    }
    default: {
      const stopped = alert.status === "stopped";
      const by = stopped && alert.stoppedBy ? `Stopped by ${mention(alert.stoppedBy)}.\n` : "";
      const missed = { "not reached": countStatuses(counts, notReached), "left out": total(alert.leftOut) };
      const others = Object.entries(missed).filter(([, count]) => count > 0);
      const sentTo = [
        `Sent to ${number(countSent(counts))} of ${number(total(counts))}`,
        ...others.map(([outcome, count]) => `${number(count)} ${outcome}`),
      ].join(", ");
      return {
        text: andLeftOut(sentence, alert.leftOut),
        blocks: [
          header(stopped ? stoppedHeader(alert) : sentTo),
          section(who),
          exactText(alert.text),
          section(`${by}${all}${isListBelow(alert) ? `\n${LIST_BELOW}` : ""}`),
          ...(whoIsUnreached.length > 0 ? [actions(...whoIsUnreached)] : []),
          context([...whenSent(alert, settings), ...costOf(alert, settings), NEXT].join("\n")),
        ],
      };
    }
  }
}

const LIST_BELOW = "Whom to call, and their numbers: in the thread below this message.";
const isListBelow = (alert: AlertWithCounts): boolean =>
  alert.notSentNamed !== null && countToCall(alert) > 0;

const NEXT = "To send the next one, such as the all-clear, type /alert.";

const stoppedHeader = ({ isFrozen, counts }: AlertWithCounts): string =>
  isFrozen ? `Stopped: ${whoGotIt(counts)}` : "Stopped: nothing was sent";

/** "Sent on Tue, Mar 3, 2026, 2:05 PM, done at 2:09 PM (Denver time)." */
export function whenSent(
  { confirmedAt, endedAt, status }: Pick<AlertWithCounts, "confirmedAt" | "endedAt" | "status">,
  { timeZone }: Pick<Settings, "timeZone">,
): string[] {
  if (!confirmedAt) return [];
  const [day, clock] = [describeTime(confirmedAt, timeZone), endedAt && describeClock(endedAt, timeZone)];
  const end =
    clock && !day.endsWith(clock) ? `, ${status === "stopped" ? "stopped" : "done"} at ${clock}` : "";
  return [`Sent on ${day}${end} (${nameTimeZone(timeZone)}).`];
}

function costOf(alert: AlertWithCounts, settings: Settings): string[] {
  const cost = describeCost(alert, settings);
  return cost === "nothing" ? [] : [`Cost: ${cost}. ${costsBesides(settings)}`];
}

// The one message that lives through the whole alert: review, progress, and the sentence at the end. Pure.
import type { Button, KnownBlock } from "@slack/web-api";
import type { Audience } from "../../alerts/audience.ts";
import { REVIEW_MINUTES } from "../../alerts/confirm.ts";
import type { SendingTime } from "../../alerts/sending-time.ts";
import type { Settings } from "../../config.ts";
import { countSent, countStatuses, handedOver, outcomes, total } from "../../outcomes/counts.ts";
import type { AlertWithCounts } from "../../outcomes/read-alert.ts";
import { andLeftOut, kindNames, summarizeLeftOutNow } from "../../outcomes/summary.ts";
import { sentenceOf } from "../../outcomes/under-way.ts";
import type { Segments } from "../../text/segments.ts";
import { escapeForSlack } from "../../text/slack-markup.ts";
import { describeDuration, money, number, plural } from "../../text/words.ts";
import {
  actions,
  areYouSure,
  button,
  context,
  exactText,
  header,
  listNames,
  mention,
  plainContext,
  section,
  zonesOf,
} from "../words/blocks.ts";
import { leftOutOf, unreachedButton } from "./left-out.ts";

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
  { pricePerSegment, isPractice }: Settings,
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
  const send = areYouSure(
    `Send to ${phones}?`,
    `This texts ${phones} in ${zonesOf(alert, 180)}. A text that is sent can't be taken back.`,
    `Yes, send to ${number(audience.phones)}`,
    "Not yet",
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
      context(
        `${segments.encoding} · ${plural(segments.count, "segment")} each · about ` +
          `${money(billed * pricePerSegment)} · ${describeDuration(time.seconds)} to send` +
          (time.wait > 0 ? `, as other alerts go first (${describeDuration(time.wait)})` : ""),
      ),
      ...(isPractice ? [section("*PRACTICE.* These texts reach no real phone.")] : []),
      ...warnings.map((warning) => section(`:warning: ${warning}`)),
      ...(audience.phones > 0
        ? [
            actions(
              button("confirm", `Send to ${phones}`, `${alert.id}:${alert.version}`, {
                style: "danger",
                confirm: send,
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
        `Only ${mention(alert.authorId)} can send this, within ${REVIEW_MINUTES} minutes of the review.`,
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
    ],
  };
}

type Stoppable = Pick<AlertWithCounts, "id" | "counts" | "isFrozen" | "phoneCount">;

export function stopButton({ id, counts, isFrozen, phoneCount }: Stoppable): Button {
  // A large one is frozen by a job, and until then all of it waits.
  const waiting = isFrozen ? countStatuses(counts, outcomes.waiting) : phoneCount;
  return button("stop", "Stop", id, {
    style: "danger",
    confirm: areYouSure(
      "Stop this alert?",
      // Sending goes on while this is read.
      `What is not yet handed over when you press is not sent: ${plural(waiting, "text")} when this was shown. ` +
        "What is handed over can't be taken back.",
      "Stop it",
      "Go on sending",
    ),
  });
}

export const resumeButton = ({ id, halts }: AlertWithCounts): Button =>
  button("resume", "Resume", `${id}:${halts}`, { style: "primary" });

/** From the confirm on: how it stands, and what can be done. */
export function progressMessage(alert: AlertWithCounts): Message {
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
              "When the cause is mended, press Resume: one text goes first, and the others follow when it was taken.",
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
      const by = stopped && alert.stoppedBy ? ` by ${mention(alert.stoppedBy)}` : "";
      const left = total(alert.leftOut);
      const sent = `Sent to ${number(countSent(counts))} of ${number(total(counts))}`;
      const sentTo = left > 0 ? `${sent}, ${number(left)} left out` : sent;
      return {
        text: andLeftOut(stopped ? `Stopped. ${sentence}` : sentence, alert.leftOut),
        blocks: [
          header(stopped ? "Stopped" : sentTo),
          section(who),
          exactText(alert.text),
          section(
            `${stopped ? `Stopped${by}. Already handed over: ${number(countStatuses(counts, handedOver))}.\n` : ""}${all}`,
          ),
          ...(whoIsUnreached.length > 0 ? [actions(...whoIsUnreached)] : []),
          ...(alert.price === null ? [] : [context(`Price so far: ${money(alert.price)}`)]),
        ],
      };
    }
  }
}

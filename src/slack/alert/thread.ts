// What is said in the thread below an alert's message. Pure.
import type { Button } from "@slack/web-api";
import type { Resendable } from "../../deliveries/resend.ts";
import { writePhone } from "../../members/phone.ts";
import type { Unreached } from "../../outcomes/unreached.ts";
import { escapeForSlack } from "../../text/slack-markup.ts";
import { asSentence, number, plural } from "../../text/words.ts";
import { actions, areYouSure, button, clip, section, sections } from "../words/blocks.ts";
import type { Message } from "./message.ts";

/** At most this many are named in one message; the rest stands in the whole list. */
export const NAMED_AT_ONCE = 40;

export type UnreachedFacts = {
  alertId: number;
  counts: Record<Unreached["outcome"], number>;
  /** The first of them. */
  people: readonly Unreached[];
  resendable: Record<Resendable, number>;
  /** To how many it is being sent again just now. */
  again: number;
  /** What these failures mean for more than the one phone. */
  advice: readonly string[];
};

/** "• Ruth Abbott · North Ridge · (206) 555-0101: phone off or out of coverage" */
function unreachedLine({ names, zones, phone, why }: Unreached): string {
  const who = [clip(names, 60), clip(zones, 40)].filter((part) => part !== "").map(escapeForSlack);
  return `• ${[...who, ...(phone === null ? [] : [writePhone(phone)])].join(" · ")}: ${why}`;
}

const KINDS: readonly Unreached["outcome"][] = ["not reached", "not sent", "left out"];

/** A line for each. @param ofSeveralKinds whether the whole list is: then each kind has its heading */
export function unreachedLines(people: readonly Unreached[], ofSeveralKinds: boolean): string[] {
  return KINDS.flatMap((kind) => {
    const alike = people.filter(({ outcome }) => outcome === kind).map(unreachedLine);
    return ofSeveralKinds && alike.length > 0 ? [`*${asSentence(kind)}:*`, ...alike] : alike;
  });
}

/** Who was not reached, and why, and what can still be done about it. */
export function unreachedMessage(facts: UnreachedFacts): Message {
  const { alertId, counts, people, resendable, again, advice } = facts;
  const told = Object.entries(counts).filter(([, count]) => count > 0);
  const words = told.map(([outcome, count]) => `${outcome}: ${number(count)}`).join(", ");
  const trying = again > 0 ? ` It is being sent again to ${plural(again, "phone")}.` : "";
  const sentence = (words ? `${asSentence(words)}. Tell them in another way.` : NOBODY_LEFT) + trying;
  const named = unreachedLines(people, told.length > 1);
  const more = told.reduce((sum, [, count]) => sum + count, 0) - people.length;
  const { unknown, unreached } = resendable;
  const buttons = [
    ...(unknown === 0 ? [] : [resendButton(alertId, "unknown", unknown)]),
    ...(unreached === 0 ? [] : [resendButton(alertId, "unreached", unreached)]),
    ...(more > 0 ? [button("unreached", "Whole list", alertId)] : []),
  ];
  return {
    text: sentence,
    blocks: [
      section(`*${sentence}*`),
      ...sections(named),
      ...(more > 0 ? [section(`And ${number(more)} more: press Whole list.`)] : []),
      ...advice.map((words) => section(`:warning: ${words}`)),
      ...(buttons.length > 0 ? [actions(...buttons)] : []),
    ],
  };
}

/** Of a list that named somebody. */
const NOBODY_LEFT = "Nobody is left to be told in another way.";

/** It does what it says: pressed when it would be another number, it asks again. */
export function resendButton(alertId: number, what: Resendable, count: number): Button {
  const phones = plural(count, "phone");
  const value = `${alertId}:${count}`;
  if (what === "unknown") {
    const doubt = `Nobody knows whether the first text arrived. ${count === 1 ? "It" : "Some"} may come twice.`;
    return button("resend-unknown", `Resend ${count}`, value, {
      confirm: areYouSure(`Resend to ${phones}?`, doubt, "Resend", "Not now"),
    });
  }
  const why = "The first text did not arrive. What kept it may be over, or changed, by now.";
  return button("resend-unreached", `Try ${count} again`, value, {
    confirm: areYouSure(`Try ${phones} again?`, why, "Try again", "Not now"),
  });
}

// What is said in the thread below an alert's message. Pure.
import type { KnownBlock } from "@slack/web-api";
import type { Resendable } from "../../deliveries/resend.ts";
import type { GatewayWords } from "../../gateways/gateway.ts";
import { maskPhone } from "../../members/phone.ts";
import { type DeliveryLine, describeFailure } from "../../outcomes/delivery-lines.ts";
import { escapeForSlack } from "../../text/slack-markup.ts";
import { plural } from "../../text/words.ts";
import { actions, areYouSure, button, clip, section } from "../words/blocks.ts";
import type { Message } from "./message.ts";

/** At most this many are named in one message; the rest stands in the log. */
export const NAMED_AT_ONCE = 20;

export type Failures = {
  alertId: number;
  total: number;
  /** The first of them. */
  lines: readonly DeliveryLine[];
  resendable: Record<Resendable, number>;
  /** What these failures mean for more than the one phone. */
  advice: readonly string[];
  gateway: GatewayWords;
};

/** Who was not reached, and why, and what can still be done about it. */
export function failuresMessage({ alertId, total, lines, resendable, advice, gateway }: Failures): Message {
  const named = lines.map(
    ({ names, phone, ...failure }) =>
      `• ${escapeForSlack(clip(names || "nobody's number any more", 60))} (${maskPhone(phone)}): ${describeFailure(failure, gateway)}`,
  );
  const more = total - lines.length;
  if (more > 0) named.push(`and ${more} more: see /alert-log, Details.`);
  const { unknown, unreached } = resendable;
  const buttons = [
    ...(unknown === 0
      ? []
      : [
          button("resend-unknown", `Resend ${unknown}`, alertId, {
            confirm: areYouSure(
              `Resend to ${plural(unknown, "phone")}?`,
              "Nobody knows whether the first text arrived. Some of them may get it twice.",
              "Resend",
              "Not now",
            ),
          }),
        ]),
    ...(unreached === 0
      ? []
      : [
          button("resend-unreached", `Try ${unreached} again`, alertId, {
            confirm: areYouSure(
              `Try ${plural(unreached, "phone")} again?`,
              "These did not get the first text: the phone was off, or a network was full.",
              "Try again",
              "Not now",
            ),
          }),
        ]),
  ];
  return {
    text: `Not reached: ${total}. Tell them in another way.`,
    blocks: [
      section(`*Not reached: ${total}. Tell them in another way.*`),
      // A section holds 3,000 characters.
      ...chunk(named, 6).map((some): KnownBlock => section(some.join("\n"))),
      ...advice.map((words) => section(`:warning: ${words}`)),
      ...(buttons.length > 0 ? [actions(...buttons)] : []),
    ],
  };
}

const chunk = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

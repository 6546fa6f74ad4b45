// What is said in the thread below an alert's message. Pure.
import { describeFailure } from "../alerts/delivery-status.ts";
import type { DeliveryLine } from "../alerts/read-alert.ts";
import { maskPhone } from "../members/phone.ts";
import { escapeForSlack } from "../text/slack-markup.ts";
import { clip } from "./blocks.ts";

/** So many are named in one message; the rest stands in the log. */
export const NAMED_AT_ONCE = 20;

/** Who was not reached, and why. @param lines the first of them */
export function failuresMessage(total: number, lines: readonly DeliveryLine[]): string {
  const named = lines.map(
    ({ names, phone, status, errorCode }) =>
      `• ${escapeForSlack(clip(names || "nobody's number any more", 60))} (${maskPhone(phone)}): ${describeFailure(status, errorCode)}`,
  );
  const more = total - lines.length;
  if (more > 0) named.push(`and ${more} more: see /alert-log, Details.`);
  return `Not reached: ${total}. Tell them in another way.\n${named.join("\n")}`;
}

/** A member's own words. */
export function replyMessage(phone: string, body: string): string {
  const words = escapeForSlack(clip(body, 700)).replace(/^/gm, "> ");
  return `A member (${maskPhone(phone)}) writes:\n${words}`;
}

// Twilio's words for what becomes of a message, in ours.
import type { DeliveryStatus } from "../../db/schema.ts";
import type { Alarm } from "../gateway.ts";
import { HELD_BACK } from "./codes.ts";

/** https://www.twilio.com/docs/messaging/api/message-resource#message-status-values */
const STATUSES = new Map<string, DeliveryStatus>([
  ["accepted", "accepted"],
  ["scheduled", "accepted"],
  ["queued", "accepted"],
  ["sending", "accepted"],
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["read", "delivered"],
  ["undelivered", "undelivered"],
  ["failed", "failed"],
  ["canceled", "failed"],
]);

/** A word that is new to us still proves that the provider has the message. */
export const fromTwilioStatus = (word: string): DeliveryStatus =>
  STATUSES.get(word.toLowerCase()) ?? "accepted";

/** We never ask for a time: where there is one, the account's own settings have put the text off. */
export const alarmOf = (word: string): Alarm | undefined =>
  word.toLowerCase() === "scheduled" ? HELD_BACK : undefined;

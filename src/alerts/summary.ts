// The sentence at the end of an alert: true, and fit to be read aloud. Pure.

import { countOutcome, countSent, type Outcome, type StatusCounts, total } from "./delivery-status.ts";
import type { AlertKind } from "./draft.ts";

export const kindNames: Record<AlertKind, string> = {
  emergency: "Emergency",
  service: "Service notice",
  meeting: "Meeting",
  other: "Other",
};

/** How each outcome is told, in this order, where there is any. */
const WORDS: [Outcome, string][] = [
  ["delivered", "delivered"],
  ["on the way", "on the way"],
  ["failed", "failed"],
  ["unknown", "unknown"],
  ["opted out", "opted out meanwhile"],
  ["expired", "too late to send"],
  ["not sent", "not sent"],
  ["waiting", "waiting"],
];

/** "Sent 210 of 214: 203 delivered, 7 on the way, 4 failed." */
export function summarize(counts: StatusCounts): string {
  const parts = WORDS.map(([outcome, words]) => ({ count: countOutcome(counts, outcome), words }))
    .filter(({ count }) => count > 0)
    .map(({ count, words }) => `${number(count)} ${words}`);
  const details = parts.length > 0 ? `: ${parts.join(", ")}` : "";
  return `Sent ${number(countSent(counts))} of ${number(total(counts))}${details}.`;
}

const number = (count: number): string => count.toLocaleString("en-US");

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;

/** In whole words: "about 2 minutes". */
export function describeDuration(seconds: number): string {
  if (seconds < 50) return "less than a minute";
  if (seconds < 90 * 60) return `about ${plural(Math.max(1, Math.round(seconds / 60)), "minute")}`;
  return `about ${plural(Math.round(seconds / 3600), "hour")}`;
}

export const money = (dollars: number): string =>
  `$${dollars.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

/** In the co-op's own time: "Tue, Mar 3, 2026, 2:05 PM". */
export function describeTime(time: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    month: "short",
    day: "numeric",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
  }).format(time);
}

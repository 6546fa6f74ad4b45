// The sentence at the end of an alert: true, and fit to be read aloud. Pure.

import type { AlertKind } from "../db/schema.ts";
import { number } from "../text/words.ts";
import { countSent, countStatuses, outcomes, type StatusCounts, total } from "./counts.ts";

export const kindNames: Record<AlertKind, string> = {
  emergency: "Emergency",
  service: "Service notice",
  meeting: "Meeting",
  other: "Other",
};

/** "Sent 210 of 214: 203 delivered, 7 on the way, 4 failed." */
export function summarize(counts: StatusCounts): string {
  const parts = Object.entries(outcomes)
    .map(([told, statuses]) => ({ told, count: countStatuses(counts, statuses) }))
    .filter(({ count }) => count > 0)
    .map(({ told, count }) => `${number(count)} ${told}`);
  const details = parts.length > 0 ? `: ${parts.join(", ")}` : "";
  return `Sent ${number(countSent(counts))} of ${number(total(counts))}${details}.`;
}

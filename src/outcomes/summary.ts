// The sentences at the end of an alert: true, and fit to be read aloud. Pure.
import { type AlertKind, type DeliveryStatus, type LeftOutReason, leftOutReason } from "../db/schema.ts";
import { number } from "../text/words.ts";
import {
  afterStop,
  countSent,
  countStatuses,
  type LeftOutCounts,
  outcomes,
  type StatusCounts,
  total,
} from "./counts.ts";

export const kindNames: Record<AlertKind, string> = {
  emergency: "Emergency",
  service: "Service notice",
  meeting: "Meeting",
  other: "Other",
};

/** Where an outcome has several causes, or leaves a doubt. That a stopped text was not sent needs no cause. */
const CAUSES: Partial<Record<DeliveryStatus, string>> = {
  sending: "no answer yet",
  unknown: "may have arrived",
  skipped: "opted out meanwhile",
  expired: "too late to send",
};

/** Why a text leaves somebody out: behind a number of members, and behind a name. */
export const leftOutWords: Record<LeftOutReason, string> = {
  "opted out": "opted out",
  "no mobile": "without a mobile number",
  unusable: "with a number that can't get texts",
};

/** "Sent 210 of 214: 203 delivered, 7 on the way, 3 not reached, 1 not sent (opted out meanwhile)." */
export function summarize(counts: StatusCounts): string {
  const parts = listOutcomes(counts);
  return `Sent ${number(countSent(counts))} of ${number(total(counts))}${parts && `: ${parts}`}.`;
}

/** "49 of 207 got it or will": of an alert that was stopped, nothing waits. */
export const whoGotIt = (counts: StatusCounts): string =>
  `${number(countSent(afterStop(counts)))} of ${number(total(counts))} got it or will`;

/** "Stopped: 49 of 207 got it or will. 45 delivered, 4 on the way, 158 not sent." */
export function summarizeStopped(counts: StatusCounts): string {
  const parts = listOutcomes(afterStop(counts));
  return `Stopped: ${whoGotIt(counts)}.${parts && ` ${parts}.`}`;
}

/** "203 delivered, 7 on the way": each word that there is, and in brackets what it leaves open. */
function listOutcomes(counts: StatusCounts): string {
  const parts = Object.entries(outcomes)
    .map(([told, statuses]) => ({ told, statuses, count: countStatuses(counts, statuses) }))
    .filter(({ count }) => count > 0)
    .map(({ told, statuses, count }) => `${number(count)} ${told}${causesOf(counts, statuses, count)}`);
  return parts.join(", ");
}

function causesOf(counts: StatusCounts, statuses: readonly DeliveryStatus[], all: number): string {
  const causes = statuses.flatMap((status) => {
    const [count, cause] = [counts[status] ?? 0, CAUSES[status]];
    if (count === 0 || cause === undefined) return [];
    // Only once nothing else waits: until then it is what happens to every text.
    if (status === "sending" && counts.pending) return [];
    return [count === all ? cause : `${number(count)} ${cause}`];
  });
  return causes.length > 0 ? ` (${causes.join(", ")})` : "";
}

/** "8 opted out, 10 without a mobile number"; empty where nobody is left out. */
const listLeftOutCounts = (counts: LeftOutCounts): string =>
  leftOutReason.enumValues
    .map((reason) => ({ count: counts[reason] ?? 0, words: leftOutWords[reason] }))
    .filter(({ count }) => count > 0)
    .map(({ count, words }) => `${number(count)} ${words}`)
    .join(", ");

/** "18 were left out: 8 opted out, 10 without a mobile number."; empty where nobody was. */
export function summarizeLeftOut(counts: LeftOutCounts): string {
  const count = total(counts);
  if (count === 0) return "";
  return `${number(count)} ${count === 1 ? "was" : "were"} left out: ${listLeftOutCounts(counts)}.`;
}

/** The same before anything is sent: "Left out: 8 opted out, 10 without a mobile number."; empty where nobody is. */
export function summarizeLeftOutNow(counts: LeftOutCounts): string {
  const listed = listLeftOutCounts(counts);
  return listed && `Left out: ${listed}.`;
}

/** And, on a line of its own, who was left out. */
export const andLeftOut = (words: string, counts: LeftOutCounts): string =>
  [words, summarizeLeftOut(counts)].filter((some) => some !== "").join("\n");

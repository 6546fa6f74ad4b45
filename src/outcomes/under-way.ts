// An alert that is under way, in plain words. Pure.
import { oneLine, plural } from "../text/words.ts";
import type { AlertWithCounts } from "./read-alert.ts";
import { kindNames, summarize, summarizeStopped } from "./summary.ts";

/** What became of it so far: from the confirm on. */
export function sentenceOf({
  isFrozen,
  counts,
  endedAt,
  phoneCount,
  status,
}: Pick<AlertWithCounts, "isFrozen" | "counts" | "endedAt" | "phoneCount" | "status">): string {
  const isStopped = status === "stopped";
  if (isFrozen) return isStopped ? summarizeStopped(counts) : summarize(counts);
  return endedAt ? "Stopped: nothing was sent." : `Preparing ${plural(phoneCount, "text")}.`;
}

/** For the terminal, line by line. */
export function describeUnderWay(alert: AlertWithCounts): string[] {
  const { id, status, kind, authorId, zoneNames, text, haltReason, delay } = alert;
  const isHalted = status === "halted";
  return [
    `${id}  ${kindNames[kind]} by ${authorId} to ${zoneNames.join(", ")}`,
    `    ${oneLine(text)}`,
    `    ${isHalted ? `Halted. ${haltReason ?? ""}` : (delay ?? "Sending.")} ${sentenceOf(alert)}`,
    `    npm run alerts -- stop ${id}${isHalted ? `    or, when the cause is mended: npm run alerts -- resume ${id}` : ""}`,
  ];
}

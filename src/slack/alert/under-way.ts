// What is under way, with Stop and Resume, wherever it is needed: these never depend on an alert's message.
import type { KnownBlock } from "@slack/web-api";
import type { Reader } from "../../db/open.ts";
import { type AlertWithCounts, listUnderWay } from "../../outcomes/read-alert.ts";
import { kindNames } from "../../outcomes/summary.ts";
import { sentenceOf } from "../../outcomes/under-way.ts";
import { escapeForSlack } from "../../text/slack-markup.ts";
import { oneLine } from "../../text/words.ts";
import { actions, clip, context, mention, section, zonesOf } from "../words/blocks.ts";
import { resumeButton, stopButton } from "./message.ts";

/** More at once have never been seen; the command line lists them all. */
export const LISTED = 5;

/** For the modal of /alert, and whatever else a person opens. */
export async function listUnderWayBlocks(look: Reader): Promise<KnownBlock[]> {
  return underWayBlocks(await listUnderWay(look, LISTED + 1));
}

/** @param maySend whoever may not gets no buttons */
export function underWayBlocks(
  alerts: readonly AlertWithCounts[],
  { maySend = true }: { maySend?: boolean } = {},
): KnownBlock[] {
  if (alerts.length === 0) return [];
  const listed = alerts.slice(0, LISTED);
  return [
    section("*Under way*"),
    ...listed.flatMap((alert) => {
      const isHalted = alert.status === "halted";
      const state = isHalted
        ? `:warning: *Halted.* ${escapeForSlack(clip(alert.haltReason ?? "", 500))}`
        : "*Sending.*";
      const who = `${kindNames[alert.kind]} by ${mention(alert.authorId)} to ${zonesOf(alert, 300, escapeForSlack)}`;
      const said = escapeForSlack(clip(oneLine(alert.text), 120));
      return [
        section(`${who}\n> ${said}\n${state} ${sentenceOf(alert)}`),
        ...(maySend ? [actions(...(isHalted ? [resumeButton(alert)] : []), stopButton(alert))] : []),
      ];
    }),
    ...(alerts.length > LISTED ? [context("There are more: npm run alerts, on the server.")] : []),
    { type: "divider" },
  ];
}

// What the second of two people is told who change the same thing, and what stands below the window that they look at.
import type { ModalView } from "@slack/web-api";
import type { LastEntry } from "../../audit/last-entry.ts";
import { describeTime } from "../../text/words.ts";
import { slackErrorOf } from "../wire/errors.ts";
import type { SlackContext } from "../wire/listener.ts";
import { mention } from "../words/blocks.ts";

/** "<@U1> did that on Tue, Mar 3, 2026, 2:05 PM." */
export async function whoWasFirst(
  last: LastEntry | undefined,
  { nameOf, settings }: Pick<SlackContext, "nameOf" | "settings">,
): Promise<string> {
  if (!last) return "Somebody was faster.";
  const when = describeTime(last.at, settings.timeZone);
  if (last.actorKind !== "board") return `That was done on the server, on ${when}.`;
  // Their name is asked for here, for where Slack shows no mention.
  await nameOf(last.actor);
  return `${mention(last.actor)} did that on ${when}.`;
}

/** Shows a window anew that may be closed by now: then there is nothing to show. */
export async function showAnew(
  { client }: Pick<SlackContext, "client">,
  viewId: string | undefined,
  view: ModalView,
): Promise<void> {
  if (viewId === undefined) return;
  await client.views.update({ view_id: viewId, view }).catch((error) => {
    if (slackErrorOf(error) !== "not_found") throw error;
  });
}

// "Refusals" in the log: who tried what they may not, within the last 30 days.
import type { ModalView } from "@slack/web-api";
import { listRefusals, type RefusedAttempt } from "../../audit/refusals.ts";
import type { Settings } from "../../config.ts";
import { describeTime, nameTimeZone } from "../../text/words.ts";
import type { ActionInput, Answer, SlackContext } from "../wire/listener.ts";
import { actions, button, clip, context, mention, modal, section, sections } from "../words/blocks.ts";
import { describeRefusal } from "./entries.ts";

export const REFUSALS_PER_PAGE = 25;

export async function openRefusals(
  { recordLook, triggerId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  await recordLook({ action: "viewed log" });
  const view = await refusalsPage(context);
  return { after: () => context.client.views.push({ trigger_id: triggerId, view }) };
}

export async function turnRefusals(
  { ids: [before = 0], viewId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const view = await refusalsPage(context, before || undefined);
  if (!viewId) return { tell: "This list is not open any more." };
  return { after: () => context.client.views.update({ view_id: viewId, view }) };
}

/** @param before the entry before which the page begins; undefined is the newest */
async function refusalsPage(
  { look, settings }: Pick<SlackContext, "look" | "settings">,
  before?: number,
): Promise<ModalView> {
  const found = await listRefusals(look, { before, limit: REFUSALS_PER_PAGE + 1 });
  const refusals = found.slice(0, REFUSALS_PER_PAGE);
  const older = found.length > REFUSALS_PER_PAGE ? refusals.at(-1)?.id : undefined;
  return refusalsView({ refusals, older, isNewest: before === undefined }, settings);
}

export function refusalsView(
  {
    refusals,
    older,
    isNewest,
  }: { refusals: readonly RefusedAttempt[]; older: number | undefined; isNewest: boolean },
  { timeZone }: Pick<Settings, "timeZone">,
): ModalView {
  const lines = refusals.map(({ at, actor, alertId, what, why }) => {
    const about = alertId === null ? "" : `, alert ${alertId}`;
    return `• ${describeTime(at, timeZone)}, ${mention(actor)}: ${clip(describeRefusal({ what, why }), 150)}${about}`;
  });
  const turns = [
    ...(isNewest ? [] : [button("refusals-newest", "Newest", 0)]),
    ...(older === undefined ? [] : [button("refusals-older", "Older", older)]),
  ];
  const about =
    lines.length === 0
      ? "Nothing was refused within the last 30 days."
      : "What was refused within the last 30 days, the newest first. Nothing was changed or sent by any of it.";
  return modal({
    title: "Refusals",
    blocks: [
      section(about),
      ...sections(lines),
      ...(lines.length > 0 ? [context(`Times are ${nameTimeZone(timeZone)}.`)] : []),
      ...(turns.length > 0 ? [actions(...turns)] : []),
    ],
  });
}

// Menus that the app fills while somebody types. https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
import { z } from "zod";
import { parseJson } from "../../http.ts";
import { elementsIn } from "../block-kit/blocks.ts";
import type { Offer } from "../block-kit/elements.ts";
import { list, option, optionGroup } from "../block-kit/text.ts";
import { withDefaults } from "../defaults.ts";
import { suggestionForm } from "../payloads.ts";
import type { AppAnswer, Sender } from "../send.ts";
import { personOf, type Workspace } from "../workspace.ts";
import { suggestionsAt } from "./choices.ts";
import { isUninstalled, NO_OPTIONS } from "./outcome.ts";
import { channelOf, elementOf, messageOf, viewOrHomeOf } from "./reach.ts";

/** What is typed so far, and where. */
export type Asking = { actionId: string; blockId?: string | undefined; value: string } & (
  | { viewId: string }
  | { messageTs: string; channelId?: string | undefined }
);

export type Suggestion = {
  /** Slack's own words where the app did not answer as it must. */
  failure: string | undefined;
  options: Offer[];
  /** Undefined where Slack did not ask the app: too little is typed. */
  answer: AppAnswer | undefined;
};

/** How many characters Slack waits for where the app says nothing else. */
const MIN_QUERY_LENGTH = 3;

const optionsAnswer = z.union([
  z.object({ options: z.array(option).max(100) }),
  z.object({ option_groups: list(optionGroup, 100) }),
]);

export async function suggest(
  workspace: Workspace,
  sender: Sender,
  userId: string,
  asking: Asking,
): Promise<Suggestion> {
  const { value } = asking;
  const person = personOf(workspace, userId);
  const at = placeOf(workspace, userId, asking);
  const { blocks, id } =
    "view" in at ? { ...at.view.content, id: at.view.id } : { ...at.message, id: at.message.ts };
  const placed = elementOf(elementsIn(blocks), { actionId: asking.actionId, blockId: asking.blockId });
  const { element } = placed;
  if (element.type !== "external_select" && element.type !== "multi_external_select") {
    throw new Error(`What can be chosen in "${asking.actionId}" is known already.`);
  }
  if (value.length < (element.min_query_length ?? MIN_QUERY_LENGTH)) {
    return { failure: undefined, options: [], answer: undefined };
  }
  const failed = { failure: NO_OPTIONS, options: [] };
  const { optionsPath } = workspace.app;
  if (optionsPath === undefined || isUninstalled(workspace)) return { ...failed, answer: undefined };
  const answer = await sender.send(suggestionForm(workspace, person, { ...at, placed, value }), optionsPath);
  const said = answer.status === 200 ? withDefaults(parseJson(answer.body), workspace.newId) : undefined;
  const parsed = optionsAnswer.safeParse(said);
  if (!parsed.success) return { ...failed, answer };
  const { data } = parsed;
  const options = "options" in data ? data.options : data.option_groups.flatMap((group) => group.options);
  remember(workspace, suggestionsAt(id, element), options);
  return { failure: undefined, options, answer };
}

function placeOf(workspace: Workspace, userId: string, asking: Asking) {
  if ("viewId" in asking) return { view: viewOrHomeOf(workspace, userId, asking.viewId) };
  const message = messageOf(workspace, userId, asking.messageTs, asking.channelId);
  return { message, channel: channelOf(workspace, userId, message.channelId) };
}

function remember({ suggested }: Workspace, key: string, options: readonly Offer[]): void {
  const known = suggested.get(key) ?? new Map<string, Offer>();
  for (const each of options) known.set(each.value, each);
  suggested.set(key, known);
}

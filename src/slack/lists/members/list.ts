// "Members" on an admin's Home: the list in pages, and a menu that finds somebody.
import { findMembers } from "../../../members/people/find.ts";
import type { ActionInput, Answer, SlackContext, SuggestionInput } from "../../wire/listener.ts";
import { memberContents } from "../members-file.ts";
import { openCard } from "./card-buttons.ts";
import { offerOf, readMemberList } from "./list-page.ts";
import { FIRST, type ListState, listOf, showList } from "./place.ts";

export async function openMembers(
  { recordLook, triggerId }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const [view] = await Promise.all([
    readMemberList(context, FIRST),
    recordLook({ action: "viewed members" }),
  ]);
  return { after: () => context.client.views.open({ trigger_id: triggerId, view }) };
}

/** Another page, or others: in the same window. */
const turning =
  (turn: (state: ListState, input: ActionInput) => ListState) =>
  async (input: ActionInput, context: SlackContext): Promise<Answer> => {
    const list = listOf(input);
    if (!list) return {};
    const state = turn(list.state, input);
    return { after: () => showList(context, { ...list, state }) };
  };

export const turnToNext = turning((state) => ({ ...state, after: state.next }));
export const turnToFirst = turning((state) => ({ ...state, after: undefined }));
export const chooseWho = turning((state, { value, ids: [zoneId = 0] }) => ({
  ...state,
  who: value === "all" || value === "left" ? value : zoneId,
  after: undefined,
}));

const OFFERED = 20;

/** What the menu offers for what is typed so far. */
export async function suggestMembers({ typed }: SuggestionInput, { look }: SlackContext): Promise<Answer> {
  const { people } = await findMembers(look, { text: typed, limit: OFFERED });
  return { options: people.map(offerOf) };
}

/** Somebody was found, and chosen. */
export async function findMember(input: ActionInput, context: SlackContext): Promise<Answer> {
  const list = listOf(input);
  const { after, ...answer } = await openCard(input, context);
  const openAndEmpty = async () => {
    await after?.();
    // Chosen a second time in the same menu, Slack would say nothing.
    if (list) await showList(context, list);
  };
  return { ...answer, after: openAndEmpty };
}

export async function exportMembers(
  { member, recordLook }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  return context.sendFiles(member.userId, {
    what: "The list of members",
    record: () => recordLook({ action: "exported" }),
    tell: "The list is on its way to you as a direct message from Headgate.",
    comment: "The members, with a row for each number. It names people and their phones: keep it safe.",
    contents: memberContents({ timeZone: context.settings.timeZone, nameOf: context.nameOf }),
  });
}

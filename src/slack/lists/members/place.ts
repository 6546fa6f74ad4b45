// Where somebody is in the windows of the members' list: the list, on top of it a card, on top of that a form. Each
// remembers what lies below it, so that a change shows there as well.
import type { ModalView } from "@slack/web-api";
import { z } from "zod";
import { PlainFailure } from "../../wire/errors.ts";
import type { ActionInput, SlackContext } from "../../wire/listener.ts";
import { showAnew } from "../second.ts";
import { readMemberCard } from "./card.ts";
import { readMemberList } from "./list-page.ts";

const After = z.object({ name: z.string(), id: z.number() });

const ListState = z.object({
  /** Who is shown: everybody, those who left, or one zone's by its id. */
  who: z.union([z.enum(["all", "left"]), z.number()]),
  /** The last one of the page before. */
  after: After.optional(),
  /** The last one of this page, where there is another. */
  next: After.optional(),
  /** Counts how often the list was drawn: menus are empty again each time. */
  turn: z.number(),
});
export type ListState = z.infer<typeof ListState>;

export const FIRST: ListState = { who: "all", turn: 0 };

const List = z.object({ viewId: z.string(), state: ListState });
/** The list that a card stands on. */
export type List = z.infer<typeof List>;

const CardPlace = z.object({ list: List.optional() });
export type CardPlace = z.infer<typeof CardPlace>;

const FormPlace = CardPlace.extend({
  memberId: z.number(),
  version: z.number(),
  /** The card's view. */
  card: z.string().optional(),
  /** The number that it is about. */
  phone: z.string().optional(),
});
/** What a form is about, and what lies below it. It stands in the form alone, which nobody else can read. */
export type FormPlace = z.infer<typeof FormPlace>;

const parse = <T>(schema: z.ZodType<T>, text: string): T => schema.parse(JSON.parse(text));

/** The list that a button was pressed in. */
export function listOf({ view, viewId }: Pick<ActionInput, "view" | "viewId">): List | undefined {
  if (!view?.private_metadata || viewId === undefined) return undefined;
  return { viewId, state: parse(ListState, view.private_metadata) };
}

/** What lies below the card that a button was pressed in. */
export const cardPlaceOf = ({ view }: Pick<ActionInput, "view">): CardPlace =>
  view?.private_metadata ? parse(CardPlace, view.private_metadata) : {};

export const readFormPlace = (metadata: string): FormPlace => parse(FormPlace, metadata);
export const readCardPlace = (metadata: string): CardPlace => parse(CardPlace, metadata);

/** The card and the list as they are now, below whatever was just closed. @param done what was done, for the card */
export async function showBelow(
  context: SlackContext,
  { memberId, card, list }: Pick<FormPlace, "memberId" | "card" | "list">,
  done?: string,
): Promise<void> {
  const view = card === undefined ? undefined : await readMemberCard(context, memberId, { list, done });
  if (card !== undefined && view) await update(context, card, view);
  if (list) await showList(context, list);
}

/** The list as it is now, with its menus empty again. */
export async function showList(context: SlackContext, { viewId, state }: List): Promise<void> {
  await update(context, viewId, await readMemberList(context, { ...state, turn: state.turn + 1 }));
}

const NOT_SHOWN =
  "This was kept, but Slack does not show it yet. Close the window and open the member again: don't do it twice.";

export async function update(context: SlackContext, viewId: string, view: ModalView): Promise<void> {
  await showAnew(context, viewId, view).catch((cause) => {
    throw new PlainFailure(NOT_SHOWN, { cause });
  });
}

// A form about a member is opened, from the list or on top of the card.
import type { ModalView } from "@slack/web-api";
import { type Card, readCard } from "../../../../members/people/card.ts";
import { listZones } from "../../../../zones/zones.ts";
import type { ActionInput, Answer, SlackContext } from "../../../wire/listener.ts";
import { describeNotChanged, GONE } from "../answers.ts";
import { cardPlaceOf, type FormPlace, listOf, showBelow } from "../place.ts";
import {
  addMemberView,
  changeMemberView,
  consentView,
  eraseMemberView,
  moveMemberView,
  numberView,
  optOutView,
  undoOptOutView,
} from "./views.ts";

const push = ({ triggerId }: ActionInput, { client }: SlackContext, view: ModalView): Answer => ({
  after: () => client.views.push({ trigger_id: triggerId, view }),
});

export const openAdd = async (input: ActionInput, context: SlackContext): Promise<Answer> =>
  push(input, context, addMemberView(await listZones(context.look), { list: listOf(input) }));

/** With the member as they are now, whatever the card below still shows. */
const opening =
  (draw: (card: Card, place: FormPlace, context: SlackContext) => ModalView | Promise<ModalView>) =>
  async (input: ActionInput, context: SlackContext): Promise<Answer> => {
    const [memberId = 0] = input.ids;
    const card = await readCard(context.look, memberId);
    if (!card) return GONE;
    return push(input, context, await draw(card, placeOn(input, card), context));
  };

const placeOn = (input: ActionInput, { id: memberId, version }: Card): FormPlace => ({
  ...cardPlaceOf(input),
  memberId,
  version,
  card: input.viewId,
});

export const openChange = opening(changeMemberView);
export const openMove = opening(async (card, place, { look }) =>
  moveMemberView(card, await listZones(look), place),
);
export const openNewNumber = opening((card, place) => numberView(card, place));
export const openErase = opening(eraseMemberView);

/** The same for one of their numbers, which the button names by its place on the card as it was drawn. */
const openingNumber =
  (draw: (card: Card, place: FormPlace, phone: string) => ModalView) =>
  async (input: ActionInput, context: SlackContext): Promise<Answer> => {
    const [memberId = 0, version = 0, nth = 0] = input.ids;
    const card = await readCard(context.look, memberId);
    if (!card) return GONE;
    const place = placeOn(input, card);
    const phone = card.version === version ? card.numbers[nth]?.phone : undefined;
    if (phone !== undefined) return push(input, context, draw(card, { ...place, phone }, phone));
    const { updatedBy: userId, updatedTeam: teamId, updatedAt: at } = card;
    const meanwhile = { outcome: "changed meanwhile" as const, by: { userId, teamId, at } };
    return {
      failed: describeNotChanged(meanwhile, context.settings.timeZone),
      after: () => showBelow(context, place),
    };
  };

export const openNumber = openingNumber(numberView);
export const openConsent = openingNumber(consentView);
export const openUndoOptOut = openingNumber(undoOptOutView);
export const openOptOut = openingNumber((card, place, phone) => {
  const others = card.numbers.filter((each) => each.phone !== phone && each.barred?.why !== "opted out");
  return optOutView(card, place, phone, others.length);
});

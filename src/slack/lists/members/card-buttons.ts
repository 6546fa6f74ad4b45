// A member's card is opened, and what is done on it at once: they left, they are back, a number is removed. Each asks
// first whether one is sure.
import { readCard } from "../../../members/people/card.ts";
import { bringBack, markLeft } from "../../../members/people/change.ts";
import type { Changed, NotChanged } from "../../../members/people/lock.ts";
import { removeNumber } from "../../../members/people/numbers.ts";
import type { ActionInput, Answer, SlackContext } from "../../wire/listener.ts";
import { changing, describeNotChanged, GONE, type Outcome } from "./answers.ts";
import { readMemberCard } from "./card.ts";
import { cardPlaceOf, listOf, showBelow } from "./place.ts";

/** On top of the list. It is on record who has looked at whom. */
export async function openCard(input: ActionInput, context: SlackContext): Promise<Answer> {
  const {
    recordLook,
    ids: [memberId = 0],
    triggerId,
  } = input;
  const view = await readMemberCard(context, memberId, { list: listOf(input) });
  if (!view) return GONE;
  await recordLook({ action: "viewed member", memberId });
  return { after: () => context.client.views.push({ trigger_id: triggerId, view }) };
}

/** What came of it stands on the card; why nothing came of it, on top of the card as it is now. */
function cardAnswer(outcome: Outcome, input: ActionInput, context: SlackContext, done: string): Answer {
  const [memberId = 0] = input.ids;
  const below = { memberId, card: input.viewId, ...cardPlaceOf(input) };
  if (outcome.outcome === "changed") return { after: () => showBelow(context, below, done) };
  return {
    failed: describeNotChanged(outcome, context.settings.timeZone),
    after: () => showBelow(context, below),
  };
}

export async function memberLeft(input: ActionInput, context: SlackContext): Promise<Answer> {
  const [memberId = 0, version = 0] = input.ids;
  const outcome = await changing(input, (tx, member) => markLeft(tx, { memberId, version }, member));
  return cardAnswer(
    outcome,
    input,
    context,
    "Marked as having left. From the next alert on they get nothing.",
  );
}

export async function memberBack(input: ActionInput, context: SlackContext): Promise<Answer> {
  const [memberId = 0, version = 0] = input.ids;
  const outcome = await changing(input, (tx, member) => bringBack(tx, { memberId, version }, member));
  return cardAnswer(outcome, input, context, "They are a member again.");
}

export async function removeTheirNumber(input: ActionInput, context: SlackContext): Promise<Answer> {
  const [memberId = 0, version = 0, nth = 0] = input.ids;
  const card = await readCard(context.look, memberId);
  const phone = card?.version === version ? card.numbers[nth]?.phone : undefined;
  const outcome = await changing(input, async (tx, member): Promise<Changed | NotChanged> => {
    // An empty number is nobody's: of another version it is told who has changed it.
    return removeNumber(tx, { memberId, version }, phone ?? "", member);
  });
  return cardAnswer(outcome, input, context, "The number was removed.");
}

// A member says by phone or letter that they want no texts; or that they never said so.
import { readCard } from "../../../../members/people/card.ts";
import { optOutByHand, undoOptOutByHand } from "../../../../members/people/numbers.ts";
import type { Answer, SlackContext, SubmissionInput } from "../../../wire/listener.ts";
import { formAnswer, GONE } from "../answers.ts";
import { readFormPlace, showBelow } from "../place.ts";
import { readFields } from "./fields.ts";

/** It counts at once, also for what is under way, and whoever else has changed the member meanwhile. */
export async function saveOptOut(input: SubmissionInput, context: SlackContext): Promise<Answer> {
  const place = readFormPlace(input.metadata);
  const { memberId, phone = "" } = place;
  const fields = readFields(input.values);
  const card = await readCard(context.look, memberId);
  if (!card) return GONE;
  const all = card.numbers.map((each) => each.phone);
  // All is the first choice; a form about the only number has no choice.
  const phones = fields.chosen("which") === "0" ? all : [phone];
  const said = fields.said();
  const outcome = await input.change((tx, actor) => optOutByHand(tx, { memberId, phones, ...said }, actor));
  if (outcome.outcome !== "opted out") return formAnswer(outcome, fields, place, context, "");
  const numbers = outcome.phones.length === 1 ? "This number gets" : "Their numbers get";
  return { after: () => showBelow(context, place, `Opted out. ${numbers} no more texts.`) };
}

export async function saveOptIn(input: SubmissionInput, context: SlackContext): Promise<Answer> {
  const place = readFormPlace(input.metadata);
  const { memberId, phone = "" } = place;
  const fields = readFields(input.values);
  const said = fields.said();
  const outcome = await input.change((tx, actor) =>
    undoOptOutByHand(tx, { memberId, phone, ...said }, { actor }),
  );
  if (outcome.outcome === "undone")
    return { after: () => showBelow(context, place, "Put right: texts go there again.") };
  if (outcome.outcome !== "at the provider") return formAnswer(outcome, fields, place, context, "");
  const { title } = context.gateway;
  return {
    tell: `${title} holds texts back from this number too, so nothing was changed: only the member can undo that. Tell them: “${outcome.tell}”`,
    after: () => showBelow(context, place),
  };
}

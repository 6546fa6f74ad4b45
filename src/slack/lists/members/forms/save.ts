// The forms about a member are submitted.
import { addMember, changeMember, moveMember } from "../../../../members/people/change.ts";
import { addNumber, changeNumber, keepConsent, type Said } from "../../../../members/people/numbers.ts";
import { listZones } from "../../../../zones/zones.ts";
import type { Answer, SlackContext, SubmissionInput } from "../../../wire/listener.ts";
import { changing, formAnswer, GONE } from "../answers.ts";
import { readMemberCard } from "../card.ts";
import { readCardPlace, readFormPlace, showBelow } from "../place.ts";
import { readFields, readPlace } from "./fields.ts";
import { addMemberView } from "./views.ts";

export async function saveNewMember(input: SubmissionInput, context: SlackContext): Promise<Answer> {
  const place = readCardPlace(input.metadata);
  const fields = readFields(input.values);
  const phone = fields.text("phone");
  const outcome = await changing(input, (tx, actor) =>
    addMember(
      tx,
      {
        name: fields.text("name"),
        account: fields.textOrNull("account"),
        about: fields.textOrNull("about"),
        language: fields.textOrNull("language"),
        place: readPlace(fields.chosen("place")),
        ...(phone && { number: { phone } }),
        isBack: fields.isTicked("back"),
      },
      { actor, country: context.settings.country },
    ),
  );
  if (outcome.outcome === "was erased")
    return { view: addMemberView(await listZones(context.look), place, true) };
  const below = { memberId: 0, version: 0, ...place };
  if (outcome.outcome !== "changed") return formAnswer(outcome, fields, below, context, "");
  const done = "Added.";
  const view = await readMemberCard(context, outcome.memberId, { ...place, done });
  return view ? { view, after: () => showBelow(context, below) } : GONE;
}

export async function saveMember(input: SubmissionInput, context: SlackContext): Promise<Answer> {
  const place = readFormPlace(input.metadata);
  const fields = readFields(input.values);
  const words = {
    name: fields.text("name"),
    account: fields.textOrNull("account"),
    about: fields.textOrNull("about"),
    language: fields.textOrNull("language"),
  };
  const outcome = await changing(input, (tx, actor) => changeMember(tx, place, words, actor));
  return formAnswer(outcome, fields, place, context, "Changed.");
}

export async function savePlace(input: SubmissionInput, context: SlackContext): Promise<Answer> {
  const place = readFormPlace(input.metadata);
  const fields = readFields(input.values);
  const to = readPlace(fields.chosen("place"));
  const outcome = await changing(input, (tx, actor) => moveMember(tx, place, to, actor));
  return formAnswer(outcome, fields, place, context, "Moved.");
}

/** Left empty as a whole, nothing is known of their consent; half of it is refused. */
const consentIn = ({ how, words }: Said): { consent?: Said } =>
  how === "" && words === "" ? {} : { consent: { how, words } };

export async function saveNewNumber(input: SubmissionInput, context: SlackContext): Promise<Answer> {
  const place = readFormPlace(input.metadata);
  const fields = readFields(input.values);
  const number = { phone: fields.text("phone"), ...consentIn(fields.said()) };
  const { country } = context.settings;
  const outcome = await changing(input, (tx, actor) => addNumber(tx, place, number, { actor, country }));
  return formAnswer(outcome, fields, place, context, "The number was added.");
}

export async function saveNumber(input: SubmissionInput, context: SlackContext): Promise<Answer> {
  const place = readFormPlace(input.metadata);
  const fields = readFields(input.values);
  const number = { phone: fields.text("phone"), ...consentIn(fields.said()), from: place.phone ?? "" };
  const { country } = context.settings;
  const outcome = await changing(input, (tx, actor) => changeNumber(tx, place, number, { actor, country }));
  return formAnswer(outcome, fields, place, context, "The number was changed.");
}

export async function saveConsent(input: SubmissionInput, context: SlackContext): Promise<Answer> {
  const { phone = "", ...place } = readFormPlace(input.metadata);
  const fields = readFields(input.values);
  const consent = { phone, ...fields.said() };
  const outcome = await changing(input, (tx, actor) => keepConsent(tx, place, consent, actor));
  return formAnswer(outcome, fields, place, context, "The consent was written down.");
}

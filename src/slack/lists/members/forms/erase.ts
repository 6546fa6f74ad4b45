// Somebody is erased for good: asked twice, and the second time by their name.
import type { ModalView } from "@slack/web-api";
import { readCard } from "../../../../members/people/card.ts";
import type { ShownInSlack } from "../../../../replies/erase.ts";
import { oneLine, plural } from "../../../../text/words.ts";
import { type Erased, eraseMember } from "../../../../upkeep/erase.ts";
import { isAnswer } from "../../../wire/errors.ts";
import type { Answer, SlackContext, SubmissionInput } from "../../../wire/listener.ts";
import { modal, section } from "../../../words/blocks.ts";
import { changing, formAnswer, GONE } from "../answers.ts";
import { readFormPlace, showBelow, update } from "../place.ts";
import { readFields } from "./fields.ts";

const comparable = (name: string): string => oneLine(name.normalize("NFC")).toLowerCase();

export async function eraseForGood(input: SubmissionInput, context: SlackContext): Promise<Answer> {
  const place = readFormPlace(input.metadata);
  const fields = readFields(input.values);
  const card = await readCard(context.look, place.memberId);
  if (!card) return GONE;
  if (comparable(fields.text("name")) !== comparable(card.name)) {
    return { errors: { name: "This is not their name as it stands above. Nothing was changed." } };
  }
  const outcome = await changing(input, (tx, actor) => eraseMember(tx, place, actor));
  if (outcome.outcome !== "erased") return formAnswer(outcome, fields, place, context, "");
  const after = async () => {
    const left = await takeBack(context, outcome.shown);
    if (place.card !== undefined) await update(context, place.card, erasedView(outcome, left));
    await showBelow(context, { memberId: place.memberId, list: place.list });
  };
  return { after };
}

const ERASED = "A member's text stood here. They were erased, as they asked.";

/** Their words that still stand in Slack. @returns those that Slack does not let us change */
async function takeBack(
  { client }: SlackContext,
  shown: readonly ShownInSlack[],
): Promise<readonly ShownInSlack[]> {
  const left: ShownInSlack[] = [];
  for (const message of shown) {
    const { channelId: channel, messageTs: ts } = message;
    await client.chat.update({ channel, ts, text: ERASED, blocks: [section(ERASED)] }).catch((error) => {
      if (!isAnswer(error)) throw error;
      left.push(message);
    });
  }
  return left;
}

/** In place of their card. */
export function erasedView(
  { canceled, shared }: Pick<Erased, "canceled" | "shared">,
  left: readonly ShownInSlack[],
): ModalView {
  const channels = [...new Set(left.map(({ channelId }) => `<#${channelId}>`))].slice(0, 5).join(", ");
  const more = [
    ...(canceled > 0 ? [`${plural(canceled, "text")} that waited to be sent to them will not be sent.`] : []),
    ...(shared > 0
      ? [`Somebody else has ${plural(shared, "number")} of theirs too: it stays known as that person's.`]
      : []),
    ...(left.length > 0
      ? [
          `:warning: ${plural(left.length, "message")} in ${channels} may still show what they wrote, because Slack ` +
            "did not let Headgate change it. Whoever may delete messages there can do it by hand.",
        ]
      : []),
  ];
  return modal({
    title: "Erased",
    blocks: [
      section(
        "*They were erased.* Their name, account, numbers and what they wrote can't be read in Headgate any more. " +
          "Of what was sent the texts, times and counts stay.",
      ),
      ...more.map(section),
    ],
  });
}

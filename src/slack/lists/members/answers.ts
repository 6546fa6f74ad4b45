// What a change of a member is answered with, and how it is made: never while an alert that was confirmed is still to
// be made ready from the list as it is.
import type { BoardMember } from "../../../board/allowlist.ts";
import type { Tx } from "../../../db/open.ts";
import { mayChangeList } from "../../../members/change-list.ts";
import type { Changed, NotChanged } from "../../../members/people/lock.ts";
import { describeTime } from "../../../text/words.ts";
import type { Answer, Press, SlackContext } from "../../wire/listener.ts";
import type { FormFields } from "./forms/fields.ts";
import { type FormPlace, showBelow } from "./place.ts";
import { nameActor } from "./words.ts";

type Busy = { outcome: "busy" };
export type Outcome = Changed | NotChanged | Busy;

export const changing = <T>(
  { change }: Press,
  work: (tx: Tx, member: BoardMember) => Promise<T>,
): Promise<T | Busy> =>
  change(async (tx, member) => ((await mayChangeList(tx)) ? work(tx, member) : { outcome: "busy" }));

export const GONE: Answer = {
  failed: "They are not on the list any more. Nothing was changed by your press.",
};

const BUSY =
  "An alert was sent a moment ago, and goes to the list as it is. So nothing was changed. Try again in a minute.";

/** Why nothing came of it. */
export function describeNotChanged(outcome: Exclude<Outcome, Changed>, timeZone: string): string {
  switch (outcome.outcome) {
    case "busy":
      return BUSY;
    case "not found":
      return "They are not on the list any more, so nothing was changed.";
    case "refused":
      return outcome.why;
    case "changed meanwhile": {
      const { userId, teamId, at } = outcome.by;
      return (
        `${nameActor(userId, teamId !== null)} was faster, and changed this member on ${describeTime(at, timeZone)}. ` +
        "Nothing was changed by you. Look at the card as it is now, and do it again if it is still right."
      );
    }
  }
}

/** A form closes where the change went through, and the card below it says so; else it stays open with every word. */
export function formAnswer(
  outcome: Outcome,
  fields: FormFields,
  place: FormPlace,
  context: SlackContext,
  done: string,
): Answer {
  if (outcome.outcome === "changed") return { after: () => showBelow(context, place, done) };
  const why = describeNotChanged(outcome, context.settings.timeZone);
  // The card as it is now lies below the form.
  const after = () => showBelow(context, place);
  const field = outcome.outcome === "refused" ? outcome.field : undefined;
  return field !== undefined && fields.has(field)
    ? { errors: { [field]: why }, after }
    : { failed: why, after };
}

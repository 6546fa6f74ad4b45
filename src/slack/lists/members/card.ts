// A member's card, read and drawn: what is known of them, and what one can do about it.
import type { KnownBlock, ModalView } from "@slack/web-api";
import { listMemberEntries } from "../../../audit/audit.ts";
import { type Card, readCard } from "../../../members/people/card.ts";
import { listNumbersOf } from "../../../members/people/theirs.ts";
import { writePhone } from "../../../members/phone.ts";
import { listSentToMember, type SentToMember } from "../../../outcomes/of-member.ts";
import { listWrittenByMember, type WrittenByMember } from "../../../replies/of-member.ts";
import { describeTime, nameTimeZone } from "../../../text/words.ts";
import type { SlackContext } from "../../wire/listener.ts";
import {
  actions,
  areYouSure,
  button,
  header,
  modal,
  section,
  sections,
  context as small,
} from "../../words/blocks.ts";
import { sentLine, writtenLine } from "./past-lines.ts";
import type { CardPlace } from "./place.ts";
import { describeBarred, describeConsent, describeReach, nameActor, said } from "./words.ts";

/** Of what was sent and written the last stand on the card itself. */
const LAST_SENT = 2;
const LAST_WRITTEN = 1;
/** More numbers than anybody has. */
export const NUMBERS_SHOWN = 12;

type Looking = Pick<SlackContext, "look" | "settings" | "gateway">;

/** @returns nothing where they are not on the list any more */
export async function readMemberCard(
  { look, settings: { timeZone }, gateway }: Looking,
  memberId: number,
  { done, ...place }: CardPlace & { done?: string | undefined },
): Promise<ModalView | undefined> {
  const card = await readCard(look, memberId);
  if (!card) return undefined;
  const phones = await listNumbersOf(look, memberId);
  const [{ sent }, { texts }, { entries }] = await Promise.all([
    listSentToMember(look, memberId, { alerts: LAST_SENT }),
    listWrittenByMember(look, memberId, { limit: LAST_WRITTEN }),
    listMemberEntries(look, { memberId, phones }, { limit: 1 }),
  ]);
  const last = { sent, written: texts, hasEntries: entries.length > 0 };
  return memberView({ card, last, done, place }, { timeZone, gateway });
}

export type CardPage = {
  card: Card;
  last: { sent: readonly SentToMember[]; written: readonly WrittenByMember[]; hasEntries: boolean };
  /** What was just done. */
  done?: string | undefined;
  place: CardPlace;
};
type Words = Pick<SlackContext, "gateway"> & { timeZone: string };

export function memberView({ card, last, done, place }: CardPage, words: Words): ModalView {
  const { id, version, numbers } = card;
  const shown = numbers.slice(0, NUMBERS_SHOWN);
  return modal({
    title: "Member",
    metadata: JSON.stringify(place),
    blocks: [
      ...(done === undefined ? [] : [section(`:white_check_mark: *${done}*`)]),
      header(card.name),
      section(`${factsOf(card)}\n${describeReach(card)}`),
      actions(
        button("change-member", "Change", id),
        button("move-member", "Move to a zone", id),
        button("add-number", "Add a number", id),
      ),
      ...shown.flatMap((each, nth) => numberBlocks(card, each, nth, words)),
      ...(numbers.length > shown.length ? [small(`and ${numbers.length - shown.length} more numbers`)] : []),
      { type: "divider" },
      ...lastBlocks(last, words),
      actions(
        ...(last.sent.length > 0 ? [button("member-sent", "All that was sent", id)] : []),
        ...(last.written.length > 0 ? [button("member-wrote", "All they wrote", id)] : []),
        button("member-changes", "Who changed what", id),
      ),
      { type: "divider" },
      actions(
        card.leftAt === null
          ? button("member-left", "Left the co-op", `${id}:${version}`, { confirm: leaving })
          : button("member-back", "Is a member again", `${id}:${version}`, { confirm: returning }),
        button("erase-member", "Erase", id, { style: "danger", confirm: erasing }),
      ),
      small(sinceWords(card, words.timeZone)),
    ],
  });
}

const leaving = areYouSure(
  "Have they left the co-op?",
  "From the next alert on they get nothing. They stay in the record, and can be brought back.",
  "They have left",
  "Not now",
);
const returning = areYouSure(
  "Are they a member again?",
  "From the next alert on they get what they got before. Whoever opted out stays opted out.",
  "They are back",
  "Not now",
);
const erasing = areYouSure(
  "Erase somebody for good?",
  "Only where they asked for it. Who left is better marked as having left. You are asked for their name next.",
  "Go on",
  "Not now",
  "danger",
);

/** "Account 1001 · North Ridge · language: es" */
function factsOf({ account, about, zone, inAllZones, language }: Card): string {
  const facts = [
    account === null ? `*No account:* ${said(about ?? "", 60)}` : `Account ${said(account, 40)}`,
    ...(account !== null && about !== null ? [said(about, 60)] : []),
    zone === "" ? "in no zone: theirs was removed" : inAllZones ? "in all zones" : said(zone, 50),
    ...(language === null ? [] : [`language: ${said(language, 35)}`]),
  ];
  return facts.join(" · ");
}

type CardNumber = Card["numbers"][number];

/** By its place on the card: no number stands in a button's value. */
function numberBlocks({ id, version }: Card, number: CardNumber, nth: number, words: Words): KnownBlock[] {
  const about = `${id}:${version}:${nth}`;
  const phone = writePhone(number.phone);
  const others = number.sharedWith.map(({ name }) => said(name, 30));
  const more = others.length > 3 ? ` and ${others.length - 3} more` : "";
  const shared =
    others.length === 0 ? "" : `\nAlso ${others.slice(0, 3).join(", ")}${more}: one text for all of them.`;
  const { barred } = number;
  const isOptedOut = barred?.why === "opted out";
  return [
    { type: "divider" },
    section(
      `*${phone}*${number.isListed ? "" : " (added here; imports leave it alone)"}\n` +
        `${describeBarred(number, words)}${shared}\n${describeConsent(number, words.timeZone)}`,
    ),
    actions(
      button("change-number", "Change number", about),
      button("keep-consent", "Consent", about),
      ...(isOptedOut ? [] : [button("opt-out", "Opt out", about)]),
      ...(isOptedOut && !barred.isAtProvider ? [button("undo-opt-out", "Opt-out was wrong", about)] : []),
      button("remove-number", "Remove", about, {
        confirm: areYouSure(
          `Remove ${phone}?`,
          "From the next alert on no text goes there for this member. What is known of their consent goes with it.",
          "Remove it",
          "Not now",
        ),
      }),
    ),
  ];
}

function lastBlocks({ sent, written }: CardPage["last"], words: Words): KnownBlock[] {
  const lines = [
    ...sent.map((each) => sentLine(each, words)),
    ...written.map((each) => `They wrote: ${writtenLine(each, words.timeZone)}`),
  ];
  if (lines.length === 0) return [section("*Nothing was sent to them yet.*")];
  return [section(`*Lately* (${nameTimeZone(words.timeZone)})`), ...sections(lines)];
}

function sinceWords({ createdAt, updatedAt, updatedBy, updatedTeam }: Card, timeZone: string): string {
  const since = `In Headgate since ${describeTime(createdAt, timeZone)}.`;
  if (updatedBy === null) return since;
  return `${since} Last changed by ${nameActor(updatedBy, updatedTeam !== null)}, ${describeTime(updatedAt, timeZone)}.`;
}

// The forms about a member. Pure. What each is about, and what lies below it, stands in its metadata.
import type { InputBlock, ModalView } from "@slack/web-api";
import type { Card } from "../../../../members/people/card.ts";
import { writePhone } from "../../../../members/phone.ts";
import type { Zone } from "../../../../zones/zones.ts";
import type { SubmissionName } from "../../../index.ts";
import { modal, section, context as small } from "../../../words/blocks.ts";
import type { CardPlace, FormPlace } from "../place.ts";
import { said } from "../words.ts";
import { howField, phoneField, placeField, placeValue, radioField, textField, tickField } from "./fields.ts";

const form = (name: SubmissionName, place: object, submit: string) => ({
  name,
  metadata: JSON.stringify(place),
  submit,
});

type Words = Partial<Pick<Card, "name" | "account" | "about" | "language">>;

const whoFields = ({ name, account, about, language }: Words = {}): InputBlock[] => [
  textField("name", "Name", { initial: name ?? null }),
  textField("account", "Account number", {
    initial: account ?? null,
    isOptional: true,
    hint: "Leave it empty for somebody without an account, such as a tenant or a school.",
  }),
  textField("about", "What they are", {
    initial: about ?? null,
    isOptional: true,
    example: "a tenant, a school, the fire department",
    hint: "Needed where there is no account. An import of members leaves these people alone.",
  }),
  textField("language", "Language", { initial: language ?? null, isOptional: true, example: "es" }),
];

/** @param wasErased whoever had this account was erased: whether they are back is asked */
export function addMemberView(zones: readonly Zone[], place: CardPlace, wasErased = false): ModalView {
  const [name, ...others] = whoFields();
  const back = [
    section(
      ":warning: *Nothing was added yet.* Whoever had this account was erased, because that was asked for. " +
        "If they are a member again, say so below, and press *Add* once more.",
    ),
    tickField("back", "Are they back?", "They are a member again, and know of it"),
  ];
  return modal({
    title: "Add a member",
    form: form("save-new-member", place, "Add"),
    blocks: [
      ...(wasErased ? back : []),
      ...(name ? [name] : []),
      placeField(zones),
      phoneField(undefined, true),
      ...others,
    ],
  });
}

/** What comes from the list has to be changed there too. */
const listWords = ({ account }: Card, isListed = true) =>
  account !== null && isListed
    ? [small("Change it in the co-op's own list too: its next import brings back what stands there.")]
    : [];

export const changeMemberView = (card: Card, place: FormPlace): ModalView =>
  modal({
    title: "Change a member",
    form: form("save-member", place, "Save"),
    blocks: [...whoFields(card), ...listWords(card)],
  });

export const moveMemberView = (card: Card, zones: readonly Zone[], place: FormPlace): ModalView =>
  modal({
    title: "Move to a zone",
    form: form("save-place", place, "Move"),
    blocks: [section(`*${said(card.name, 100)}*`), placeField(zones, placeValue(card)), ...listWords(card)],
  });

const consentFields = (isOptional: boolean): InputBlock[] => [
  howField("How did they agree to texts?", isOptional),
  textField("words", "In their words, or what they signed", { isOptional, isLong: true }),
];

/** @param from the number that it takes the place of */
export const numberView = (card: Card, place: FormPlace, from?: string): ModalView =>
  modal({
    title: from === undefined ? "Add a number" : "Change a number",
    form: form(from === undefined ? "save-new-number" : "save-number", place, "Save"),
    blocks: [
      section(`*${said(card.name, 100)}*${from === undefined ? "" : `: in place of ${writePhone(from)}`}`),
      phoneField(from === undefined ? undefined : writePhone(from)),
      ...consentFields(true),
      ...listWords(
        card,
        card.numbers.some(({ phone, isListed }) => isListed && phone === from),
      ),
    ],
  });

export const consentView = (card: Card, place: FormPlace, phone: string): ModalView =>
  modal({
    title: "Consent to texts",
    form: form("save-consent", place, "Save"),
    blocks: [
      section(`*${said(card.name, 100)}*, ${writePhone(phone)}. What was known before stays in the record.`),
      ...consentFields(false),
    ],
  });

/** @param others of their numbers that get texts too */
export function optOutView(card: Card, place: FormPlace, phone: string, others: number): ModalView {
  const shared = card.numbers.filter(
    (each) => each.sharedWith.length > 0 && each.barred?.why !== "opted out",
  );
  const one = `Only ${writePhone(phone)}`;
  const where = others > 0 ? " at the numbers that you choose below" : "";
  return modal({
    title: "Opt out",
    form: form("save-opt-out", place, "Opt out"),
    blocks: [
      section(
        `From the moment that you press *Opt out*, *${said(card.name, 100)}* gets no more texts${where}, not even in an emergency.`,
      ),
      ...(shared.length > 0
        ? [small(":warning: Somebody else has a number of theirs too: they get no texts there either.")]
        : []),
      ...(others > 0 ? [radioField("which", "Which numbers?", ["All their numbers", one])] : []),
      howField("How did they say it?"),
      textField("words", "In their words", { isLong: true }),
    ],
  });
}

export const undoOptOutView = (card: Card, place: FormPlace, phone: string): ModalView =>
  modal({
    title: "An opt-out was wrong",
    form: form("save-opt-in", place, "Put it right"),
    blocks: [
      section(
        `Texts go to ${writePhone(phone)} of *${said(card.name, 100)}* again. ` +
          "Only do this where the opt-out was a mistake, or they ask for texts again.",
      ),
      howField("How do you know?"),
      textField("words", "Why it was wrong", { isLong: true }),
    ],
  });

export const eraseMemberView = (card: Card, place: FormPlace): ModalView =>
  modal({
    title: "Erase a member",
    form: form("erase-for-good", place, "Erase for good"),
    blocks: [
      section(
        `*${said(card.name, 100)}* is made unreadable everywhere in Headgate: name, account, numbers, and what they wrote. ` +
          "Of what was sent the texts, times and counts stay. That a number of theirs opted out stays known, and nothing else. " +
          "*This can't be undone.*",
      ),
      textField("name", "Their name, as it stands above", {
        hint: "So that nobody is erased by mistake.",
      }),
    ],
  });

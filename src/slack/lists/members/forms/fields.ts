// The fields of the forms about a member, and what was put into them.
import type { InputBlock, PlainTextOption } from "@slack/web-api";
import { z } from "zod";
import type { Place } from "../../../../members/people/change.ts";
import type { Said } from "../../../../members/people/numbers.ts";
import { decodeSlackText } from "../../../../text/slack-markup.ts";
import type { Zone } from "../../../../zones/zones.ts";
import { clip, input } from "../../../words/blocks.ts";

const Choice = z.object({ value: z.string() });
const Values = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({
      value: z.string().nullish(),
      selected_option: Choice.nullish(),
      selected_options: z.array(Choice).nullish(),
    }),
  ),
);

export type FormFields = ReturnType<typeof readFields>;

/** @param values as Slack sends them with what was submitted */
export function readFields(values: unknown) {
  const fields = Values.parse(values);
  const at = (id: string) => fields[id]?.[id];
  const text = (id: string): string => decodeSlackText(at(id)?.value ?? "").trim();
  const chosen = (id: string): string | undefined => at(id)?.selected_option?.value;
  return {
    has: (id: string): boolean => at(id) !== undefined,
    text,
    /** Null where it was left empty. */
    textOrNull: (id: string): string | null => text(id) || null,
    chosen,
    isTicked: (id: string): boolean => (at(id)?.selected_options ?? []).length > 0,
    /** How it came in, and in which words. */
    said: (): Said => ({ how: HOWS[Number(chosen("how") ?? -1)] ?? "", words: text("words") }),
  };
}

const plain = (text: string) => ({ type: "plain_text" as const, text });
const option = (text: string, value: string | number): PlainTextOption => ({
  text: { type: "plain_text", text: clip(text, 75), emoji: false },
  value: String(value),
});

type TextMore = {
  hint?: string;
  initial?: string | null;
  example?: string;
  isOptional?: boolean;
  isLong?: boolean;
};

/** What is too long is refused by the feature, in words, with everything still there. */
export function textField(
  id: string,
  label: string,
  { hint, initial, example, isOptional = false, isLong = false }: TextMore = {},
): InputBlock {
  const block = input(
    id,
    label,
    {
      type: "plain_text_input",
      ...(isLong && { multiline: true }),
      ...(initial && { initial_value: clip(initial, 3000) }),
      ...(example !== undefined && { placeholder: plain(example) }),
    },
    hint,
  );
  return isOptional ? { ...block, optional: true } : block;
}

export const phoneField = (initial?: string, isOptional = false): InputBlock =>
  textField("phone", "Mobile number", { initial: initial ?? null, example: "(206) 555-0100", isOptional });

const ALL = "all";

/** One zone, or all of them: said, and never left out. @param initial where they are now */
export function placeField(zones: readonly Zone[], initial?: string): InputBlock {
  const options = [
    option("All zones: they get what goes to any zone", ALL),
    ...zones.map(({ id, name }) => option(name, id)),
  ];
  const chosen = options.find(({ value }) => value === initial);
  return input("place", "Zone", {
    type: "static_select",
    placeholder: plain("Choose a zone"),
    options,
    ...(chosen && { initial_option: chosen }),
  });
}

export const placeValue = ({ zoneId, inAllZones }: { zoneId: number | null; inAllZones: boolean }): string =>
  inAllZones ? ALL : String(zoneId ?? "");

export const readPlace = (chosen: string | undefined): Place =>
  chosen === ALL ? { inAllZones: true } : { zoneId: /^\d{1,9}$/.test(chosen ?? "") ? Number(chosen) : 0 };

/** How something comes in that a member says. By their place here; what is kept is the words. */
const HOWS = ["phone call", "in person", "letter", "e-mail", "signed form", "another way"] as const;

const HOW_OPTIONS = HOWS.map((how, nth) => option(how, nth));

export const howField = (label: string, isOptional = false): InputBlock => {
  const block = input("how", label, {
    type: "static_select",
    placeholder: plain("Choose how"),
    options: HOW_OPTIONS,
  });
  return isOptional ? { ...block, optional: true } : block;
};

/** One of several, as a row of radio buttons; the first is chosen. */
export const radioField = (id: string, label: string, texts: readonly string[]): InputBlock => {
  const options = texts.map((text, nth) => option(text, nth));
  const [first] = options;
  return input(id, label, {
    type: "radio_buttons",
    options,
    ...(first && { initial_option: first }),
  });
};

export const tickField = (id: string, label: string, text: string): InputBlock =>
  input(id, label, { type: "checkboxes", options: [option(text, "yes")] });

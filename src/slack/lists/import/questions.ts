// What an import asks before it does anything, as fields of a modal; and what was answered in them. Pure.
import type { KnownBlock, PlainTextOption } from "@slack/web-api";
import { z } from "zod";
import type { KeptQuestion } from "../../../members/imports/preview.ts";
import type { ImportChoices } from "../../../members/imports/rows.ts";
import { escapeForSlack } from "../../../text/slack-markup.ts";
import { number, plural } from "../../../text/words.ts";
import { clip, input, section, sections } from "../../words/blocks.ts";

/** So many at once; the others come when these are answered. */
export const MOST_QUESTIONS = 3;
const MOST_EXAMPLES = 10;
/** Of so few numbers each is asked about; of more, all at once. */
const MOST_NUMBERS = 4;
/** A menu's option and a button's words. */
const MOST_LETTERS = 75;

type Of<About extends KeptQuestion["about"]> = Extract<KeptQuestion, { about: About }>;

const option = (value: string, text: string): PlainTextOption => ({
  value,
  text: { type: "plain_text", text: clip(text, MOST_LETTERS), emoji: false },
});
const radio = (id: string, label: string, options: PlainTextOption[]): KnownBlock =>
  input(id, clip(label, 200), { type: "radio_buttons", options });
const quote = (text: string): string => `"${escapeForSlack(clip(text, 60))}"`;

const WRONG = "No, something is wrong with the file";

/** @param id of its field; another one for each round, since Slack keeps what stood in a field of the same name */
export function questionBlocks(question: KeptQuestion, id: string): KnownBlock[] {
  switch (question.about) {
    case "answers":
      return [
        section(
          `These answers are about nothing in this file: ${question.unmet.slice(0, 8).map(quote).join(", ")}. ` +
            "Press Discard, and drop the file again.",
        ),
      ];
    case "consent":
      return consentBlocks(question, id);
    case "numbering":
      return [
        ...comparedBlocks(
          `*Are the accounts numbered anew?* ${number(question.rows)} of ${plural(question.of, "row")} are people who ` +
            "are in Headgate under another account:",
          question.examples.map((each) => ({ ...each, said: `in Headgate this is account ${each.before}` })),
        ),
        radio(id, "Are they numbered anew?", [
          option("yes", "Yes: they get their new numbers, and keep all else"),
          option("wrong", WRONG),
        ]),
      ];
    case "sorted":
      return [
        ...comparedBlocks(
          `*Was the column of ${question.column}s sorted by itself?* ${number(question.rows)} of ` +
            `${plural(question.of, "member")} would get what another has there:`,
          question.examples.map((each) => ({
            ...each,
            said: `would get the ${question.column} of ${each.before}`,
          })),
        ),
        radio(id, `Have their ${question.column}s really changed?`, [
          option("yes", "Yes, they have really changed"),
          option("wrong", WRONG),
        ]),
      ];
    case "leavers":
      return [
        section(
          `*Have ${plural(question.count, "member")} of ${number(question.of)} left the co-op?* They are not in the file, ` +
            "and would get no more alerts." +
            (question.unreadRows > 0
              ? ` ${plural(question.unreadRows, "row")} of the file were refused and name no account of Headgate's: they may be theirs.`
              : ""),
        ),
        input(
          id,
          "How many have left?",
          { type: "plain_text_input", max_length: 9 },
          `Type ${question.count} if they have. If not, press "Leave them as they are".`,
        ),
      ];
    case "plus":
      return plusBlocks(question, id);
  }
}

function consentBlocks({ column, values }: Of<"consent">, id: string): KnownBlock[] {
  const more = values.length - MOST_EXAMPLES;
  return [
    ...sections([
      `*Does the column ${quote(column)} say who wants no texts?* It has:`,
      ...values
        .slice(0, MOST_EXAMPLES)
        .map(({ value, rows, line }) => `• ${quote(value)} in ${plural(rows, "row")}, such as line ${line}`),
      ...(more > 0 ? [`• and ${plural(more, "other value")}, in the menu below`] : []),
    ]),
    radio(id, `What does "${clip(column, 60)}" say?`, [
      option("no", "Who wants no texts: it is the words that I choose below"),
      option("fine", "It is about texts, and none of these words is a No"),
      option("ignore", "It is about something else"),
    ]),
    {
      ...input(wordsOf(id), "Words that mean: no texts", {
        type: "multi_static_select",
        placeholder: { type: "plain_text", text: "Choose words" },
        options: values.map(({ value }, index) => option(String(index), value || "(empty)")),
      }),
      optional: true,
    },
  ];
}

const wordsOf = (id: string) => `${id}-words`;
const nth = (id: string, index: number) => `${id}-${index}`;

function comparedBlocks(
  title: string,
  examples: readonly { line: number; account: string; name: string; said: string }[],
): KnownBlock[] {
  return sections([
    title,
    ...examples.map(({ line, account, name, said }) =>
      escapeForSlack(`• line ${line}, ${clip(account, 40)} ${clip(name, 80)}: ${clip(said, 200)}`),
    ),
  ]);
}

function plusBlocks({ values }: Of<"plus">, id: string): KnownBlock[] {
  const title =
    "*Are these numbers at home, or abroad?* They begin with a plus, and without it each is a whole number at home.";
  if (values.length > MOST_NUMBERS) {
    const lines = values
      .slice(0, MOST_EXAMPLES)
      .map(({ value, line, readings }) =>
        escapeForSlack(
          `• line ${line}: ${clip(value, 30)}; at home ${readings.home}, ${describeAbroad(readings)}`,
        ),
      );
    const more = values.length - MOST_EXAMPLES;
    return [
      ...sections([title, ...lines, ...(more > 0 ? [`• and ${number(more)} more`] : [])]),
      radio(id, "All of them are", [option("home", "At home"), option("abroad", "Abroad")]),
    ];
  }
  return [
    section(title),
    ...values.map(({ value, line, readings }, index) =>
      radio(nth(id, index), `${clip(value, 30)} on line ${line}`, [
        option("home", `At home: ${readings.home}`),
        option("abroad", `Abroad: ${describeAbroad(readings)}`),
      ]),
    ),
  ];
}

const describeAbroad = ({ abroad }: Of<"plus">["values"][number]["readings"]): string =>
  abroad ? `in ${abroad.country} ${abroad.phone}` : "where it is no number";

const Field = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
});
const Values = z.record(z.string(), z.record(z.string(), Field));

export type Answered = { choices: ImportChoices } | { errors: Record<string, string> };

/** @param asked each by the id of its field */
export function readAnswers(
  asked: readonly { question: KeptQuestion; id: string }[],
  values: unknown,
  before: ImportChoices,
): Answered {
  const fields = Values.parse(values);
  const fieldAt = (id: string) => fields[id]?.[id] ?? {};
  const errors: Record<string, string> = {};
  let choices = before;
  const fail = (id: string, why: string) => {
    errors[id] = why;
  };
  for (const { question, id } of asked) {
    const chosen = fieldAt(id).selected_option?.value;
    switch (question.about) {
      case "answers":
        break;
      case "consent": {
        const words = new Set(fieldAt(wordsOf(id)).selected_options?.map(({ value }) => value) ?? []);
        const why = whyNotConsent(chosen, words.size);
        if (why !== undefined) fail(chosen === undefined ? id : wordsOf(id), why);
        choices = { ...choices, answers: [...choices.answers, ...consentAnswers(question, chosen, words)] };
        break;
      }
      case "numbering":
        if (chosen === "yes") choices = { ...choices, isRenumbered: true };
        else fail(id, MEND.numbering);
        break;
      case "sorted":
        if (chosen === "yes") choices = { ...choices, exchanged: [...choices.exchanged, question.column] };
        else fail(id, MEND.sorted);
        break;
      case "leavers": {
        const typed = fieldAt(id).value?.replace(/[\s,.]/g, "") ?? "";
        if (typed === String(question.count)) choices = { ...choices, leavers: question.count };
        else
          fail(
            id,
            `It would be ${number(question.count)}. Nothing was changed: type that number, or leave them as they are.`,
          );
        break;
      }
      case "plus": {
        const plus = plusAnswers(question, id, (at) => fieldAt(at).selected_option?.value);
        choices = { ...choices, plus: [...choices.plus, ...plus] };
        break;
      }
    }
  }
  return Object.keys(errors).length > 0 ? { errors } : { choices };
}

const MEND = {
  numbering:
    "Then nothing is imported. Look at the file: is its column of accounts sorted by itself, or another list's? Press Discard, and drop it again when it is mended.",
  sorted:
    "Then nothing is imported. In the spreadsheet sort whole rows, or begin again with the list as it was. Press Discard, and drop it again when it is mended.",
};

function whyNotConsent(chosen: string | undefined, words: number): string | undefined {
  if (chosen === undefined) return "Choose one.";
  if (chosen === "no" && words === 0) return "Choose at least one word, or say that none is a No.";
  if (chosen !== "no" && words > 0)
    return "You chose words here, and above that it is not about them. Which is it?";
  return undefined;
}

function consentAnswers(
  { column, values }: Of<"consent">,
  chosen: string | undefined,
  words: ReadonlySet<string>,
) {
  if (chosen === "ignore") return [{ meaning: "ignore" as const, text: column }];
  return values.map(({ value }, index) => ({
    meaning: words.has(String(index)) ? ("no texts" as const) : ("texts" as const),
    text: `${column}=${value}`,
  }));
}

function plusAnswers(
  { values }: Of<"plus">,
  id: string,
  chosenAt: (id: string) => string | undefined,
): ImportChoices["plus"] {
  const meansAt = (at: string) => (chosenAt(at) === "home" ? ("home" as const) : ("abroad" as const));
  if (values.length > MOST_NUMBERS) return [{ means: meansAt(id), value: "all" }];
  return values.map(({ value }, index) => ({ means: meansAt(nth(id, index)), value }));
}

// What is kept of an import's preview until its uploader has decided: small enough for a screen, whatever the list.
import { z } from "zod";
import { countOutcomes, type ImportQuestion, type Preview } from "../import.ts";
import { describeAccount } from "../read/account.ts";
import { describeRow, describeTotals, groupsOf } from "../report.ts";

const Example = z.object({ line: z.number(), account: z.string(), name: z.string(), before: z.string() });
const Compared = { rows: z.number(), of: z.number(), examples: z.array(Example) };

const Question = z.discriminatedUnion("about", [
  z.object({ about: z.literal("answers"), unmet: z.array(z.string()) }),
  z.object({
    about: z.literal("consent"),
    column: z.string(),
    values: z.array(z.object({ value: z.string(), rows: z.number(), line: z.number() })),
  }),
  z.object({ about: z.literal("numbering"), ...Compared }),
  z.object({ about: z.literal("sorted"), column: z.enum(["name", "phone", "zone"]), ...Compared }),
  z.object({ about: z.literal("leavers"), count: z.number(), of: z.number(), unreadRows: z.number() }),
  z.object({
    about: z.literal("plus"),
    values: z.array(
      z.object({
        line: z.number(),
        account: z.string(),
        value: z.string(),
        readings: z.object({
          home: z.string(),
          abroad: z.object({ phone: z.string(), country: z.string() }).nullable(),
        }),
      }),
    ),
  }),
]);

export const KeptPreview = z.object({
  /** How the file was read, and what it says as a whole: whole sentences. */
  facts: z.array(z.string()),
  /** A typing mistake shows here. */
  newZones: z.array(z.string()),
  counts: z.object({
    added: z.number(),
    changed: z.number(),
    "left alone": z.number(),
    refused: z.number(),
  }),
  /** Rows to look at, by what became of them; the first of each. */
  groups: z.array(z.object({ title: z.string(), count: z.number(), lines: z.array(z.string()) })),
  notInFile: z.object({ count: z.number(), named: z.array(z.string()), areMarkedLeft: z.boolean() }),
  /** Who had left or was erased, and stands in the file. */
  gone: z.array(z.object({ account: z.string(), name: z.string() })),
  /** To be answered first. */
  questions: z.array(Question),
});
export type KeptPreview = z.infer<typeof KeptPreview>;
export type KeptQuestion = z.infer<typeof Question>;

/** As many options as a menu of Slack's has. */
export const MOST_OPTIONS = 100;
const MOST_LINES = 10;
const MOST_FACTS = 30;

export function keepPreview(
  { report, questions }: Pick<Preview, "report" | "questions">,
  timeZone: string,
): KeptPreview {
  const { notInFile, areMarkedLeft, gone, newZones } = report;
  // The counts and the new zones stand at the top of a screen, and not once more below.
  const [, ...totals] = describeTotals({ ...report, newZones: [] }, { timeZone });
  return {
    facts: [...describeAccount(report.file).slice(0, MOST_FACTS), ...totals],
    newZones: newZones.slice(0, MOST_LINES),
    counts: countOutcomes(report.rows),
    groups: groupsOf(report).map(({ title, rows }) => ({
      title,
      count: rows.length,
      lines: rows.slice(0, MOST_LINES).map(describeRow),
    })),
    notInFile: {
      count: notInFile.length,
      named: notInFile.slice(0, MOST_LINES).map(({ account, name }) => `${account} ${name}`),
      areMarkedLeft,
    },
    gone: gone.slice(0, MOST_OPTIONS).map(({ account, name }) => ({ account, name })),
    questions: questions.map(shorten),
  };
}

/** What is beyond it is asked about once this is answered. */
function shorten(question: ImportQuestion): KeptQuestion {
  switch (question.about) {
    case "consent":
      return { ...question, values: question.values.slice(0, MOST_OPTIONS) };
    case "plus":
      return { ...question, values: question.values.slice(0, MOST_OPTIONS) };
    default:
      return question;
  }
}

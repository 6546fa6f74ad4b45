// What an import asks before it does anything, each with the switch that answers it.
import type { ImportQuestion } from "../members/import.ts";
import { plural } from "../text/words.ts";

const MOST_VALUES = 10;

/** As it is typed in a terminal. */
export const quote = (text: string): string =>
  /["$`\\!]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`;

export function describeQuestions(
  path: string,
  questions: readonly ImportQuestion[],
  command: string,
): string {
  return [
    `Nothing was imported from ${path}. Answer first, so that nothing is guessed:`,
    ...questions.flatMap((question) => ["", ...describe(question)]),
    "",
    "Run it again with an answer to each, added to:",
    `  ${command}`,
    "What you say about columns and values is kept for the next file.",
  ].join("\n");
}

function describe(question: ImportQuestion): string[] {
  switch (question.about) {
    case "answers":
      return [
        `These switches are about nothing in this file, so look for typing mistakes: ${question.unmet.map(quote).join(", ")}.`,
      ];
    case "consent": {
      const { column, values } = question;
      return [
        `Does the column "${column}" say who wants no texts?`,
        ...values
          .slice(0, MOST_VALUES)
          .flatMap(({ value, rows, line }) => [
            `  "${value}" in ${plural(rows, "row")}, such as line ${line}`,
            `    it is a No to texts:  --no-texts ${quote(`${column}=${value}`)}`,
            `    it is not:            --texts ${quote(`${column}=${value}`)}`,
          ]),
        ...more(values.length, "value"),
        `  The column is about something else: --ignore ${quote(column)}`,
      ];
    }
    case "numbering": {
      const { rows, of, examples } = question;
      return [
        `Are the accounts numbered anew? ${rows} of ${of} rows are people who are in Headgate under another account:`,
        ...examples.map(
          ({ line, account, name, before }) =>
            `  line ${line}, ${account} ${name}: in Headgate this is account ${before}`,
        ),
        "  They get their new numbers, and keep all else: --renumber",
        "  If it is not meant, look at the file: is its column of accounts sorted by itself, or another list's?",
      ];
    }
    case "sorted": {
      const { column, rows, of, examples } = question;
      return [
        `Was the column of ${column}s sorted by itself? ${rows} of ${of} members of Headgate would get what another has there:`,
        ...examples.map(
          ({ line, account, name, before }) =>
            `  line ${line}, ${account} ${name}: would get the ${column} of ${before}`,
        ),
        `  They have really changed: --exchanged ${column}`,
        "  If they have not, sort whole rows in the spreadsheet, or begin again with the list as it was.",
      ];
    }
    case "leavers": {
      const { count, of, unreadRows } = question;
      return [
        `Have ${plural(count, "member")} of ${of} left the co-op? They are not in the file, and would get no more alerts.`,
        ...(unreadRows > 0
          ? [
              `  ${plural(unreadRows, "row")} of the file were refused and name no account of Headgate's: they may be theirs.`,
            ]
          : []),
        `  They have: --leavers ${count}`,
        "  If it is a part of the list, or they only miss in it: leave out --mark-left",
      ];
    }
    case "plus": {
      const { values } = question;
      return [
        "Are these numbers at home, or abroad? They begin with a plus, and without it each is a whole number at home.",
        ...values
          .slice(0, MOST_VALUES)
          .flatMap(({ line, value, readings: { home, abroad } }) => [
            `  ${value} on line ${line}`,
            `    at home, ${home}:  --home ${quote(value)}`,
            abroad
              ? `    in ${abroad.country}, ${abroad.phone}:  --abroad ${quote(value)}`
              : `    abroad, where it is no number:  --abroad ${quote(value)}`,
          ]),
        ...more(values.length, "number"),
        "  The same for all of them: --home all, or --abroad all",
      ];
    }
  }
}

const more = (count: number, what: string): string[] =>
  count > MOST_VALUES ? [`  and ${plural(count - MOST_VALUES, `other ${what}`)}`] : [];

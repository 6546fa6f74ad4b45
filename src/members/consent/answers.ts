// What people have answered about a list's columns: given with an import, or kept from an earlier one.
import type { AnswerMeaning } from "../../db/schema.ts";
import { headerWords } from "./headers.ts";

/** As it was given: `Status=unsubscribed`, or a column alone to ignore it. */
export type GivenAnswer = { meaning: AnswerMeaning; text: string };

export type ListAnswer = {
  column: string;
  /** Null for the whole column. */
  value: string | null;
  meaning: AnswerMeaning;
  /** Null where it was given with this import. */
  answeredAt: Date | null;
};

/** How people read each column's name: one without a name by its place, and so those that share one. */
export function nameColumns(header: readonly string[]): string[] {
  const byKey = Map.groupBy(header, columnKey);
  return header.map((title, at) => {
    const place = `column ${at + 1}`;
    if (title === "") return place;
    return (byKey.get(columnKey(title))?.length ?? 0) > 1 ? `${title} (${place})` : title;
  });
}
/** In the next file another column may stand there. */
export const isByPlace = (name: string): boolean => /(^|\()column \d+\)?$/i.test(name.trim());

/** Columns and values as they are compared: "STATUS " is Status. */
export const columnKey = (name: string): string => headerWords(name) || name.trim().toLowerCase();
export const valueKey = (value: string): string =>
  value.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();
export const keyOf = (column: string, value: string | null) =>
  JSON.stringify([columnKey(column), value === null ? null : valueKey(value)]);

export type Answers = ReturnType<typeof createAnswers>;

/** @param answers of two about the same, the later one counts */
export function createAnswers(answers: readonly ListAnswer[]) {
  const byKey = new Map(answers.map((answer) => [keyOf(answer.column, answer.value), answer]));
  const all = [...byKey.values()];
  const byColumn = Map.groupBy(all, ({ column }) => columnKey(column));
  return {
    has: (column: string): boolean => byColumn.has(column),
    /** By the keys of both. */
    find: (column: string, value: string): ListAnswer | undefined =>
      byColumn.get(column)?.find((answer) => answer.value !== null && valueKey(answer.value) === value),
    isIgnored: (column: string): ListAnswer | undefined =>
      byColumn.get(column)?.find(({ value, meaning }) => value === null && meaning === "ignore"),
    saysNoSomewhere: (column: string): boolean =>
      byColumn.get(column)?.some(({ meaning }) => meaning === "no texts") ?? false,
  };
}

/**
 * Finds the columns that the answers are about. A name may have a = in it, as "Text (Y=yes)" has.
 *
 * @returns what is about no column of this file, too
 */
export function resolveAnswers(
  given: readonly GivenAnswer[],
  columns: readonly string[],
): { answers: ListAnswer[]; unmet: GivenAnswer[] } {
  const names = new Map(columns.map((name) => [columnKey(name), name]));
  const answers: ListAnswer[] = [];
  const unmet: GivenAnswer[] = [];
  for (const each of given) {
    const { meaning, text } = each;
    const found = meaning === "ignore" ? [[text, null] as const] : splitsOf(text);
    const [met] = found.flatMap(([name, value]) => {
      const column = names.get(columnKey(name));
      return column === undefined ? [] : [{ column, value, meaning, answeredAt: null }];
    });
    if (met) answers.push(met);
    else unmet.push(each);
  }
  return { answers, unmet };
}

function splitsOf(text: string): (readonly [column: string, value: string])[] {
  const places = [...text.matchAll(/=/g)].map(({ index }) => index);
  return places.map((at) => [text.slice(0, at), text.slice(at + 1)] as const);
}

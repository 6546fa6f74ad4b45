// What people have answered about a list's columns: given with an import, and kept for the next file.
import { asc, eq } from "drizzle-orm";
import { type Actor, record } from "../../audit/audit.ts";
import type { Reader, Tx } from "../../db/open.ts";
import { type AnswerMeaning, listAnswers } from "../../db/schema.ts";
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
const isByPlace = (name: string): boolean => /(^|\()column \d+\)?$/i.test(name.trim());

/** Columns and values as they are compared: "STATUS " is Status. */
export const columnKey = (name: string): string => headerWords(name) || name.trim().toLowerCase();
export const valueKey = (value: string): string =>
  value.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();
const keyOf = (column: string, value: string | null) =>
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
    const split = found.find(([column]) => names.has(columnKey(column)));
    const name = split && names.get(columnKey(split[0]));
    if (split === undefined || name === undefined) unmet.push(each);
    else answers.push({ column: name, value: split[1], meaning, answeredAt: null });
  }
  return { answers, unmet };
}

function splitsOf(text: string): (readonly [column: string, value: string])[] {
  const places = [...text.matchAll(/=/g)].map(({ index }) => index);
  return places.map((at) => [text.slice(0, at), text.slice(at + 1)] as const);
}

export async function readAnswers(db: Reader): Promise<ListAnswer[]> {
  const { column, value, meaning, answeredAt } = listAnswers;
  return db
    .select({ column, value, meaning, answeredAt })
    .from(listAnswers)
    .orderBy(asc(listAnswers.column), asc(listAnswers.value));
}

/** Keeps what was given, in place of what was said about the same before; nothing about a column by its place. */
export async function keepAnswers(tx: Tx, answers: readonly ListAnswer[]): Promise<void> {
  for (const { column, value, meaning } of answers) {
    if (isByPlace(column)) continue;
    await forget(tx, column, value);
    await tx.insert(listAnswers).values({ key: keyOf(column, value), column, value, meaning });
  }
}

const forget = (tx: Tx, column: string, value: string | null) =>
  tx
    .delete(listAnswers)
    .where(eq(listAnswers.key, keyOf(column, value)))
    .returning({ key: listAnswers.key });

/**
 * From the next file on it is asked again.
 *
 * @param text as it was given, or a column alone for all that was answered about it
 * @returns how many answers that were
 */
export async function forgetAnswers(tx: Tx, text: string, actor: Actor): Promise<number> {
  const kept = await readAnswers(tx);
  const columns = [...new Set(kept.map(({ column }) => column))];
  const [one] = resolveAnswers([{ meaning: "texts", text }], columns).answers;
  const key = columnKey(text);
  const gone = kept.filter(({ column, value }) =>
    columnKey(column) === key
      ? true
      : one !== undefined && keyOf(column, value) === keyOf(one.column, one.value),
  );
  for (const { column, value } of gone) await forget(tx, column, value);
  if (gone.length > 0)
    await record(tx, { actor, action: "answer forgotten", detail: { answers: gone.length } });
  return gone.length;
}

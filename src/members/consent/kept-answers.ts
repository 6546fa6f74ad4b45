// Answers about a list's columns are kept for the next file.
import { asc, eq } from "drizzle-orm";
import { type Actor, record } from "../../audit/audit.ts";
import type { Reader, Tx } from "../../db/open.ts";
import { listAnswers } from "../../db/schema.ts";
import { columnKey, isByPlace, keyOf, type ListAnswer, resolveAnswers } from "./answers.ts";

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

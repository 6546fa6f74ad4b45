// Of all the words by which a phone came and went, the one that was written last counts, whatever came to us last.
import { and, desc, eq, inArray, sql } from "drizzle-orm";
import type { Reader, Tx } from "../db/open.ts";
import { inboundTexts, optOuts } from "../db/schema.ts";
import { START, STOP } from "../opt-outs/keywords.ts";
import { isByText, optIn, optOut, sourceOf, storedByText } from "../opt-outs/opt-outs.ts";

export type LastWord = { messageSid: string; word: string; isProviders: boolean; writtenAt: Date };

/** Until the transaction ends nobody else decides about this phone's words. */
export async function lockWordsOf(tx: Tx, phone: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('words of ' || ${phone}::text))`);
}

export async function findLastWord(db: Reader, phone: string): Promise<LastWord | undefined> {
  const comesOrGoes = inArray(inboundTexts.keyword, [...STOP, ...START]);
  const { messageSid, writtenAt, isProviders } = inboundTexts;
  const [last] = await db
    .select({ messageSid, writtenAt, isProviders, word: sql<string>`${inboundTexts.keyword}` })
    .from(inboundTexts)
    .where(and(eq(inboundTexts.phone, phone), comesOrGoes))
    .orderBy(desc(writtenAt), desc(inboundTexts.id))
    .limit(1);
  return last;
}

/** @returns whether that changed anything */
export async function obey(
  tx: Tx,
  phone: string,
  { word, isProviders, writtenAt }: LastWord,
): Promise<boolean> {
  if (STOP.has(word)) {
    // A phone that left by a text has left since its last one.
    await tx
      .update(optOuts)
      .set({ optedOutAt: writtenAt })
      .where(and(eq(optOuts.phone, phone), storedByText));
    return optOut(tx, phone, sourceOf(word, isProviders), "member", { at: writtenAt });
  }
  const [optedOut] = await tx.select().from(optOuts).where(eq(optOuts.phone, phone));
  // Somebody else, such as the provider, has found since then that this phone has opted out.
  if (optedOut && !isByText(optedOut.source) && optedOut.optedOutAt > writtenAt) return false;
  return optIn(tx, phone, sourceOf(word), "member");
}

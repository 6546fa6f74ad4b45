// Which reasons to think again a review has shown its author: by these the confirm knows what is new.
import { and, asc, eq, sql } from "drizzle-orm";
import type { Reader, Tx } from "../db/open.ts";
import { reviewWarnings } from "../db/schema.ts";
import type { Warning } from "./warnings.ts";

/** A version of an alert's review. */
type Review = { alertId: number; version: number };

/** This review shows these, in this order. What earlier ones have shown stays known. */
export async function keepWarnings(tx: Tx, review: Review, warnings: readonly Warning[]): Promise<void> {
  if (warnings.length === 0) return;
  await tx
    .insert(reviewWarnings)
    .values(warnings.map((warning, place) => ({ ...review, ...warning, place })))
    .onConflictDoUpdate({
      target: [reviewWarnings.alertId, reviewWarnings.key],
      set: { words: sql`excluded.words`, version: sql`excluded.version`, place: sql`excluded.place` },
    });
}

/** Another text, or other zones: whoever wrote them has seen nothing of that yet. */
export async function forgetWarnings(tx: Tx, alertId: number): Promise<void> {
  await tx.delete(reviewWarnings).where(eq(reviewWarnings.alertId, alertId));
}

/** What this review shows. */
export async function readWarnings(db: Reader, { alertId, version }: Review): Promise<string[]> {
  const shown = await db
    .select({ words: reviewWarnings.words })
    .from(reviewWarnings)
    .where(and(eq(reviewWarnings.alertId, alertId), eq(reviewWarnings.version, version)))
    .orderBy(asc(reviewWarnings.place));
  return shown.map(({ words }) => words);
}

/** The keys of all that the reviews of this draft have shown. */
export async function readSeen(db: Reader, alertId: number): Promise<Set<string>> {
  const seen = await db
    .select({ key: reviewWarnings.key })
    .from(reviewWarnings)
    .where(eq(reviewWarnings.alertId, alertId));
  return new Set(seen.map(({ key }) => key));
}

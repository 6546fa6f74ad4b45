// The one way to change the list of members: what was confirmed goes to those who were on the list then.
import { and, eq, notExists, sql } from "drizzle-orm";
import type { Database, Reader, Tx } from "../db/open.ts";
import { parts, sendings } from "../db/schema.ts";
import { takeTurn } from "../db/turns.ts";

/** Freezes one sending that is confirmed and not yet frozen. @returns false where it found none */
export type FreezeNext = () => Promise<boolean>;

/** How the change is made: by the database alone, or as somebody of the board (board/change.ts). */
export type InTransaction = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/**
 * Does the work once everything that is confirmed is frozen. Until it is done, whoever confirms freezes at once
 * what they have been shown.
 */
export async function changeMembers<T>(
  db: Database | InTransaction,
  freezeNext: FreezeNext,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const change: InTransaction = typeof db === "function" ? db : (work) => db.transaction(work);
  for (;;) {
    while (await freezeNext());
    const changed = await change(async (tx) => {
      // A very large list is planned for longer than a transaction may otherwise wait.
      await tx.execute(sql`set local idle_in_transaction_session_timeout = '10min'`);
      await takeTurn(tx, "members");
      if ((await unfrozen(tx)).length === 0) return { done: await work(tx) };
      // Another instance freezes it just now: that is waited for.
      await unfrozen(tx).for("share");
      return undefined;
    });
    if (changed) return changed.done;
  }
}

/**
 * For a change that somebody waits for: takes the turn.
 *
 * @returns false while something that is confirmed is not frozen, and so the list has to stay as it is
 */
export async function mayChangeList(tx: Tx): Promise<boolean> {
  await takeTurn(tx, "members");
  return (await unfrozen(tx).limit(1)).length === 0;
}

const unfrozen = (db: Reader) =>
  db
    .select({ id: sendings.id })
    .from(sendings)
    .where(
      and(
        eq(sendings.status, "sending"),
        notExists(db.select({ part: parts.part }).from(parts).where(eq(parts.sendingId, sendings.id))),
      ),
    );

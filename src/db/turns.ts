// What is done by one at a time, over all instances. A row that each writes makes them take turns, also where
// a transaction sees the database as it was at its beginning: there the later one conflicts, and looks again.
// A lock alone would let it through with what it saw before it waited.
import { eq, sql } from "drizzle-orm";
import type { Tx } from "./open.ts";
import { turns } from "./schema.ts";

/** `confirm`: sending an alert. `members`: changing the list of members. */
type Turn = "confirm" | "members";

/** Waits until whoever has this turn is done. It lasts as long as the transaction. */
export async function takeTurn(tx: Tx, what: Turn): Promise<void> {
  await tx
    .insert(turns)
    .values({ what })
    .onConflictDoUpdate({ target: turns.what, set: { takenAt: sql`now()` } });
}

/** Nobody gets this turn until the transaction ends. @returns false, at once, if somebody has it */
export async function holdTurn(tx: Tx, what: Turn): Promise<boolean> {
  const held = await tx
    .select({ what: turns.what })
    .from(turns)
    .where(eq(turns.what, what))
    .for("share", { skipLocked: true });
  return held.length > 0;
}

// Freezing: an audience becomes one pending delivery for each phone.
import { and, eq, notExists, sql } from "drizzle-orm";
import type { Database, Tx } from "../db/open.ts";
import { alerts, parts, sendings } from "../db/schema.ts";
import { signal } from "../db/signals.ts";
import { leftOutNow, reached } from "../members/reach.ts";

/** One text, one way out, and the zones that it goes to. */
export type ToFreeze = {
  sendingId: number;
  gateway: string;
  text: string;
  segments: number;
  zoneIds: readonly number[];
};

/**
 * Turns the audience as it is in this transaction into one pending delivery per phone: from the commit on
 * the sending goes out. Who is left out is kept in the same statement, so each member is in one of the two.
 */
export async function freezeAudience(
  tx: Tx,
  { sendingId, gateway, text, segments, zoneIds }: ToFreeze,
): Promise<void> {
  const { count } = await tx.execute(sql`
    with kept as (
      insert into left_out (sending_id, member_id, reason)
      select ${sendingId}, member_id, reason from ${leftOutNow(tx, zoneIds)}
    )
    insert into deliveries (sending_id, position, address)
    select ${sendingId}, row_number() over (order by phone), phone from (
      select distinct phone from ${reached(tx, zoneIds)}
    ) as reachable`);
  await tx
    .insert(parts)
    .values({ sendingId, part: 1, gateway, text, segments, first: 1, last: count, claimedUpTo: 0 });
  await tx.update(sendings).set({ followAt: sql`now()` }).where(eq(sendings.id, sendingId));
  await tx.update(alerts).set({ phoneCount: count }).where(eq(alerts.sendingId, sendingId));
}

/**
 * Freezes one sending whose audience was too large for its confirm.
 *
 * @param gateway the gateway that it goes out by
 * @returns false where there is none
 */
export async function freezeNext(db: Database, gateway: string): Promise<boolean> {
  const isFrozen = await db.transaction(async (tx) => {
    const part = tx.select({ part: parts.part }).from(parts).where(eq(parts.sendingId, sendings.id));
    const [next] = await tx
      .select({
        sendingId: sendings.id,
        text: alerts.text,
        segments: alerts.segments,
        zoneIds: alerts.zoneIds,
      })
      .from(sendings)
      .innerJoin(alerts, eq(alerts.sendingId, sendings.id))
      .where(and(eq(sendings.status, "sending"), notExists(part)))
      .orderBy(sendings.readyAt)
      .limit(1)
      .for("update", { of: sendings, skipLocked: true });
    if (!next) return false;
    // Looked at again now that it is locked: another instance may have frozen it in between.
    if ((await tx.$count(parts, eq(parts.sendingId, next.sendingId))) > 0) return false;
    await freezeAudience(tx, { ...next, gateway });
    await signal(tx, { about: "work" });
    return true;
  });
  // Otherwise statements that were planned while the table was small would go on reading all of it.
  if (isFrozen) await db.execute(sql`analyze deliveries`);
  return isFrozen;
}

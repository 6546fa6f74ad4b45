// Freezing: an audience becomes one pending delivery for each phone.
import { and, eq, notExists, type SQL, sql } from "drizzle-orm";
import type { Database, Tx } from "../db/open.ts";
import { alerts, barredPhones, members, parts, sendings } from "../db/schema.ts";
import { signal } from "../db/signals.ts";
import { inZones, isReachable } from "../members/reach.ts";

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
 * the sending goes out.
 */
export function freezeAudience(tx: Tx, alike: ToFreeze): Promise<void> {
  const phones = sql`
    select distinct ${members.phone} as phone from ${members}
    left join ${barredPhones} on ${barredPhones.phone} = ${members.phone}
    where ${inZones(alike.zoneIds)} and ${isReachable}`;
  return freezePhones(tx, alike, phones);
}

/** Its audience is frozen later: until then nobody is added to it. The caller keeps the list of members as it is. */
export async function holdBack(tx: Tx, sendingId: number): Promise<void> {
  await tx.execute(sql`
    insert into barred_at_confirm (sending_id, phone) select ${sendingId}::int, phone from ${barredPhones}`);
}

/** The audience as it was at its confirm, less who has opted out since. */
async function freezeHeldBack(tx: Tx, alike: ToFreeze): Promise<void> {
  const { sendingId, zoneIds } = alike;
  const phones = sql`
    select distinct phone from ${members} where ${inZones(zoneIds)} and phone is not null
      and not exists (select from opt_outs o where o.phone = ${members.phone})
      and not exists (
        select from barred_at_confirm b where b.sending_id = ${sendingId} and b.phone = ${members.phone})`;
  await freezePhones(tx, alike, phones);
  // Those of a sending that was stopped before are of no use any more.
  await tx.execute(sql`
    delete from barred_at_confirm b using sendings s
    where s.id = b.sending_id and (s.id = ${sendingId} or s.status <> 'sending')`);
}

async function freezePhones(
  tx: Tx,
  { sendingId, gateway, text, segments }: ToFreeze,
  phones: SQL,
): Promise<void> {
  const { count } = await tx.execute(sql`
    insert into deliveries (sending_id, position, address)
    select ${sendingId}, row_number() over (order by phone), phone from (${phones}) as reachable`);
  await tx
    .insert(parts)
    .values({ sendingId, part: 1, gateway, text, segments, first: 1, last: count, claimedUpTo: 0 });
  await tx.update(sendings).set({ followAt: sql`now()` }).where(eq(sendings.id, sendingId));
  const optedOutSince = sql`${alerts.optedOutSince} + greatest(0, ${alerts.phoneCount} - ${count}::int)`;
  await tx.update(alerts).set({ phoneCount: count, optedOutSince }).where(eq(alerts.sendingId, sendingId));
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
    await freezeHeldBack(tx, { ...next, gateway });
    await signal(tx, { about: "work" });
    return true;
  });
  // Otherwise statements that were planned while the table was small would go on reading all of it.
  if (isFrozen) await db.execute(sql`analyze deliveries`);
  return isFrozen;
}

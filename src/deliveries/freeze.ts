// Freezing: an audience becomes one pending delivery for each phone.
import { and, eq, notExists, type SQL, sql } from "drizzle-orm";
import type { Database, Tx } from "../db/open.ts";
import { alerts, barredPhones, memberList, parts, sendings } from "../db/schema.ts";
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
export function freezeAudience(tx: Tx, alike: ToFreeze): Promise<void> {
  const { zoneIds } = alike;
  return freezeWho(tx, alike, {
    phones: sql`select distinct phone from (${reached(zoneIds)}) as reached`,
    others: leftOutNow(zoneIds),
  });
}

/** Its audience is frozen later: until then nobody is added to it. The caller keeps the list of members as it is. */
export async function holdBack(tx: Tx, sendingId: number): Promise<void> {
  await tx.execute(sql`
    insert into barred_at_confirm (sending_id, phone) select ${sendingId}::int, phone from ${barredPhones}`);
}

/** The audience as it was at its confirm, less who has opted out since. */
async function freezeHeldBack(tx: Tx, alike: ToFreeze): Promise<void> {
  const { sendingId, zoneIds } = alike;
  const barred = sql`(
    select b.phone, o.phone is not null or u.phone is null as opted_out from (
      select phone from opt_outs union select phone from barred_at_confirm where sending_id = ${sendingId}
    ) as b left join opt_outs o on o.phone = b.phone left join unusable_phones u on u.phone = b.phone
  )`;
  await freezeWho(tx, alike, {
    phones: sql`select distinct phone from (${reached(zoneIds, barred)}) as reached`,
    others: leftOutNow(zoneIds, barred),
  });
  // Those of a sending that was stopped before are of no use any more.
  await tx.execute(sql`
    delete from barred_at_confirm b using sendings s
    where s.id = b.sending_id and (s.id = ${sendingId} or s.status <> 'sending')`);
}

/** @param who the phones that get it, and the members who don't, with the reason: each member is in one of the two */
async function freezeWho(
  tx: Tx,
  { sendingId, gateway, text, segments }: ToFreeze,
  who: { phones: SQL; others: SQL },
): Promise<void> {
  const { count } = await tx.execute(sql`
    with kept as (
      insert into left_out (sending_id, member_id, reason)
      select ${sendingId}::int, member_id, reason from (${who.others}) as others
    )
    insert into deliveries (sending_id, position, address)
    select ${sendingId}::int, row_number() over (order by phone), phone from (${who.phones}) as reachable`);
  await tx
    .insert(parts)
    .values({ sendingId, part: 1, gateway, text, segments, first: 1, last: count, claimedUpTo: 0 });
  const listVersion = sql`(select version from ${memberList})`;
  await tx.update(sendings).set({ followAt: sql`now()`, listVersion }).where(eq(sendings.id, sendingId));
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

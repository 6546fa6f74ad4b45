// Freezing: an audience becomes one pending delivery for each phone.
import { and, eq, sql } from "drizzle-orm";
import type { Database, Tx } from "../db/open.ts";
import { alerts, barredPhones, members, progress } from "../db/schema.ts";
import { signal } from "../db/signals.ts";
import { inZones, isReachable } from "../members/reach.ts";

/** Turns the audience as it is in this transaction into one pending delivery per phone. */
export async function freezeAudience(tx: Tx, alertId: number, zoneIds: readonly number[]): Promise<void> {
  const { count } = await tx.execute(sql`
    insert into deliveries (alert_id, position, phone)
    select ${alertId}, row_number() over (order by phone), phone from (
      select distinct ${members.phone} as phone from ${members}
      left join ${barredPhones} on ${barredPhones.phone} = ${members.phone}
      where ${inZones(zoneIds)} and ${isReachable}
    ) as reachable`);
  await tx.insert(progress).values({ alertId });
  await tx.update(alerts).set({ frozenAt: sql`now()`, phoneCount: count }).where(eq(alerts.id, alertId));
}

/** Freezes one alert whose audience was too large for its confirm. @returns false where there is none */
export async function freezeNext(db: Database): Promise<boolean> {
  const isFrozen = await db.transaction(async (tx) => {
    const [alert] = await tx
      .select({ id: alerts.id, zoneIds: alerts.zoneIds })
      .from(alerts)
      .where(and(eq(alerts.status, "sending"), sql`${alerts.frozenAt} is null`))
      .orderBy(alerts.confirmedAt)
      .limit(1)
      .for("update", { skipLocked: true });
    if (!alert) return false;
    await freezeAudience(tx, alert.id, alert.zoneIds);
    await signal(tx, { about: "work" });
    return true;
  });
  // Else statements that were planned while the table was small would go on reading all of it.
  if (isFrozen) await db.execute(sql`analyze deliveries`);
  return isFrozen;
}

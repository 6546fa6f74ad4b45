// Finishing: what is too late expires, and what has nothing left to send is over.
import { and, eq, inArray, isNotNull, or, sql } from "drizzle-orm";
import { record } from "../audit/audit.ts";
import type { Database } from "../db/open.ts";
import { alerts, deliveries, deliveryCounts } from "../db/schema.ts";

const hasPending = sql`exists (select from delivery_counts c
  where c.alert_id = ${alerts.id} and c.status = 'pending' and c.count > 0)`;

/**
 * Expires what was not handed over by the deadline, cancels what a Stop left pending, and finishes the
 * alerts that have nothing left to send.
 *
 * @returns whether any alert was under way
 */
export async function finishAlerts(db: Database): Promise<boolean> {
  const open = inArray(alerts.status, ["sending", "halted"]);
  const stopped = eq(alerts.status, "stopped");
  if ((await db.$count(alerts, or(open, and(stopped, hasPending)))) === 0) return false;
  await db.execute(sql`
    update ${deliveries} set status_at = now(), again_at = null,
      status = case when ${stopped} then 'canceled' else 'expired' end::delivery_status
    from ${alerts} where ${alerts.id} = ${deliveries.alertId} and ${deliveries.status} = 'pending'
      and ${hasPending} and (${stopped} or (${open} and ${alerts.deadlineAt} <= now()))`);
  await db.transaction(async (tx) => {
    const isOver = and(
      open,
      isNotNull(alerts.frozenAt),
      sql`not exists (select from delivery_counts c where c.alert_id = ${alerts.id}
        and c.status in ('pending', 'sending') and c.count > 0)`,
    );
    // Locked first, and then looked at again: meanwhile somebody may have had something sent once more.
    const over = await tx
      .select({ id: alerts.id })
      .from(alerts)
      .where(isOver)
      .orderBy(alerts.id)
      .for("no key update");
    const ids = over.map(({ id }) => id);
    const finished = await tx
      .update(alerts)
      .set({ status: "finished", endedAt: sql`now()` })
      .where(and(inArray(alerts.id, ids), isOver))
      .returning({ id: alerts.id });
    for (const { id } of finished) {
      const counts = await tx.select().from(deliveryCounts).where(eq(deliveryCounts.alertId, id));
      const detail = Object.fromEntries(counts.map(({ status, count }) => [status, count]));
      await record(tx, { actor: "system", action: "finished", alertId: id, detail });
    }
  });
  return true;
}

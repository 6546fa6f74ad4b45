// Finishing: what is too late expires, and what has nothing left to send is over.
import { and, eq, inArray, or, sql } from "drizzle-orm";
import { record } from "../audit/audit.ts";
import type { Database } from "../db/open.ts";
import { deliveries, sendings } from "../db/schema.ts";
import { alertOf, sumCounts } from "./columns.ts";

const hasPending = sql`exists (select from delivery_counts c
  where c.sending_id = ${sendings.id} and c.status = 'pending' and c.count > 0)`;

/**
 * Expires what was not handed over by the deadline, cancels what a Stop left pending, and finishes the
 * sendings that have nothing left to send.
 *
 * @returns whether any was under way
 */
export async function finishSendings(db: Database): Promise<boolean> {
  const open = eq(sendings.status, "sending");
  const stopped = eq(sendings.status, "stopped");
  if ((await db.$count(sendings, or(open, and(stopped, hasPending)))) === 0) return false;
  await db.execute(sql`
    update ${deliveries} set status_at = now(), again_at = null,
      status = case when ${stopped} then 'canceled' else 'expired' end::delivery_status
    from ${sendings} where ${sendings.id} = ${deliveries.sendingId} and ${deliveries.status} = 'pending'
      and ${hasPending} and (${stopped} or (${open} and ${sendings.deadlineAt} <= now()))`);
  await db.transaction(async (tx) => {
    const isOver = and(
      open,
      sql`exists (select from parts p where p.sending_id = ${sendings.id})`,
      sql`not exists (select from delivery_counts c where c.sending_id = ${sendings.id}
        and c.status in ('pending', 'sending') and c.count > 0)`,
    );
    // Locked first, and then looked at again: somebody may have pressed Resend in between.
    const over = await tx
      .select({ id: sendings.id })
      .from(sendings)
      .where(isOver)
      .orderBy(sendings.id)
      .for("no key update");
    const ids = over.map(({ id }) => id);
    const finished = await tx
      .update(sendings)
      .set({ status: "finished", endedAt: sql`now()` })
      .where(and(inArray(sendings.id, ids), isOver))
      .returning({ id: sendings.id });
    for (const { id } of finished) {
      const counts = await sumCounts(tx, [id]);
      const detail = Object.fromEntries(counts.map(({ status, count }) => [status, count]));
      await record(tx, { actor: "system", action: "finished", alertId: await alertOf(tx, id), detail });
    }
  });
  return true;
}

// How an alert that is under way is stopped, halted and resumed.
import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import { record } from "../audit/audit.ts";
import type { SlackUser } from "../board/allowlist.ts";
import type { Database, Tx } from "../db/open.ts";
import { alerts, deliveries, deliveryCounts } from "../db/schema.ts";
import { signal } from "../db/signals.ts";
import type { DeliveryRef } from "../gateways/gateway.ts";

/** Of a larger alert a job cancels what is pending: Slack waits only 3 s for an answer. */
const CANCEL_AT_ONCE = 20_000;

/**
 * Stops the alert for good: what is not yet handed over stays here.
 *
 * @returns false where it was over already
 */
export async function stopAlert(tx: Tx, alertId: number, user: SlackUser): Promise<boolean> {
  const stopped = await tx
    .update(alerts)
    .set({ status: "stopped", endedAt: sql`now()`, endedBy: user.userId })
    .where(and(eq(alerts.id, alertId), inArray(alerts.status, ["sending", "halted"])))
    .returning({ phones: alerts.phoneCount, frozenAt: alerts.frozenAt });
  const [alert] = stopped;
  if (!alert) return false;
  const [counted] = await tx
    .select({ pending: deliveryCounts.count })
    .from(deliveryCounts)
    .where(and(eq(deliveryCounts.alertId, alertId), eq(deliveryCounts.status, "pending")));
  const notSent = alert.frozenAt ? (counted?.pending ?? 0) : alert.phones;
  if (notSent <= CANCEL_AT_ONCE) {
    await tx
      .update(deliveries)
      .set({ status: "canceled", statusAt: sql`now()`, againAt: null })
      .where(and(eq(deliveries.alertId, alertId), eq(deliveries.status, "pending")));
  }
  await record(tx, { actor: user, action: "stopped", alertId, detail: { notSent } });
  await signal(tx, { about: "alert", alertId });
  return true;
}

/**
 * The account can't send: nothing more goes out until a person has looked. Nothing pending is lost. What
 * is told of a delivery from before a person resumed the alert is old news.
 */
export async function haltAlert(tx: Tx, { alertId, position }: DeliveryRef, reason: string): Promise<void> {
  const halted = await tx
    .update(alerts)
    .set({ status: "halted", haltReason: reason, probing: false, version: sql`${alerts.version} + 1` })
    .where(and(eq(alerts.id, alertId), eq(alerts.status, "sending"), isSinceResume(alertId, position)))
    .returning({ id: alerts.id });
  if (halted.length === 0) return;
  await record(tx, { actor: "system", action: "halted", alertId, detail: { reason } });
  await signal(tx, { about: "alert", alertId });
}

const isSinceResume = (alertId: number, position: number): SQL => sql`exists (
  select from ${deliveries} where ${deliveries.alertId} = ${alertId} and ${deliveries.position} = ${position}
    and ${deliveries.claimedAt} >= coalesce(${alerts.resumedAt}, '-infinity'))`;

/**
 * Goes on with one text first; the others follow when the provider has taken it.
 *
 * @param version the halt that the person saw; a later one is another decision
 */
export async function resumeAlert(
  tx: Tx,
  alertId: number,
  version: number,
  user: SlackUser,
): Promise<boolean> {
  const resumed = await tx
    .update(alerts)
    .set({ status: "sending", probing: true, haltReason: null, delayReason: null, resumedAt: sql`now()` })
    .where(and(eq(alerts.id, alertId), eq(alerts.status, "halted"), eq(alerts.version, version)))
    .returning({ id: alerts.id });
  if (resumed.length === 0) return false;
  await record(tx, { actor: user, action: "resumed", alertId });
  await signal(tx, { about: "work" });
  return true;
}

/** The probe after Resume was answered: the rest may follow. */
export async function endProbe(db: Database, { alertId, position }: DeliveryRef): Promise<void> {
  await db
    .update(alerts)
    .set({ probing: false })
    .where(and(eq(alerts.id, alertId), isSinceResume(alertId, position)));
}

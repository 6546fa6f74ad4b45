// How a sending that is under way is stopped, halted and resumed.
import { and, eq, exists, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import { type Actor, record } from "../audit/audit.ts";
import { isToldToBoard, RESUME, tellBoard } from "../board/tell.ts";
import type { Database, Db, Tx } from "../db/open.ts";
import { alerts, deliveries, deliveryCounts, parts, sendings } from "../db/schema.ts";
import { signal } from "../db/signals.ts";
import type { DeliveryRef } from "../gateways/gateway.ts";
import { escapeForSlack } from "../text/slack-markup.ts";
import { claimedAt } from "./attempts.ts";
import { alertOf } from "./columns.ts";

/** Of a larger sending a job cancels what is pending: Slack waits only 3 s for an answer. */
const CANCEL_AT_ONCE = 20_000;

/**
 * Stops the alert for good: what is not yet handed over stays here.
 *
 * @returns false if it was over already
 */
export async function stopAlert(tx: Tx, alertId: number, actor: Actor): Promise<boolean> {
  const stoppedBy = typeof actor === "string" ? null : actor.userId;
  const [sending] = await tx
    .update(sendings)
    .set({ status: "stopped", endedAt: sql`now()`, stoppedBy })
    .from(alerts)
    .where(and(eq(alerts.id, alertId), eq(sendings.id, alerts.sendingId), eq(sendings.status, "sending")))
    .returning({ id: sendings.id, phones: alerts.phoneCount });
  if (!sending) return false;
  const notSent = (await countPending(tx, sending.id)) ?? sending.phones;
  if (notSent <= CANCEL_AT_ONCE) {
    await tx
      .update(deliveries)
      .set({ status: "canceled", statusAt: sql`now()`, againAt: null })
      .where(and(eq(deliveries.sendingId, sending.id), eq(deliveries.status, "pending")));
  }
  await record(tx, { actor, action: "stopped", alertId, detail: { notSent } });
  await signal(tx, { about: "sending", sendingId: sending.id });
  return true;
}

/** @returns undefined while it is not frozen yet, so that all of it is pending */
async function countPending(tx: Tx, sendingId: number): Promise<number | undefined> {
  if ((await tx.$count(parts, eq(parts.sendingId, sendingId))) === 0) return undefined;
  const isPending = and(eq(deliveryCounts.sendingId, sendingId), eq(deliveryCounts.status, "pending"));
  const counts = await tx.select({ count: deliveryCounts.count }).from(deliveryCounts).where(isPending);
  return counts.reduce((sum, { count }) => sum + count, 0);
}

/**
 * The account can't send: nothing more of this part goes out until a person has looked. Nothing pending is
 * lost. News of a delivery that was claimed before a person resumed the part is old, and halts nothing.
 *
 * @returns whether this halted it
 */
export async function haltPart(tx: Tx, delivery: DeliveryRef, reason: string): Promise<boolean> {
  const { sendingId } = delivery;
  if (!(await lockUnderWay(tx, sendingId))) return false;
  const halted = await tx
    .update(parts)
    .set({ haltReason: reason, probing: false, halts: sql`${parts.halts} + 1` })
    .where(and(eq(parts.sendingId, sendingId), isNull(parts.haltReason), isOfPartSinceResume(tx, delivery)))
    .returning({ part: parts.part, halts: parts.halts });
  const [halt] = halted;
  if (!halt) return false;
  const alertId = await alertOf(tx, sendingId);
  await record(tx, { actor: "system", action: "halted", alertId, detail: { reason } });
  await tellBoard(tx, {
    ...haltWords(reason),
    key: haltKey(sendingId, halt),
    alertId,
  });
  await signal(tx, { about: "sending", sendingId });
  return true;
}

const haltKey = (sendingId: number, { part, halts }: { part: number; halts: number }): string =>
  `halt ${sendingId} ${part} ${halts}`;

const haltWords = (reason: string) => ({
  text:
    `:warning: *Sending has halted: not everybody has been texted.* ${escapeForSlack(reason)} Nothing that waits is lost. ` +
    "When the cause is mended, press Resume: in the alert's message, or after /alert.",
  alarm:
    `Sending of an alert has halted. ${reason} Nothing that waits is lost. ` +
    'Mend it, then resume: /alert in Slack, or "npm run alerts" on the server.',
});

/** Tells people why the texts of this part wait just now. */
export async function delayPart(
  tx: Tx,
  delivery: DeliveryRef,
  reason: string,
  seconds: number,
): Promise<void> {
  await tx
    .update(parts)
    .set({ delayReason: reason, delayedUntil: sql`now() + make_interval(secs => ${seconds})` })
    .where(isPartOf(tx, delivery));
}

/** Texts of this part go out again. */
export async function endDelay(db: Db, delivery: DeliveryRef): Promise<void> {
  await db.update(parts).set({ delayReason: null, delayedUntil: null }).where(isPartOf(db, delivery));
}

function isPartOf(db: Db, { sendingId, position }: DeliveryRef): SQL | undefined {
  const part = db
    .select({ part: deliveries.part })
    .from(deliveries)
    .where(and(eq(deliveries.sendingId, sendingId), eq(deliveries.position, position)));
  return and(eq(parts.sendingId, sendingId), eq(parts.part, part));
}

/** Locks the sending: a Stop or an end at the same moment comes before this or after it. @returns whether it goes on */
export async function lockUnderWay(tx: Tx, sendingId: number): Promise<boolean> {
  const [sending] = await tx
    .select({ status: sendings.status })
    .from(sendings)
    .where(eq(sendings.id, sendingId))
    .for("share");
  return sending?.status === "sending";
}

const isOfPartSinceResume = (db: Db, delivery: DeliveryRef): SQL => {
  const { sendingId, position } = delivery;
  return exists(
    db
      .select({ position: deliveries.position })
      .from(deliveries)
      .where(
        and(
          eq(deliveries.sendingId, sendingId),
          eq(deliveries.position, position),
          eq(deliveries.part, parts.part),
          sql`${claimedAt(delivery)} >= coalesce(${parts.resumedAt}, '-infinity')`,
        ),
      ),
  );
};

/**
 * Goes on with one text first; the others follow when the provider has taken it.
 *
 * @param halts the number of the halt that the person saw; a later one is another decision
 */
export async function resumeAlert(tx: Tx, alertId: number, halts: number, actor: Actor): Promise<boolean> {
  const [alert] = await tx.select({ sendingId: alerts.sendingId }).from(alerts).where(eq(alerts.id, alertId));
  const sendingId = alert?.sendingId ?? null;
  if (sendingId === null || !(await lockUnderWay(tx, sendingId))) return false;
  const resumed = await tx
    .update(parts)
    .set({ probing: true, haltReason: null, delayReason: null, resumedAt: sql`now()` })
    .where(and(eq(parts.sendingId, sendingId), isNotNull(parts.haltReason), eq(parts.halts, halts)))
    .returning({ part: parts.part, halts: parts.halts });
  const [halt] = resumed;
  if (!halt) return false;
  await record(tx, { actor, action: "resumed", alertId });
  // What the channel was told of the halt still stands there.
  if (await isToldToBoard(tx, haltKey(sendingId, halt))) {
    const who =
      typeof actor === "string" ? "It was resumed at the server" : `<@${actor.userId}> has pressed Resume`;
    const text = `${who}: sending goes on, with one text first.`;
    await tellBoard(tx, { text, key: `${RESUME} ${sendingId} ${halts}`, alertId });
  }
  await signal(tx, { about: "work" });
  return true;
}

/** The probe after Resume was answered: the rest may follow. */
export async function endProbe(db: Database, delivery: DeliveryRef): Promise<void> {
  await db
    .update(parts)
    .set({ probing: false })
    .where(and(eq(parts.sendingId, delivery.sendingId), isOfPartSinceResume(db, delivery)));
}

// A person decides to send again what the provider can't account for, or could not get through.
import { and, eq, inArray, isNotNull, ne, or, sql } from "drizzle-orm";
import { record } from "../audit/audit.ts";
import type { SlackUser } from "../board/allowlist.ts";
import type { Db, Tx } from "../db/open.ts";
import { alerts, deliveries, parts, sendings } from "../db/schema.ts";
import { signal } from "../db/signals.ts";
import type { Gateway } from "../gateways/gateway.ts";
import { sendAgain } from "./attempts.ts";
import { failureCode, isOfAlert } from "./columns.ts";

/** `unknown` may have arrived; `unreached` has not, and may get through now. */
export type Resendable = "unknown" | "unreached";

export type ResendOutcome = { resent: number } | { now: number } | "too late" | "stopped";

/** Which of an alert's deliveries. What failed is worth another try where the gateway says that it may pass. */
const which = {
  unknown: async () => eq(deliveries.status, "unknown"),
  unreached: async (db: Db, alertId: number, { explain }: Pick<Gateway, "explain">) => {
    const failed = and(isOfAlert(alertId), deliveries.isNotReached, isUnreached);
    const codes = await db.selectDistinct({ code: failureCode }).from(deliveries).where(failed);
    const passing = codes.map((each) => each.code).filter((each) => each !== null && explain(each).mayPass);
    return and(isUnreached, inArray(failureCode, passing));
  },
} satisfies Record<Resendable, unknown>;

const isUnreached = inArray(deliveries.status, ["undelivered", "failed", "rejected"]);

export type ToResend = {
  alertId: number;
  what: Resendable;
  /** How many the person was told that it would be. */
  said: number;
  user: SlackUser;
};

/**
 * Resends only what a person was told about, each as a new attempt. Nothing is resent once the alert is stale.
 *
 * @returns `now`, and nothing was done, if it would be another number than was said
 */
export async function resend(
  tx: Tx,
  gateway: Pick<Gateway, "explain">,
  { alertId, what, said, user }: ToResend,
): Promise<ResendOutcome> {
  const [sending] = await tx
    .select({
      id: sendings.id,
      status: sendings.status,
      isCurrent: sql<boolean>`${sendings.deadlineAt} > now()`,
    })
    .from(sendings)
    .innerJoin(alerts, eq(alerts.sendingId, sendings.id))
    .where(eq(alerts.id, alertId))
    .for("update", { of: sendings });
  if (!sending?.isCurrent) return "too late";
  if (sending.status === "stopped") return "stopped";
  const isAgain = await isResendable(tx, alertId, gateway, what);
  const now = await tx.$count(deliveries, isAgain);
  if (now !== said) return { now };
  const resent = await sendAgain(tx, sql`${isAgain}`);
  if (resent === 0) return { resent: 0 };
  if (sending.status === "finished") {
    await tx.update(sendings).set({ status: "sending", endedAt: null }).where(eq(sendings.id, sending.id));
    // A halt that it ended with is no longer a question: this press is the answer.
    await tx.update(parts).set({ haltReason: null }).where(eq(parts.sendingId, sending.id));
  }
  await record(tx, { actor: user, action: "resent", alertId, detail: { what, phones: resent } });
  await signal(tx, { about: "work" });
  return { resent };
}

/** How many could be resent now. @param naming positions that are being told about just now */
export async function countResendable(
  db: Db,
  alertId: number,
  gateway: Pick<Gateway, "explain">,
  naming: readonly number[] = [],
): Promise<Record<Resendable, number>> {
  const count = async (what: Resendable) =>
    db.$count(deliveries, await isResendable(db, alertId, gateway, what, naming));
  return { unknown: await count("unknown"), unreached: await count("unreached") };
}

async function isResendable(
  db: Db,
  alertId: number,
  gateway: Pick<Gateway, "explain">,
  what: Resendable,
  naming: readonly number[] = [],
) {
  const isNaming = sql`${deliveries.position} in (
    select value::int from jsonb_array_elements(${JSON.stringify(naming)}::jsonb))`;
  const isTold = or(isNotNull(deliveries.failureNamedAt), isNaming);
  return and(
    isOfAlert(alertId),
    deliveries.isNotReached,
    isTold,
    ne(deliveries.address, ""),
    await which[what](db, alertId, gateway),
  );
}

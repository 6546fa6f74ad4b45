// A person decides to send again what the provider can't account for, or could not get through.
import { and, eq, inArray, isNotNull, type SQL, sql } from "drizzle-orm";
import { record } from "../audit/audit.ts";
import type { SlackUser } from "../board/allowlist.ts";
import type { Database, Tx } from "../db/open.ts";
import { alerts, deliveries } from "../db/schema.ts";
import { signal } from "../db/signals.ts";
import { WORTH_ANOTHER_TRY } from "../gateways/codes.ts";

/** `unknown` may have arrived; `unreached` has not, and may get through now. */
export type Resendable = "unknown" | "unreached";

export type ResendOutcome = { resent: number } | "too late" | "stopped";

const which: Record<Resendable, SQL | undefined> = {
  unknown: eq(deliveries.status, "unknown"),
  unreached: and(
    inArray(deliveries.status, ["undelivered", "failed"]),
    inArray(deliveries.errorCode, WORTH_ANOTHER_TRY),
  ),
};

/** Only those that a person was told of; a new attempt each. Nothing is resent once the alert is stale. */
export async function resend(
  tx: Tx,
  alertId: number,
  what: Resendable,
  user: SlackUser,
): Promise<ResendOutcome> {
  const [alert] = await tx
    .select({ status: alerts.status, isCurrent: sql<boolean>`${alerts.deadlineAt} > now()` })
    .from(alerts)
    .where(eq(alerts.id, alertId))
    .for("update");
  if (!alert?.isCurrent) return "too late";
  if (alert.status === "stopped") return "stopped";
  const again = await tx
    .update(deliveries)
    .set({
      status: "pending",
      attempt: sql`${deliveries.attempt} + 1`,
      statusAt: sql`now()`,
      againAt: sql`now()`,
      askAt: null,
      errorCode: null,
      failureNamedAt: null,
      // What comes of the new attempt is known by a message of its own.
      messageSid: null,
      acceptedAt: null,
    })
    .where(
      and(
        eq(deliveries.alertId, alertId),
        deliveries.isNotReached,
        isNotNull(deliveries.failureNamedAt),
        which[what],
      ),
    )
    .returning({ position: deliveries.position });
  if (again.length === 0) return { resent: 0 };
  if (alert.status === "finished") {
    await tx.update(alerts).set({ status: "sending", endedAt: null }).where(eq(alerts.id, alertId));
  }
  await record(tx, { actor: user, action: "resent", alertId, detail: { what, phones: again.length } });
  await signal(tx, { about: "work" });
  return { resent: again.length };
}

/** How many could be resent now. */
export async function countResendable(db: Database, alertId: number): Promise<Record<Resendable, number>> {
  const count = (what: Resendable) =>
    db.$count(deliveries, and(eq(deliveries.alertId, alertId), deliveries.isNotReached, which[what]));
  return { unknown: await count("unknown"), unreached: await count("unreached") };
}

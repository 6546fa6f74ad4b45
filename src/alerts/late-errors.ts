// Errors that the provider tells of a message that it had taken: some say more than that it failed.
import { and, eq, notExists, sql } from "drizzle-orm";
import type { Database } from "../db/open.ts";
import { auditEntries, deliveries } from "../db/schema.ts";
import { optOut } from "../opt-outs/opt-outs.ts";
import { faultOf, wordsFor } from "../sms/error-codes.ts";
import { haltAlert } from "./lifecycle.ts";
import type { DeliveryRef } from "./provider-reports.ts";

/** The account can't send: the alert halts. The member opted out: so he did. Whether called back or asked. */
export async function actUponLateError(
  db: Database,
  delivery: DeliveryRef,
  errorCode: number,
): Promise<void> {
  const { alertId, position } = delivery;
  const fault = faultOf(errorCode);
  if (fault !== "account" && fault !== "opted out") return;
  await db.transaction(async (tx) => {
    if (fault === "account") {
      await haltAlert(tx, delivery, `Twilio says: ${wordsFor(errorCode)} (${errorCode}).`);
      return;
    }
    // Who has opted in again since then: that is old news.
    const optedIn = tx
      .select()
      .from(auditEntries)
      .where(
        sql`${auditEntries.action} = 'opted in' and ${auditEntries.at} >= ${deliveries.claimedAt}
          and ${auditEntries.detail} ->> 'phone' = ${deliveries.phone}`,
      );
    const found = await tx
      .select({ phone: deliveries.phone })
      .from(deliveries)
      .where(and(eq(deliveries.alertId, alertId), eq(deliveries.position, position), notExists(optedIn)));
    for (const { phone } of found) await optOut(tx, phone, "provider", "system");
  });
}

// Errors that the provider tells of a message that it had taken: some say more than that it failed.
import { and, eq, gte, inArray, notExists } from "drizzle-orm";
import type { Database } from "../db/open.ts";
import { deliveries, inboundTexts } from "../db/schema.ts";
import { START } from "../opt-outs/keywords.ts";
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
    // Who has asked for texts since then: that is old news.
    const asked = tx
      .select()
      .from(inboundTexts)
      .where(
        and(
          eq(inboundTexts.phone, deliveries.phone),
          gte(inboundTexts.receivedAt, deliveries.claimedAt),
          inArray(inboundTexts.keyword, [...START]),
        ),
      );
    const found = await tx
      .select({ phone: deliveries.phone })
      .from(deliveries)
      .where(and(eq(deliveries.alertId, alertId), eq(deliveries.position, position), notExists(asked)));
    for (const { phone } of found) await optOut(tx, phone, "provider", "system");
  });
}

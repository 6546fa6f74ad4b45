// How time passes in a story, without anybody having to wait.
import { eq, isNull, sql } from "drizzle-orm";
import type { Connection } from "../../../src/db/open.ts";
import { alerts, claims, deliveries, homes, inboundTexts, sendings } from "../../../src/db/schema.ts";
import { eventually } from "../eventually.ts";
import { letPass, wakeJobs } from "../time.ts";

export function createTime(connection: Connection) {
  const { db } = connection;
  const wake = () => wakeJobs(connection);

  return {
    wakeJobs: wake,
    letPass: (time: string) => letPass(connection, time),
    async letPassSinceReview(time: string): Promise<void> {
      // What had been kept before the review still was.
      await db.execute(sql`update opt_outs set kept_at = kept_at - ${time}::text::interval
        where kept_at < (select max(reviewed_at) from alerts)`);
      await db.update(alerts).set({ reviewedAt: sql`${alerts.reviewedAt} - ${time}::text::interval` });
    },
    async letPassSinceConfirm(time: string): Promise<void> {
      await db.update(alerts).set({ confirmedAt: sql`${alerts.confirmedAt} - ${time}::text::interval` });
    },
    /** As if all alerts had ended this much earlier, once they have: the last message may say it sooner. */
    async letPassSinceEnd(time: string): Promise<void> {
      const areEnded = async () => (await db.$count(sendings, isNull(sendings.endedAt))) === 0;
      await eventually(areEnded, "every alert to end");
      await db.update(sendings).set({ endedAt: sql`${sendings.endedAt} - ${time}::text::interval` });
    },
    /** From now on it is too late for what was not handed over. */
    async letDeadlinePass(): Promise<void> {
      await db.update(sendings).set({ deadlineAt: sql`now()` });
      await wake();
    },
    /** As if everybody had looked at their Home a while ago, and what members wrote had come before that. */
    async letVisitsPass(): Promise<void> {
      await db.update(homes).set({ openedAt: sql`${homes.openedAt} - interval '20 minutes'` });
      await db
        .update(inboundTexts)
        .set({ receivedAt: sql`${inboundTexts.receivedAt} - interval '30 minutes'` });
    },
    /** As if it had been a while since anybody tried to publish a Home. */
    async letHomeTurnsPass(): Promise<void> {
      await db.update(homes).set({ turnAt: sql`${homes.turnAt} - interval '1 minute'` });
      await wake();
    },
    /** As if whoever claimed this phone's delivery had taken too long to hand it over. */
    async letLeaseEnd(phone: string): Promise<void> {
      await db.update(deliveries).set({ leaseUntil: sql`now()` }).where(eq(deliveries.address, phone));
      await db.update(claims).set({ leaseUntil: sql`now()` });
      await wake();
    },
  };
}

// How time passes in a story, without anybody having to wait.
import { eq, isNull, sql } from "drizzle-orm";
import type { Connection } from "../../../src/db/open.ts";
import { alerts, claims, deliveries, sendings } from "../../../src/db/schema.ts";
import { signal } from "../../../src/db/signals.ts";
import { eventually } from "../eventually.ts";
import { shiftTime } from "../time.ts";

export function createTime({ db, client }: Connection) {
  /** Has the jobs look again, as a signal between instances does. */
  const wakeJobs = () => db.transaction((tx) => signal(tx, { about: "work" }));

  return {
    wakeJobs,
    /** As if this much time had passed since everything that was sent, claimed, asked or tried. */
    async letPass(time: string): Promise<void> {
      await shiftTime(client, time);
      await wakeJobs();
    },
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
      await wakeJobs();
    },
    /** As if whoever claimed this phone's delivery had taken too long to hand it over. */
    async letLeaseEnd(phone: string): Promise<void> {
      await db.update(deliveries).set({ leaseUntil: sql`now()` }).where(eq(deliveries.address, phone));
      await db.update(claims).set({ leaseUntil: sql`now()` });
      await wakeJobs();
    },
  };
}

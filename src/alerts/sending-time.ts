// How long an alert takes until its last text is handed over, behind what goes before it.
import { and, asc, eq, gt, lte, sql } from "drizzle-orm";
import type { Settings } from "../config.ts";
import type { Reader } from "../db/open.ts";
import { type AlertKind, alerts, sendings } from "../db/schema.ts";

/** What is not handed over by then is stale news, and expires. */
export const DEADLINE_HOURS = 4;

/** Emergencies go before all others. */
export const RANKS: Record<AlertKind, number> = { emergency: 0, service: 2, meeting: 2, other: 2 };

/** What another alert still has to send, and how long it may. */
export type Ahead = { segments: number; secondsLeft: number };

/** What would go before a new alert of this kind, in its order. What has halted holds up nobody. */
function listAhead(db: Reader, kind: AlertKind): Promise<Ahead[]> {
  const waiting = sql`(
    select coalesce(sum(c.count * p.segments) filter (where p.halt_reason is null), 0) from parts p
    left join delivery_counts c on c.sending_id = p.sending_id and c.part = p.part and c.status = 'pending'
    where p.sending_id = ${sendings.id} having count(*) > 0)`;
  return db
    .select({
      // While it is not frozen, all of it waits.
      segments: sql<number>`coalesce(${waiting}, ${alerts.phoneCount} * ${alerts.segments}, 0)::float8`,
      secondsLeft: sql<number>`extract(epoch from ${sendings.deadlineAt} - now())::float8`,
    })
    .from(sendings)
    .leftJoin(alerts, eq(alerts.sendingId, sendings.id))
    .where(
      and(
        eq(sendings.status, "sending"),
        lte(sendings.rank, RANKS[kind]),
        gt(sendings.deadlineAt, sql`now()`),
      ),
    )
    .orderBy(asc(sendings.rank), asc(sendings.readyAt));
}

/** How long this alert would take now. @param segments of one text */
export async function readSendingTime(
  db: Reader,
  { kind, segments, phones }: { kind: AlertKind; segments: number; phones: number },
  { segmentsPerSecond }: Pick<Settings, "segmentsPerSecond">,
): Promise<SendingTime> {
  return timeToSend(await listAhead(db, kind), { segments: segments * phones, segmentsPerSecond });
}

export type SendingTime = {
  /** Until its first text. */
  wait: number;
  /** Until its last text. */
  seconds: number;
};

/** @param segments of all its texts together */
export function timeToSend(
  ahead: readonly Ahead[],
  { segments, segmentsPerSecond }: { segments: number; segmentsPerSecond: number },
): SendingTime {
  // What another can't send before its own deadline expires, and takes no time.
  const wait = ahead.reduce(
    (at, other) => Math.min(at + other.segments / segmentsPerSecond, Math.max(at, other.secondsLeft)),
    0,
  );
  return { wait, seconds: wait + segments / segmentsPerSecond };
}

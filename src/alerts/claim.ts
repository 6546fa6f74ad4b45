// Claiming: some pending deliveries become this instance's to hand over, for as long as the lease lasts.
import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import type { Database, Db } from "../db/open.ts";
import { alerts, deliveries, pace } from "../db/schema.ts";

/** Longer than the HTTP time limit, so that a request's end is always known within its lease. */
export const LEASE_SECONDS = 60;

export type ClaimedDelivery = {
  alertId: number;
  position: number;
  attempt: number;
  phone: string;
  text: string;
  /** Seconds until the alert is stale. */
  validity: number;
  /** The first after Resume: the others wait for its answer. */
  isProbe: boolean;
};

export type ClaimOptions = { limit: number; segmentsPerSecond: number };

export type Claim = {
  deliveries: ClaimedDelivery[];
  /** Milliseconds until the pace allows more; null where there is nothing to claim now. */
  nextIn: number | null;
};

/** Between two claims, where the pace is what limits them: small steps, but not a claim for each text. */
const PACED_STEP_MS = 100;

/**
 * Claims deliveries of the alert that goes first (emergencies, then the oldest) as far as the pace allows.
 * Phones that opted out are skipped for good. Locks are taken by statements of their own, so that the
 * last one, which reads the opt-outs, sees every STOP that was committed before it.
 */
export function claimDeliveries(db: Database, options: ClaimOptions): Promise<Claim> {
  return db.transaction(async (tx) => {
    const tokens = await refillPace(tx, options.segmentsPerSecond);
    const [alert] = await tx
      .select({
        id: alerts.id,
        text: alerts.text,
        segments: alerts.segments,
        probing: alerts.probing,
        validity: sql<number>`greatest(1, extract(epoch from ${alerts.deadlineAt} - now()))::int`,
      })
      .from(alerts)
      .where(
        and(eq(alerts.status, "sending"), isNotNull(alerts.frozenAt), sql`deadline_at > now()`, isClaimable),
      )
      .orderBy(desc(sql`${alerts.kind} = 'emergency'`), alerts.confirmedAt)
      .limit(1)
      .for("share");
    if (!alert) return { deliveries: [], nextIn: null };
    const wait = (debt: number) => Math.max(PACED_STEP_MS, (-debt / options.segmentsPerSecond) * 1000);
    if (tokens <= 0) return { deliveries: [], nextIn: wait(tokens) };

    // The last of them may overdraw the pace, and is paid back before the next claim.
    const affordable = Math.ceil(tokens / alert.segments);
    const limit = alert.probing ? 1 : Math.min(options.limit, affordable);
    const { claimed, sending } = await claimOf(tx, alert, limit);
    const left = tokens - sending.length * alert.segments;
    await tx.update(pace).set({ tokens: left });
    const isPaced = claimed === limit && limit === affordable;
    return { deliveries: sending, nextIn: isPaced ? wait(left) : claimed > 0 ? 0 : null };
  });
}

/** An alert with something pending that is due; while it probes, with nothing else under way. */
const isClaimable = sql`
  exists (select from ${deliveries} where ${deliveries.alertId} = ${alerts.id}
    and ${deliveries.status} = 'pending' and ${deliveries.dueAt} <= now())
  and not (${alerts.probing} and exists (select from ${deliveries}
    where ${deliveries.alertId} = ${alerts.id} and ${deliveries.status} = 'sending'
      and ${deliveries.leaseUntil} > now()))`;

/** One token is one segment. The row's lock makes the claims of all instances take turns. */
async function refillPace(tx: Db, segmentsPerSecond: number): Promise<number> {
  // What an idle quarter of a second would have carried may be caught up; never more at once.
  const most = Math.max(1, segmentsPerSecond / 4);
  const elapsed = sql`greatest(0, extract(epoch from now() - ${pace.refilledAt})::float8)`;
  const [row] = await tx
    .update(pace)
    .set({
      tokens: sql`least(${most}::float8, ${pace.tokens} + ${elapsed} * ${segmentsPerSecond}::float8)`,
      refilledAt: sql`greatest(now(), ${pace.refilledAt})`,
    })
    .returning({ tokens: pace.tokens });
  if (!row) throw new Error("The table `pace` has lost its row; run the migrations.");
  return row.tokens;
}

async function claimOf(
  tx: Db,
  alert: { id: number; text: string; probing: boolean; validity: number },
  limit: number,
): Promise<{ claimed: number; sending: ClaimedDelivery[] }> {
  type Row = { position: number; attempt: number; phone: string; skipped: boolean };
  // Those never tried go first: after Resume the probe is not the very number that was refused.
  const rows = await tx.execute<Row>(sql`
    with due as materialized (
      select d.alert_id, d.position,
        exists (select from opt_outs where opt_outs.phone = d.phone) as opted_out
      from deliveries d
      where d.alert_id = ${alert.id} and d.status = 'pending' and d.due_at <= now()
      order by d.attempt, d.position limit ${limit}
      for update of d skip locked
    )
    update deliveries d set
      status = case when due.opted_out then 'skipped' else 'sending' end::delivery_status,
      attempt = d.attempt + (not due.opted_out)::int,
      claimed_at = case when due.opted_out then d.claimed_at else now() end,
      lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
      due_at = now() + make_interval(secs => ${LEASE_SECONDS}),
      status_at = now()
    from due where d.alert_id = due.alert_id and d.position = due.position
    returning d.position, d.attempt, d.phone, due.opted_out as skipped`);
  const sending = rows
    .filter(({ skipped }) => !skipped)
    .map(({ position, attempt, phone }) => ({
      alertId: alert.id,
      position,
      attempt,
      phone,
      text: alert.text,
      validity: alert.validity,
      isProbe: alert.probing,
    }));
  return { claimed: rows.length, sending };
}

// Claiming: some pending deliveries become this instance's to hand over, for as long as the lease lasts.
import { and, desc, eq, sql } from "drizzle-orm";
import type { Database, Db } from "../db/open.ts";
import { alerts, claims, deliveries, pace, progress } from "../db/schema.ts";

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
    // Sent together, and done one after the other: a claim that waits for every answer is late at full speed.
    const refilled = refillPace(tx, options.segmentsPerSecond);
    const found = tx
      .select({
        id: alerts.id,
        text: alerts.text,
        segments: alerts.segments,
        probing: alerts.probing,
        phoneCount: alerts.phoneCount,
        isFresh: sql<boolean>`${hasUnclaimed}`,
        claimedUpTo: progress.claimedUpTo,
        validity: sql<number>`greatest(1, extract(epoch from ${alerts.deadlineAt} - now()))::int`,
      })
      .from(alerts)
      .innerJoin(progress, eq(progress.alertId, alerts.id))
      .where(and(eq(alerts.status, "sending"), sql`deadline_at > now()`, isClaimable))
      .orderBy(desc(sql`${alerts.kind} = 'emergency'`), alerts.confirmedAt)
      .limit(1)
      .for("share", { of: alerts });
    const [tokens, [alert]] = await Promise.all([refilled, found]);
    if (!alert) return { deliveries: [], nextIn: null };
    const wait = (debt: number) => Math.max(PACED_STEP_MS, (-debt / options.segmentsPerSecond) * 1000);
    if (tokens <= 0) return { deliveries: [], nextIn: wait(tokens) };

    // The last of them may overdraw the pace, and is paid back before the next claim.
    const affordable = Math.ceil(tokens / alert.segments);
    const limit = alert.probing ? 1 : Math.min(options.limit, affordable);
    const { claimed, sending } = await claimOf(tx, alert, limit);
    const left = tokens - sending.length * alert.segments;
    const isPaced = claimed === limit && limit === affordable;
    return { deliveries: sending, nextIn: isPaced ? wait(left) : claimed > 0 || alert.isFresh ? 0 : null };
  });
}

/** Those behind the cursor were claimed once; whatever waits again among them says so. */
const hasUnclaimed = sql`${progress.claimedUpTo} < ${alerts.phoneCount}`;

/** An alert with something pending that is due; while it probes, with nothing else under way. */
const isClaimable = sql`
  (${hasUnclaimed} or exists (select from ${deliveries}
    where ${deliveries.alertId} = ${alerts.id} and ${deliveries.againAt} <= now()))
  and not (${alerts.probing} and exists (select from ${claims} join ${deliveries}
    on ${deliveries.alertId} = ${claims.alertId} and ${deliveries.position} = any (${claims.positions})
    where ${claims.alertId} = ${alerts.id} and ${deliveries.status} = 'sending' and ${deliveries.leaseUntil} > now()))`;

/** One token is one segment. The row's lock makes the claims of all instances take turns. */
async function refillPace(tx: Db, segmentsPerSecond: number): Promise<number> {
  // What an idle quarter of a second would have carried may be caught up; never more at once.
  const most = Math.max(1, segmentsPerSecond / 4);
  const elapsed = sql`greatest(0, extract(epoch from now() - ${pace.refilledAt})::float8)`;
  const [row] = await tx
    .update(pace)
    .set({
      tokens: sql`least(${most}::float8, ${pace.tokens} + ${elapsed} * ${segmentsPerSecond}::float8)`,
      // A clock that was set back by more must not stop the sending until it is there again.
      refilledAt: sql`case when ${pace.refilledAt} > now() + interval '10 seconds' then now()
        else greatest(now(), ${pace.refilledAt}) end`,
    })
    .returning({ tokens: pace.tokens });
  if (!row) throw new Error("The table `pace` has lost its row; run the migrations.");
  return row.tokens;
}

type ToClaim = {
  id: number;
  text: string;
  segments: number;
  probing: boolean;
  phoneCount: number;
  isFresh: boolean;
  claimedUpTo: number;
  validity: number;
};

async function claimOf(
  tx: Db,
  alert: ToClaim,
  limit: number,
): Promise<{ claimed: number; sending: ClaimedDelivery[] }> {
  type Row = { position: number; attempt: number; phone: string; skipped: boolean };
  // Those never tried go first: after Resume the probe is not the very number that was refused. Nobody
  // else claims meanwhile, and a row that is locked is waited for: the cursor must not pass it by.
  const upTo = Math.min(alert.claimedUpTo + limit, alert.phoneCount);
  const next = alert.isFresh
    ? sql`d.position > ${alert.claimedUpTo} and d.position <= ${upTo} and d.again_at is null order by d.position`
    : sql`d.again_at <= now() order by d.again_at limit ${limit}`;
  const rows = await tx.execute<Row>(sql`
    with due as materialized (
      select d.alert_id, d.position,
        exists (select from opt_outs where opt_outs.phone = d.phone) as opted_out
      from deliveries d
      where d.alert_id = ${alert.id} and d.status = 'pending' and ${next}
      for update of d
    ), claimed as (
      update deliveries d set
        status = case when due.opted_out then 'skipped' else 'sending' end::delivery_status,
        attempt = d.attempt + (not due.opted_out)::int,
        again_at = null,
        claimed_at = case when due.opted_out then d.claimed_at else now() end,
        lease_until = now() + make_interval(secs => ${LEASE_SECONDS}),
        status_at = now()
      from due where d.alert_id = due.alert_id and d.position = due.position
      returning d.position, d.attempt, d.phone, due.opted_out as skipped
    ), leased as (
      insert into claims (alert_id, positions, lease_until)
      select ${alert.id}, array_agg(position), now() + make_interval(secs => ${LEASE_SECONDS})
      from claimed where not skipped having count(*) > 0
    ), moved as (
      update progress set claimed_up_to = ${upTo} where alert_id = ${alert.id} and ${alert.isFresh}
    ), paid as (
      update pace set tokens = tokens - ${alert.segments} * (select count(*) from claimed where not skipped)
    )
    select * from claimed order by position`);
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

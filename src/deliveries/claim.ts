// Claiming: some pending deliveries become this instance's to hand over, for as long as the lease lasts.
import { sql } from "drizzle-orm";
import type { Database } from "../db/open.ts";

/** What an idle moment of this length would have carried may be caught up, and as much may wait to leave. */
export const CATCH_UP_SECONDS = 0.05;

/** Longer than the HTTP time limit, so that a request's end is always known within its lease. */
export const LEASE_SECONDS = 60;

export type ClaimedDelivery = {
  sendingId: number;
  position: number;
  attempt: number;
  address: string;
  /** Why the provider refused it before, where it was held for that. */
  code: string | null;
  text: string;
  /** Seconds until it is stale. */
  validity: number;
  /** The first after Resume: the others wait for its answer. */
  isProbe: boolean;
};

/** Enough of one to hand it back. */
export type LostDelivery = Pick<ClaimedDelivery, "sendingId" | "position" | "attempt" | "code">;

export type ClaimOptions = {
  /** The gateway that they are handed over to. */
  gateway: string;
  limit: number;
  segmentsPerSecond: number;
};

export type Claim = {
  deliveries: ClaimedDelivery[];
  /** Milliseconds, from when it was asked for, until the pace allows more; null where there is nothing to claim now. */
  nextIn: number | null;
};

/**
 * Between two claims, where the pace is what limits them: small steps, but not a claim for each text. A claim
 * that takes longer than may be caught up, on a far or slow database, costs pace.
 */
const PACED_STEP_MS = 25;

/** What db/functions/claim_deliveries.sql says. */
type Answer = {
  sendingId: number;
  text: string;
  validity: number;
  isProbe: boolean;
  deliveries: Pick<ClaimedDelivery, "position" | "attempt" | "address" | "code">[];
  /** Segments that the pace still allows; below zero a debt. */
  tokensLeft: number;
  /** The pace, and nothing else, is why there are no more of them. */
  isPaced: boolean;
  mayHaveMore: boolean;
};

/**
 * Claims deliveries of the part that goes first (emergencies, then the oldest) as far as the pace allows.
 * Phones that opted out are skipped for good.
 *
 * @param id a UUID of the caller's own, a new one for each claim
 */
export async function claimDeliveries(
  db: Database,
  id: string,
  { gateway, limit, segmentsPerSecond }: ClaimOptions,
): Promise<Claim> {
  const [row] = await db.execute<{ answer: Answer | null }>(sql`
    select claim_deliveries(
      ${id}, ${gateway}, ${limit}, ${segmentsPerSecond}, ${CATCH_UP_SECONDS}, make_interval(secs => ${LEASE_SECONDS})) as answer`);
  if (!row?.answer) return { deliveries: [], nextIn: null };
  const { sendingId, text, validity, isProbe, deliveries, tokensLeft, isPaced, mayHaveMore } = row.answer;
  const untilPaid = Math.max(PACED_STEP_MS, (-tokensLeft / segmentsPerSecond) * 1000);
  return {
    deliveries: deliveries.map((delivery) => ({ ...delivery, sendingId, text, validity, isProbe })),
    nextIn: isPaced ? untilPaid : mayHaveMore ? 0 : null,
  };
}

/**
 * What a claim got whose answer never came, and so nobody has handed over. Should the claim still be on
 * its way, it gets nothing any more.
 */
export async function findLostClaim(db: Database, id: string): Promise<LostDelivery[]> {
  // Waits for a claim that is being made; one that comes only now finds its id taken.
  await db.execute(sql`
    insert into claims (id, sending_id, positions, lease_until)
    values (${id}, 0, '{}', now()) on conflict do nothing`);
  return await db.execute<LostDelivery>(sql`
    select d.sending_id as "sendingId", d.position, d.attempt, coalesce(d.code, d.error_code::text) as code from claims c
    join deliveries d on d.sending_id = c.sending_id and d.position = any (c.positions)
    where c.id = ${id} and d.status = 'sending' order by d.position`);
}

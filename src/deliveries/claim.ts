// Claiming: some pending deliveries become this instance's to hand over, for as long as their lease lasts. First
// the claim itself, then the claimer, which decides when to claim and how many.
import { randomUUID } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/open.ts";
import type { AlertKind } from "../db/schema.ts";
import { REQUEST_SECONDS } from "../gateways/gateway.ts";
import type { Log } from "../log.ts";

/** At most what this much idle time would have carried may be caught up, and as much may wait to leave. */
const CATCH_UP_SECONDS = 0.05;

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
  kind: AlertKind;
  /** Seconds until it is stale. */
  validity: number;
  /** The first after Resume: the others wait for its answer. */
  isProbe: boolean;
};

/** What it takes to hand one back. */
type DeliveryToHandBack = Pick<ClaimedDelivery, "sendingId" | "position" | "attempt" | "code">;

export type ClaimOptions = {
  /** The gateway that they are handed over to. */
  gateway: string;
  limit: number;
  segmentsPerSecond: number;
};

export type Claim = {
  deliveries: ClaimedDelivery[];
  /** Milliseconds, from when it was asked for, until the pace allows more; null if there is nothing to claim now. */
  nextIn: number | null;
};

/**
 * Between two claims, where the pace limits them: small steps, but not a claim for each text. On a far or slow
 * database, a claim that takes longer than can be caught up costs pace.
 */
const PACED_STEP_MS = 25;

/** What db/functions/claim_deliveries.sql returns. */
type ClaimResult = {
  sendingId: number;
  text: string;
  kind: AlertKind;
  validity: number;
  isProbe: boolean;
  deliveries: Pick<ClaimedDelivery, "position" | "attempt" | "address" | "code">[];
  /** Segments that the pace still allows; below zero a debt. */
  tokensLeft: number;
  /** There are no more of them only because of the pace. */
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
  const [row] = await db.execute<{ result: ClaimResult | null }>(sql`
    select claim_deliveries(
      ${id}, ${gateway}, ${limit}, ${segmentsPerSecond}, ${CATCH_UP_SECONDS}, make_interval(secs => ${LEASE_SECONDS})) as result`);
  if (!row?.result) return { deliveries: [], nextIn: null };
  const { sendingId, text, kind, validity, isProbe, deliveries, tokensLeft, isPaced, mayHaveMore } =
    row.result;
  const untilPaid = Math.max(PACED_STEP_MS, (-tokensLeft / segmentsPerSecond) * 1000);
  return {
    deliveries: deliveries.map((delivery) => ({ ...delivery, sendingId, text, kind, validity, isProbe })),
    nextIn: isPaced ? untilPaid : mayHaveMore ? 0 : null,
  };
}

/**
 * What a claim got whose answer never came: nobody has handed it over. If the claim is still on its way, it will
 * get nothing.
 */
async function findLostClaim(db: Database, id: string): Promise<DeliveryToHandBack[]> {
  // Waits for a claim that is being made; one that comes later finds its id taken.
  await db.execute(sql`
    insert into claims (id, sending_id, positions, lease_until)
    values (${id}, 0, '{}', now()) on conflict do nothing`);
  return await db.execute<DeliveryToHandBack>(sql`
    select d.sending_id as "sendingId", d.position, d.attempt, coalesce(d.code, d.error_code::text) as code from claims c
    join deliveries d on d.sending_id = c.sending_id and d.position = any (c.positions)
    where c.id = ${id} and d.status = 'sending' order by d.position`);
}

/** What leaves later might outlive its lease. */
const LEAVE_WITHIN_MS = (LEASE_SECONDS - REQUEST_SECONDS - 1) * 1000;
/** However slow the pace: a connection that hangs must not hold up the others. */
const LEAST_AHEAD = 10;

/** One that waits to be handed over, and until when it may leave, by the monotonic clock. */
export type Claimed = { delivery: ClaimedDelivery; leaveBy: number };

type Matches = (delivery: ClaimedDelivery) => boolean;

export type Claimer = {
  /** Claims more, where it is time to. */
  claim(): void;
  /** The same, where a claim waits for what is under way to end. */
  claimIfDue(): void;
  /** The next to be handed over. */
  take(): Claimed | undefined;
  /** Hands back those that match, of what is claimed and not yet handed over. */
  release(matches: Matches): void;
  /** Sets the one time at which we are woken. It replaces the one that was set before. */
  wakeIn(milliseconds: number): void;
  /** Hands back everything. */
  stop(): Promise<void>;
};

export type ClaimerOptions = Pick<ClaimOptions, "gateway"> & {
  db: Database;
  /** The pace just now. */
  segmentsPerSecond: () => number;
  log: Log;
  clock: Clock;
  maxInFlight: number;
  /** Aborted as soon as we stop. */
  stopping: AbortSignal;
  /** How many of the requests in flight have sent nothing so far. */
  notLeft: () => number;
  /** All that has been handed over, or handed back, and is not yet recorded. */
  underWay: () => number;
  /** Nothing is to be claimed just now. */
  isOnHold: () => boolean;
  /** Returns a delivery that was claimed and not handed over: the next claim may have it. */
  handBack: (delivery: DeliveryToHandBack) => void;
  /** There may be some to take. */
  onClaimed: () => void;
  wake: () => void;
};

export function createClaimer(options: ClaimerOptions): Claimer {
  const { db, gateway, log, clock, maxInFlight, stopping } = options;
  const { notLeft, underWay, isOnHold, handBack, onClaimed, wake } = options;
  const queue: Claimed[] = [];
  /** What was released while a claim was on its way: it counts for what that claim brings, too. */
  const released: Matches[] = [];
  /** At most this many are claimed and have not left. */
  const ahead = (segmentsPerSecond = options.segmentsPerSecond()) =>
    Math.min(maxInFlight, Math.max(LEAST_AHEAD, Math.ceil(segmentsPerSecond * CATCH_UP_SECONDS)));
  /** More are claimed once at most this many have still to leave. */
  const refillAt = () => Math.floor(ahead() / 2);
  let claiming: Promise<void> | undefined;
  /** The id of a claim whose answer has not come. */
  let unanswered: string | undefined;
  let unschedule = () => {};
  /** The next is claimed as soon as anything that is under way has ended. */
  let isClaimDue = false;

  /**
   * A crash leaves at most `ahead` claimed and never sent, besides what is just being handed back, and at most
   * twice `maxInFlight` to ask about.
   */
  const room = () =>
    Math.min(ahead() - queue.length - notLeft(), 2 * maxInFlight - queue.length - underWay());

  function claim(): void {
    if (claiming || stopping.aborted || queue.length + notLeft() > refillAt() || isOnHold()) return;
    unschedule();
    claiming = claimNow().finally(() => {
      claiming = undefined;
      for (const matches of released.splice(0)) release(matches);
      onClaimed();
    });
  }

  async function claimNow(): Promise<void> {
    try {
      await handBackUnanswered();
      const limit = room();
      isClaimDue = limit < 1;
      if (isClaimDue) return;
      const begun = clock.monotonic();
      unanswered = randomUUID();
      const { deliveries, nextIn } = await claimDeliveries(db, unanswered, {
        gateway,
        limit,
        segmentsPerSecond: options.segmentsPerSecond(),
      });
      unanswered = undefined;
      queue.push(...deliveries.map((delivery) => ({ delivery, leaveBy: begun + LEAVE_WITHIN_MS })));
      // Without a time the next signal wakes us; with one, the pace or the queue decides.
      if (nextIn !== null && !stopping.aborted) wakeIn(Math.max(0, begun + nextIn - clock.monotonic()));
    } catch (error) {
      log.warn({ err: error }, "claiming failed");
    }
  }

  /** What the database claimed for us, but could not tell us, must not wait for its lease to end. */
  async function handBackUnanswered(): Promise<void> {
    if (unanswered === undefined) return;
    for (const delivery of await findLostClaim(db, unanswered)) handBack(delivery);
    unanswered = undefined;
  }

  function release(matches: Matches): void {
    if (claiming) released.push(matches);
    const all = queue.splice(0);
    queue.push(...all.filter(({ delivery }) => !matches(delivery)));
    for (const { delivery } of all.filter(({ delivery }) => matches(delivery))) {
      handBack(delivery);
      // There may be others to send.
      isClaimDue = true;
    }
  }

  function wakeIn(milliseconds: number): void {
    unschedule();
    unschedule = clock.after(milliseconds, wake);
  }

  return {
    claim,
    claimIfDue: () => {
      if (isClaimDue) claim();
    },
    take: () => queue.shift(),
    release,
    wakeIn,
    stop: async () => {
      unschedule();
      await claiming;
      // The database may be away: then what it claimed for us is asked about.
      await handBackUnanswered().catch(() => {});
      release(() => true);
    },
  };
}

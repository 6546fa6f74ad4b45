// The claim loop: claims deliveries, hands them over to the provider, and records what became of them.
import { randomUUID } from "node:crypto";
import { type Clock, pause as rest, systemClock } from "../clock.ts";
import { groupWrites } from "../db/group-writes.ts";
import { type Database, isDatabaseAway } from "../db/open.ts";
import type { Signal } from "../db/signals.ts";
import { type Gateway, GatewayError, type GatewayMessage, REQUEST_SECONDS } from "../gateways/gateway.ts";
import type { Log } from "../log.ts";
import {
  CATCH_UP_SECONDS,
  type ClaimedDelivery,
  claimDeliveries,
  findLostClaim,
  LEASE_SECONDS,
  type LostDelivery,
} from "./claim.ts";
import { type HandOver, recordHandOvers } from "./hand-over.ts";
import { endProbe } from "./lifecycle.ts";
import { createPause, isOdd, isPausing, toSetback } from "./setbacks.ts";

export type SenderOptions = {
  db: Database;
  gateway: Gateway;
  log: Log;
  segmentsPerSecond: number;
  /** Requests in flight at once. */
  maxInFlight: number;
  /** Called when a hand-over was recorded. */
  onProgress: () => void;
  random?: (() => number) | undefined;
  clock?: Clock | undefined;
};

/** What leaves later might outlive its lease. */
const LEAVE_WITHIN_MS = (LEASE_SECONDS - REQUEST_SECONDS - 1) * 1000;
/** Larger groups cost the database far less; requests wait for them only where very many are to be recorded. */
const RECORD_EVERY_MS = 10;
const RECORD_AGAIN_MS = 500;
/** However slow the pace: a connection that hangs must not hold up the others. */
const LEAST_AHEAD = 10;
const MAX_REFUSALS = 10;

export type Sender = {
  /** There may be something to send. */
  wake(): void;
  onSignal(signal: Signal): void;
  /** Lets go of all that is claimed and not yet handed over. */
  release(): void;
  /** Lets the requests in flight finish and be recorded. */
  stop(): Promise<void>;
};

type Matches = (delivery: ClaimedDelivery) => boolean;

export function createSender(options: SenderOptions): Sender {
  const { db, gateway, log, maxInFlight, segmentsPerSecond, onProgress } = options;
  const { random = Math.random, clock = systemClock } = options;
  const { monotonic } = clock;
  const queue: { delivery: ClaimedDelivery; leaveBy: number }[] = [];
  /** Requests to the provider, and whatever else has to end before we do. */
  const underWay = new Set<Promise<void>>();
  /** Of those in flight: nothing of them has left so far. */
  const notLeft = new Set<ClaimedDelivery>();
  const pause = createPause(monotonic, random);
  /** What was released while a claim was on its way, and counts for what that brings. */
  const released: Matches[] = [];
  /** At most so many are claimed and have not left. */
  const ahead = Math.min(maxInFlight, Math.max(LEAST_AHEAD, Math.ceil(segmentsPerSecond * CATCH_UP_SECONDS)));
  /** The next are claimed while so many have still to leave. */
  const refillAt = Math.floor(ahead / 2);
  let inFlight = 0;
  let claiming: Promise<void> | undefined;
  /** A claim of which we have not heard what it got. */
  let unheard: string | undefined;
  let unschedule = () => {};
  let isStopping = false;
  /** Halts that are not yet written down: until then a claim would bring more of the same alert. */
  let halting = 0;
  /** Nothing can be recorded just now, so nothing is handed over. */
  let isRecordless = false;
  let oddInARow = 0;
  /** The next is claimed as soon as anything that is under way has ended. */
  let isClaimDue = false;

  const write = groupWrites((handOvers: HandOver[]) => recordHandOvers(db, handOvers), {
    collectMs: RECORD_EVERY_MS,
    // Requests wait for room to be recorded in: pump().
    enough: Math.ceil(maxInFlight / 2),
    clock,
  });

  /**
   * What became of a request is not forgotten: without a database it is tried until there is one. What a
   * database refuses, or one that is away while we stop, is left to the resolver.
   */
  async function record(handOver: HandOver): Promise<void> {
    for (let refusals = 0; refusals < MAX_REFUSALS; ) {
      try {
        await write(handOver);
        isRecordless = false;
        return onProgress();
      } catch (error) {
        if (!isRecordless) log.error({ err: error }, "hand-overs can't be recorded; sending waits");
        isRecordless = true;
        if (isStopping || !isDatabaseAway(error)) refusals++;
        await rest(clock, RECORD_AGAIN_MS);
      }
    }
    isRecordless = false;
    log.error({ sendingId: handOver.sendingId, position: handOver.position }, "a hand-over was not recorded");
  }

  /** Claimed, and not handed over: whoever claims next may have it. */
  const handBack = (delivery: LostDelivery): Promise<void> =>
    record({ ...delivery, result: "not sent", againIn: 0 });

  function track(work: Promise<void>): void {
    const tracked = work
      .catch((error) => log.error({ err: error }, "a hand-over broke off"))
      .finally(() => {
        underWay.delete(tracked);
        pump();
        if (isClaimDue) claim();
      });
    underWay.add(tracked);
  }

  function release(matches: Matches): void {
    if (claiming) released.push(matches);
    const all = queue.splice(0);
    queue.push(...all.filter(({ delivery }) => !matches(delivery)));
    for (const { delivery } of all.filter(({ delivery }) => matches(delivery))) {
      track(handBack(delivery));
      // There may be others to send.
      isClaimDue = true;
    }
  }

  /**
   * A crash leaves `ahead` claimed and never sent at most, but for what is just being handed back, and twice
   * `maxInFlight` to ask about.
   */
  const room = () =>
    Math.min(ahead - queue.length - notLeft.size, 2 * maxInFlight - queue.length - underWay.size);

  function claim(): void {
    if (claiming || isStopping || isRecordless || halting > 0) return;
    if (queue.length + notLeft.size > refillAt || pause.left() > 0) return;
    unschedule();
    claiming = claimNow().finally(() => {
      claiming = undefined;
      for (const matches of released.splice(0)) release(matches);
      pump();
    });
  }

  async function claimNow(): Promise<void> {
    try {
      await handBackUnheard();
      const limit = room();
      isClaimDue = limit < 1;
      if (isClaimDue) return;
      const begun = monotonic();
      unheard = randomUUID();
      const { deliveries, nextIn } = await claimDeliveries(db, unheard, {
        gateway: gateway.name,
        limit,
        segmentsPerSecond,
      });
      unheard = undefined;
      queue.push(...deliveries.map((delivery) => ({ delivery, leaveBy: begun + LEAVE_WITHIN_MS })));
      // Without a time the next signal wakes us; with one, the pace or the queue decides.
      if (nextIn !== null && !isStopping) schedule(Math.max(0, begun + nextIn - monotonic()));
    } catch (error) {
      log.warn({ err: error }, "claiming failed");
    }
  }

  /** What the database claimed for us and could not tell us of must not wait for its lease to end. */
  async function handBackUnheard(): Promise<void> {
    if (unheard === undefined) return;
    for (const delivery of await findLostClaim(db, unheard)) track(handBack(delivery));
    unheard = undefined;
  }

  function schedule(milliseconds: number): void {
    unschedule();
    unschedule = clock.after(milliseconds, wake);
  }

  function wake(): void {
    const left = pause.left();
    if (left > 0) schedule(left);
    pump();
    claim();
  }

  function pump(): void {
    if (isRecordless || isStopping || pause.left() > 0) return;
    // As many again may wait to be recorded.
    while (inFlight < maxInFlight && underWay.size < 2 * maxInFlight) {
      const next = queue.shift();
      if (!next) return;
      track(handOver(next.delivery, next.leaveBy));
    }
  }

  async function handOver(delivery: ClaimedDelivery, leaveBy: number): Promise<void> {
    const { sendingId, address: to, text: body, validity } = delivery;
    inFlight++;
    notLeft.add(delivery);
    const leftOrOver = () => {
      if (notLeft.delete(delivery)) claim();
    };
    const outcome = await gateway
      .send({ to, body, validity, delivery, leaveBy, onLeave: leftOrOver })
      .then(accepted, setback)
      .finally(() => {
        inFlight--;
        leftOrOver();
      });
    // Nothing more of it leaves, even before that is written down.
    if (outcome.halt) {
      halting++;
      release((other) => other.sendingId === sendingId);
    }
    // The next request does not wait until this one's answer is recorded.
    pump();
    await record(outcome);
    if (outcome.halt) {
      halting--;
      claim();
    }
    // The provider deals with single texts: after a probe the others may follow.
    if (delivery.isProbe && ["accepted", "rejected", "opted out"].includes(outcome.result)) {
      await endProbe(db, delivery);
      claim();
    }

    function accepted({ sid, status }: Pick<GatewayMessage, "sid" | "status">): HandOver {
      pause.forget();
      oddInARow = 0;
      return { ...delivery, result: "accepted", messageSid: sid, status };
    }

    function setback(error: unknown): HandOver {
      if (!(error instanceof GatewayError)) throw error;
      if (error.explanation.fault === "late")
        log.warn({ sendingId }, "a text was too late to leave, and goes back");
      else oddInARow = isOdd(error) ? oddInARow + 1 : 0;
      if (error.explanation.fault === "ambiguous")
        log.warn({ sendingId, err: error }, "nobody knows whether a text was taken");
      let pauseMs = 0;
      if (isPausing(error)) {
        if (pause.left() === 0) log.warn({ err: error }, "sending pauses");
        pauseMs = pause.begin();
        schedule(pauseMs);
      }
      const judged = toSetback(delivery, error, {
        title: gateway.title,
        oddInARow,
        pauseMs,
        pauses: pause.times(),
      });
      if (judged.halt) log.error({ sendingId, err: error }, "an alert halts");
      if (judged.halt) oddInARow = 0;
      return judged;
    }
  }

  return {
    wake,
    release: () => release(() => true),
    onSignal: (signal) => {
      if (signal.about === "work") wake();
      else if (signal.about === "sending") release(({ sendingId }) => sendingId === signal.sendingId);
      else release(({ address }) => address === signal.phone);
    },
    stop: async () => {
      isStopping = true;
      unschedule();
      await claiming;
      // The database may be away: then what it claimed for us is asked about.
      await handBackUnheard().catch(() => {});
      release(() => true);
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

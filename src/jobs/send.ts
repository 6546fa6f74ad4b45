// The claim loop: claims deliveries, hands them over to the provider, and records what became of them.
import { type ClaimedDelivery, claimDeliveries, LEASE_SECONDS } from "../alerts/claim.ts";
import { type HandOver, recordHandOvers } from "../alerts/hand-over.ts";
import { endProbe } from "../alerts/lifecycle.ts";
import { groupWrites } from "../db/group-writes.ts";
import { type Database, isDatabaseAway } from "../db/open.ts";
import type { Signal } from "../db/signals.ts";
import type { Log } from "../log.ts";
import { wordsFor } from "../sms/error-codes.ts";
import { type Gateway, GatewayError } from "../sms/gateway.ts";

export type SenderOptions = {
  db: Database;
  gateway: Gateway;
  log: Log;
  segmentsPerSecond: number;
  /** Requests in flight at once. */
  maxInFlight: number;
  /** Called when a hand-over was recorded. */
  onProgress: () => void;
  random?: () => number;
  /** Milliseconds by a clock that nobody sets. */
  monotonic?: () => number;
};

const BATCH = 50;
/** A request takes at most 30 s: what is not begun by now might outlive its lease. */
const BEGIN_WITHIN_MS = (LEASE_SECONDS - 31) * 1000;
/** So many answers in a row that nobody understands, and a person has to look. */
const ODD_ANSWERS_TO_HALT = 5;
const LONGEST_PAUSE_MS = 60_000;
/** After a refusal that nobody can explain. */
const HELD_SECONDS = 60;
const RECORD_AGAIN_MS = 500;
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

export function createSender(options: SenderOptions): Sender {
  const { db, gateway, log, maxInFlight, segmentsPerSecond, onProgress } = options;
  const { random = Math.random, monotonic = () => performance.now() } = options;
  const queue: { delivery: ClaimedDelivery; beginBy: number }[] = [];
  const inFlight = new Set<Promise<void>>();
  /** What was released while a claim was on its way, and counts for what that brings. */
  const released: ((delivery: ClaimedDelivery) => boolean)[] = [];
  let isClaiming = false;
  let isStopping = false;
  let isRecordless = false;
  let timer: NodeJS.Timeout | undefined;
  let busyAnswers = 0;
  let oddAnswers = 0;
  let pausedUntil = 0;

  const write = groupWrites((handOvers: HandOver[]) => recordHandOvers(db, handOvers));

  /**
   * What became of a request is not forgotten: without a database it is tried until there is one, and
   * nothing else is handed over meanwhile. What a database refuses, or one that is away while we stop,
   * is left to the resolver.
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
        await new Promise((again) => setTimeout(again, RECORD_AGAIN_MS));
      }
    }
    isRecordless = false;
    log.error({ alertId: handOver.alertId, position: handOver.position }, "a hand-over was not recorded");
  }

  function track(work: Promise<void>) {
    const tracked = work
      .catch((error) => log.error({ err: error }, "a hand-over was not recorded"))
      .finally(() => {
        inFlight.delete(tracked);
        pump();
      });
    inFlight.add(tracked);
  }

  function releaseWhere(matches: (delivery: ClaimedDelivery) => boolean) {
    if (isClaiming) released.push(matches);
    const all = queue.splice(0);
    queue.push(...all.filter(({ delivery }) => !matches(delivery)));
    for (const { delivery } of all.filter(({ delivery }) => matches(delivery))) {
      track(record({ ...delivery, result: "not sent", againIn: 0 }));
    }
  }

  async function claim(): Promise<void> {
    if (isClaiming || isStopping || isRecordless) return;
    isClaiming = true;
    clearTimeout(timer);
    const beginBy = monotonic() + BEGIN_WITHIN_MS;
    let nextIn: number | null = null;
    try {
      const claimed = await claimDeliveries(db, { limit: BATCH, segmentsPerSecond });
      queue.push(...claimed.deliveries.map((delivery) => ({ delivery, beginBy })));
      nextIn = claimed.nextIn;
    } catch (error) {
      log.warn({ err: error }, "claiming failed");
    }
    isClaiming = false;
    for (const matches of released.splice(0)) releaseWhere(matches);
    if (isStopping) return releaseWhere(() => true);
    // Without a time the next signal wakes us; with one, the pace or the queue decides.
    if (nextIn !== null) schedule(nextIn);
    pump();
  }

  function schedule(milliseconds: number) {
    clearTimeout(timer);
    timer = setTimeout(wake, milliseconds);
  }

  function wake() {
    const pause = pausedUntil - monotonic();
    if (pause > 0) return schedule(pause);
    pump();
    if (queue.length < BATCH / 2) void claim();
  }

  function pump() {
    if (isRecordless || pausedUntil > monotonic()) return;
    while (inFlight.size < maxInFlight) {
      const next = queue.shift();
      if (!next) return;
      track(handOver(next.delivery, next.beginBy));
      if (queue.length === BATCH / 2 - 1) void claim();
    }
  }

  async function handOver(delivery: ClaimedDelivery, beginBy: number): Promise<void> {
    if (monotonic() > beginBy) return record({ ...delivery, result: "not sent", againIn: 0 });
    try {
      const { sid, status } = await gateway.send({
        to: delivery.phone,
        body: delivery.text,
        validity: delivery.validity,
        delivery,
      });
      busyAnswers = 0;
      oddAnswers = 0;
      await record({ ...delivery, result: "accepted", messageSid: sid, status });
      await endProbeOf(delivery);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      await recordFault(delivery, error);
    }
  }

  /** The provider takes texts again: the others may follow. */
  async function endProbeOf(delivery: ClaimedDelivery): Promise<void> {
    if (!delivery.isProbe) return;
    await endProbe(db, delivery.alertId);
    void claim();
  }

  async function recordFault(delivery: ClaimedDelivery, error: GatewayError): Promise<void> {
    const { fault, code = null } = error;
    if (fault !== "not sent") busyAnswers = 0;
    oddAnswers = fault === "ambiguous" || fault === "unexplained" ? oddAnswers + 1 : 0;
    const isTooOdd = oddAnswers >= ODD_ANSWERS_TO_HALT;
    if (isTooOdd) oddAnswers = 0;
    switch (fault) {
      case "not sent":
        return record({ ...delivery, result: "not sent", againIn: pause() / 1000 });
      case "number":
        await record({ ...delivery, result: "rejected", errorCode: code, uselessNumber: true });
        return endProbeOf(delivery);
      case "opted out":
        await record({ ...delivery, result: "opted out" });
        return endProbeOf(delivery);
      case "account": {
        const halt = `${capitalize(wordsFor(code ?? 0))} (${code}).`;
        return record({ ...delivery, result: "not sent", againIn: 0, halt });
      }
      case "refused":
        return record({ ...delivery, result: "rejected", errorCode: code, uselessNumber: false });
      case "unexplained": {
        // Held once: should it be the account after all, the alert halts before anything is lost.
        const halt = isTooOdd ? `Twilio refused ${ODD_ANSWERS_TO_HALT} texts in a row (${code}).` : "";
        return delivery.attempt === 1
          ? record({ ...delivery, result: "not sent", againIn: HELD_SECONDS, halt })
          : record({ ...delivery, result: "rejected", errorCode: code, uselessNumber: false, halt });
      }
      case "ambiguous": {
        log.warn({ alertId: delivery.alertId, err: error }, "nobody knows whether a text was taken");
        const halt = isTooOdd || delivery.isProbe ? "Twilio gives no proper answers." : "";
        return record({ ...delivery, result: "ambiguous", halt });
      }
    }
  }

  /** Everybody waits a while, ever longer and never all the same. */
  function pause(): number {
    // Those that were in flight together are one answer.
    if (monotonic() >= pausedUntil) busyAnswers += 1;
    const longest = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** Math.min(busyAnswers, 10));
    const milliseconds = longest * (0.5 + random() / 2);
    pausedUntil = Math.max(pausedUntil, monotonic() + milliseconds);
    schedule(milliseconds);
    return milliseconds;
  }

  return {
    wake,
    release: () => releaseWhere(() => true),
    onSignal: (signal) => {
      if (signal.about === "work") wake();
      else if (signal.about === "alert") releaseWhere(({ alertId }) => alertId === signal.alertId);
      else releaseWhere(({ phone }) => phone === signal.phone);
    },
    stop: async () => {
      isStopping = true;
      clearTimeout(timer);
      releaseWhere(() => true);
      while (inFlight.size > 0 || isClaiming) {
        await Promise.race([...inFlight, new Promise((later) => setTimeout(later, 20))]);
      }
    },
  };
}

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

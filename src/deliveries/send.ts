// The sender: claims deliveries, hands them over to the provider, and records what became of them.
import type { CountryCode } from "libphonenumber-js/max";
import { type Clock, systemClock } from "../clock.ts";
import type { Database } from "../db/open.ts";
import type { Signal } from "../db/signals.ts";
import type { Gateway } from "../gateways/gateway.ts";
import type { Log } from "../log.ts";
import { type Claimed, type ClaimedDelivery, type Claimer, createClaimer } from "./claim.ts";
import { endProbe } from "./lifecycle.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { createJudge } from "./setbacks.ts";

export type SenderOptions = {
  db: Database;
  gateway: Gateway;
  log: Log;
  /** The pace just now. */
  segmentsPerSecond: () => number;
  /** The co-op's own. */
  country: CountryCode;
  /** Requests in flight at once. */
  maxInFlight: number;
  /** Called when a hand-over was recorded. */
  onProgress: () => void;
  random?: (() => number) | undefined;
  clock?: Clock | undefined;
};

export type Sender = {
  /** There may be something to send. */
  wake(): void;
  onSignal(signal: Signal): void;
  /** Hands back all that is claimed and not yet handed over. */
  release(): void;
  /** Lets the requests in flight finish and be recorded. */
  stop(): Promise<void>;
};

export function createSender(options: SenderOptions): Sender {
  const { random = Math.random, clock = systemClock } = options;
  const ending = new AbortController();
  const shared = { ...options, random, clock, stopping: ending.signal };
  const recorder = createRecorder(shared);
  const claimer = createClaimer({
    ...shared,
    gateway: options.gateway.name,
    notLeft: () => dispatch.notLeft.size,
    underWay: () => dispatch.underWay.size,
    isOnHold: () => dispatch.isOnHold(),
    handBack: (delivery) => dispatch.track(recorder.record({ ...delivery, result: "not sent", againIn: 0 })),
    onClaimed: () => dispatch.pump(),
    wake,
  });
  const dispatch = createDispatch({ ...shared, claimer, recorder });

  function wake(): void {
    const left = dispatch.pauseLeft();
    if (left > 0) claimer.wakeIn(left);
    dispatch.pump();
    claimer.claim();
  }

  return {
    wake,
    release: () => claimer.release(() => true),
    onSignal: (signal) => {
      if (signal.about === "work") wake();
      else if (signal.about === "sending") claimer.release(({ sendingId }) => sendingId === signal.sendingId);
      else if (signal.about === "opt-out") claimer.release(({ address }) => address === signal.phone);
    },
    stop: async () => {
      ending.abort();
      await claimer.stop();
      while (dispatch.underWay.size > 0) await Promise.all(dispatch.underWay);
    },
  };
}

type DispatchOptions = Pick<SenderOptions, "db" | "gateway" | "log" | "maxInFlight"> & {
  random: () => number;
  clock: Clock;
  /** Aborted as soon as we stop. */
  stopping: AbortSignal;
  claimer: Claimer;
  recorder: Recorder;
};

/** Hands over to the gateway what is claimed, and sees each request to its end. */
function createDispatch(options: DispatchOptions) {
  const { db, gateway, log, maxInFlight, stopping, claimer, recorder } = options;
  const judge = createJudge({ ...options, title: gateway.title, onPause: claimer.wakeIn });
  /** Requests to the provider, and all else that has to end before we do. */
  const underWay = new Set<Promise<void>>();
  /** Those in flight of which nothing has left so far. */
  const notLeft = new Set<ClaimedDelivery>();
  let inFlight = 0;
  /** Halts that are not yet written down: until then a claim would bring more of the same. */
  let halting = 0;

  function track(work: Promise<void>): void {
    const tracked = work
      .catch((error) => log.error({ err: error }, "a hand-over broke off"))
      .finally(() => {
        underWay.delete(tracked);
        pump();
        claimer.claimIfDue();
      });
    underWay.add(tracked);
  }

  function pump(): void {
    if (recorder.cannotRecord() || stopping.aborted || judge.pauseLeft() > 0) return;
    // As many again may wait to be recorded.
    while (inFlight < maxInFlight && underWay.size < 2 * maxInFlight) {
      const next = claimer.take();
      if (!next) return;
      track(handOver(next));
    }
  }

  async function handOver({ delivery, leaveBy }: Claimed): Promise<void> {
    const { sendingId, address: to, text: body, kind, validity } = delivery;
    inFlight++;
    notLeft.add(delivery);
    const onLeave = () => {
      if (notLeft.delete(delivery)) claimer.claim();
    };
    const outcome = await gateway
      .send({ to, body, kind, validity, delivery, leaveBy, onLeave })
      .then(
        (message) => judge.accepted(delivery, message),
        (error: unknown) => judge.setback(delivery, error),
      )
      .finally(() => {
        inFlight--;
        // It is over, whether it left or not.
        onLeave();
      });
    // Nothing more of the sending leaves, even before the halt is written down.
    if (outcome.halt) {
      halting++;
      claimer.release((other) => other.sendingId === sendingId);
    }
    // The next request does not wait until this one's answer is recorded.
    pump();
    await recorder.record(outcome);
    if (outcome.halt) {
      halting--;
      claimer.claim();
    }
    // The provider deals with single texts again: after a probe the others may follow.
    if (delivery.isProbe && ["accepted", "rejected", "opted out"].includes(outcome.result)) {
      await endProbe(db, delivery);
      claimer.claim();
    }
  }

  return {
    pump,
    track,
    underWay,
    notLeft,
    pauseLeft: judge.pauseLeft,
    /** Nothing more is to be claimed just now. */
    isOnHold: () => recorder.cannotRecord() || halting > 0 || judge.pauseLeft() > 0,
  };
}

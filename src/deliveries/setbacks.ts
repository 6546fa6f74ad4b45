// What the provider's answers mean for the hand-overs, and for those that come after.

import type { Clock } from "../clock.ts";
import { GatewayError, type GatewayMessage } from "../gateways/gateway.ts";
import type { Log } from "../log.ts";
import { asSentence } from "../text/words.ts";
import type { ClaimedDelivery } from "./claim.ts";
import type { HandOver } from "./hand-over.ts";

/** After this many answers in a row that nobody understands, a person has to look. */
const ODD_ANSWERS_TO_HALT = 5;
/** Half a minute to a minute of pauses with nothing taken between them. */
const PAUSES_TO_HALT = 5;
/** The first is over in two seconds: nobody has to be told. */
const PAUSES_TO_TELL = 2;
/** After a refusal that nobody can explain. */
const HELD_SECONDS = 60;
const LONGEST_PAUSE_MS = 60_000;

/** After such a fault nobody is sent anything for a while. */
const isPausing = ({ explanation: { fault } }: GatewayError): boolean =>
  fault === "not sent" || fault === "untrusted";

/** Faults that may concern everybody, though each was told about one delivery only. */
const isOdd = ({ explanation: { fault } }: GatewayError): boolean =>
  fault === "ambiguous" || fault === "unexplained";

/** How sending stands at this answer. */
export type Circumstances = {
  /** The gateway's, as people read it. */
  title: string;
  /** Odd answers in a row, this one included. */
  oddInARow: number;
  /** How long everybody waits now. */
  pauseMs: number;
  /** How many pauses there were since the provider took something. */
  pauses: number;
};

export function toSetback(
  delivery: ClaimedDelivery,
  error: GatewayError,
  { title, oddInARow, pauseMs, pauses }: Circumstances,
): HandOver {
  const { fault, words, advice, alarm } = error.explanation;
  const code = error.code ?? null;
  const isTooOdd = oddInARow >= ODD_ANSWERS_TO_HALT;
  switch (fault) {
    case "not sent": {
      const why = advice ? `${asSentence(words)}. ${advice.words(1)}` : `${title} asks to slow down.`;
      const delay = pauses >= PAUSES_TO_TELL ? why : undefined;
      return { ...delivery, result: "not sent", againIn: pauseMs / 1000, delay };
    }
    case "late":
      return { ...delivery, result: "not sent", againIn: 0 };
    // At first it may pass by itself, as with a clock that is not set yet.
    case "untrusted": {
      const why = `${asSentence(words)}.`;
      const halt = pauses > PAUSES_TO_HALT ? why : undefined;
      const delay = pauses >= PAUSES_TO_TELL ? why : undefined;
      return { ...delivery, result: "not sent", againIn: pauseMs / 1000, halt, delay };
    }
    case "number":
      return { ...delivery, result: "rejected", code, uselessNumber: true };
    // Whether it is the account's after all shows in what happens to the others: destinations.ts.
    case "destination": {
      const { address } = delivery;
      const refusal = { delivery, address, words, code: code ?? "", alarm, title };
      return { ...delivery, result: "rejected", code, uselessNumber: false, refusal };
    }
    case "opted out":
      return { ...delivery, result: "opted out" };
    case "refused":
      return { ...delivery, result: "rejected", code, uselessNumber: false };
    case "account":
      return { ...delivery, result: "not sent", againIn: 0, halt: asSentence(`${words} (${code}).`) };
    case "unexplained": {
      const halt = isTooOdd
        ? `${title} gave no proper answer ${ODD_ANSWERS_TO_HALT} times in a row; the last was a refusal (${code}).`
        : delivery.isProbe
          ? `${title} refused the text that went first (${code}).`
          : undefined;
      // Held once: if it is the account after all, the part halts before anything is lost.
      return delivery.code === code
        ? { ...delivery, result: "rejected", code, uselessNumber: false, halt }
        : { ...delivery, result: "not sent", againIn: HELD_SECONDS, code, halt };
    }
    case "ambiguous": {
      const halt = isTooOdd || delivery.isProbe ? `${title} gives no proper answers.` : undefined;
      return { ...delivery, result: "ambiguous", halt };
    }
  }
}

type Pause = {
  /** Milliseconds that are left of it. */
  left(): number;
  /** Everybody waits: longer each time, and never all for the same time. @returns milliseconds */
  begin(): number;
  /** How many there were since the provider last took something. */
  times(): number;
  /** The provider took something: the next pause begins small again. */
  forget(): void;
};

function createPause(monotonic: () => number, random: () => number): Pause {
  let times = 0;
  let until = 0;
  return {
    left: () => Math.max(0, until - monotonic()),
    begin: () => {
      // Requests that were in flight together count as one answer.
      if (monotonic() >= until) times += 1;
      const longest = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** Math.min(times, 10));
      const milliseconds = longest * (0.5 + random() / 2);
      until = Math.max(until, monotonic() + milliseconds);
      return milliseconds;
    },
    times: () => times,
    forget: () => {
      times = 0;
    },
  };
}

/** Judges the answers as they come: what one of them says may concern those that come after, too. */
export function createJudge({
  title,
  log,
  clock,
  random,
  onPause,
}: {
  title: string;
  log: Log;
  clock: Clock;
  random: () => number;
  /** Everybody waits, for this many milliseconds. */
  onPause: (milliseconds: number) => void;
}) {
  const pause = createPause(clock.monotonic, random);
  let oddInARow = 0;
  /** People were told that everybody waits. */
  let isDelayTold = false;

  function accepted(
    delivery: ClaimedDelivery,
    { sid, status, alarm }: Pick<GatewayMessage, "sid" | "status" | "alarm">,
  ): HandOver {
    // An answer to what was under way when a pause began is not its end.
    const endsDelay = isDelayTold && pause.left() === 0;
    if (endsDelay) isDelayTold = false;
    pause.forget();
    oddInARow = 0;
    return {
      ...delivery,
      endsDelay,
      result: "accepted",
      messageSid: sid,
      status,
      ...(alarm && { raised: { title, alarm } }),
    };
  }

  function setback(delivery: ClaimedDelivery, error: unknown): HandOver {
    if (!(error instanceof GatewayError)) throw error;
    const { sendingId } = delivery;
    const { fault } = error.explanation;
    if (fault === "late") log.warn({ sendingId }, "a text was too late to leave, and goes back");
    else oddInARow = isOdd(error) ? oddInARow + 1 : 0;
    if (fault === "ambiguous") log.warn({ sendingId, err: error }, "nobody knows whether a text was taken");
    let pauseMs = 0;
    if (isPausing(error)) {
      if (pause.left() === 0) log.warn({ err: error }, "sending pauses");
      pauseMs = pause.begin();
      onPause(pauseMs);
    }
    const judged = toSetback(delivery, error, { title, oddInARow, pauseMs, pauses: pause.times() });
    if (judged.halt) log.error({ sendingId, err: error }, "an alert halts");
    if (judged.halt) oddInARow = 0;
    if (judged.delay) isDelayTold = true;
    return judged;
  }

  return { accepted, setback, pauseLeft: pause.left };
}

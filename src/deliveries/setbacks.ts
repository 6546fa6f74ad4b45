// What the provider's answers mean for the hand-overs, and for those that come after. Pure but for the pause.

import { wordsFor } from "../gateways/codes.ts";
import { type GatewayError, MISTRUST } from "../gateways/gateway.ts";
import type { ClaimedDelivery } from "./claim.ts";
import type { HandOver } from "./hand-over.ts";

/** So many answers in a row that nobody understands, and a person has to look. */
const ODD_ANSWERS_TO_HALT = 5;
/** Half a minute to a minute of pauses with nothing taken between them. */
const PAUSES_TO_HALT = 5;
/** The first is over in two seconds: nobody need be told. */
const PAUSES_TO_TELL = 2;
/** After a refusal that nobody can explain. */
const HELD_SECONDS = 60;
const LONGEST_PAUSE_MS = 60_000;

const BUSY = "Twilio asks to slow down.";
const UNREACHABLE =
  "Twilio can't be reached. If this lasts, have somebody look at the server's connection to the internet, " +
  "and at status.twilio.com.";

const asSentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** Nobody is sent anything for a while. */
export const isPausing = ({ fault }: GatewayError): boolean => fault === "not sent" || fault === "untrusted";

/** Faults that may be everybody's, though each was told of one delivery only. */
export const isOdd = ({ fault }: GatewayError): boolean => fault === "ambiguous" || fault === "unexplained";

/**
 * @param oddInARow odd answers in a row, this one included
 * @param pauseMs how long everybody waits now
 * @param pauses how many there were since the provider took something
 */
export function toSetback(
  delivery: ClaimedDelivery,
  error: GatewayError,
  { oddInARow, pauseMs, pauses }: { oddInARow: number; pauseMs: number; pauses: number },
): HandOver {
  const { fault } = error;
  const code = error.code ?? null;
  const isTooOdd = oddInARow >= ODD_ANSWERS_TO_HALT;
  switch (fault) {
    case "not sent": {
      const delay = pauses >= PAUSES_TO_TELL ? (code === null ? UNREACHABLE : BUSY) : undefined;
      return { ...delivery, result: "not sent", againIn: pauseMs / 1000, delay };
    }
    case "late":
      return { ...delivery, result: "not sent", againIn: 0 };
    // At first it may pass by itself, as with a clock that is not set yet.
    case "untrusted": {
      const why = asSentence(MISTRUST);
      const halt = pauses > PAUSES_TO_HALT ? why : undefined;
      const delay = pauses >= PAUSES_TO_TELL ? why : undefined;
      return { ...delivery, result: "not sent", againIn: pauseMs / 1000, halt, delay };
    }
    case "number":
      return { ...delivery, result: "rejected", errorCode: code, uselessNumber: true };
    case "opted out":
      return { ...delivery, result: "opted out" };
    case "refused":
      return { ...delivery, result: "rejected", errorCode: code, uselessNumber: false };
    case "account": {
      const words = wordsFor(code ?? 0);
      const halt = asSentence(`${words} (${code}).`);
      return { ...delivery, result: "not sent", againIn: 0, halt };
    }
    case "unexplained": {
      const halt = isTooOdd
        ? `Twilio gave no proper answer ${ODD_ANSWERS_TO_HALT} times in a row; the last was a refusal (${code}).`
        : delivery.isProbe
          ? `Twilio refused the text that went first (${code}).`
          : undefined;
      // Held once: should it be the account after all, the alert halts before anything is lost.
      return delivery.errorCode === code
        ? { ...delivery, result: "rejected", errorCode: code, uselessNumber: false, halt }
        : { ...delivery, result: "not sent", againIn: HELD_SECONDS, errorCode: code, halt };
    }
    case "ambiguous": {
      const halt = isTooOdd || delivery.isProbe ? "Twilio gives no proper answers." : undefined;
      return { ...delivery, result: "ambiguous", halt };
    }
  }
}

export type Pause = {
  /** Milliseconds that are left of it. */
  left(): number;
  /** Everybody waits, ever longer and never all the same. @returns milliseconds */
  begin(): number;
  /** So many since the provider last took something. */
  times(): number;
  /** The provider took something: the next pause begins small again. */
  forget(): void;
};

export function createPause(monotonic: () => number, random: () => number): Pause {
  let times = 0;
  let until = 0;
  return {
    left: () => Math.max(0, until - monotonic()),
    begin: () => {
      // Those that were in flight together are one answer.
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

// A provider that does everything wrong that a provider can do, by chance.
import { setTimeout as after } from "node:timers/promises";
import {
  type Behaviour,
  behaviours,
  type Misbehaviour,
  refuses,
} from "../../../src/practice/stand-ins/twilio/misbehaviour.ts";
import type { Chance } from "./chance.ts";

export type BadDay = Misbehaviour & {
  /** From now on all is well: what hangs is let go, and lists show what they held back. */
  end(): void;
};

export function createBadDay(random: Chance): BadDay {
  const over = Promise.withResolvers<void>();
  let isOver = false;
  /** Takes a moment, as on a network: so something is always on its way. */
  const soon = () => after(random.below(30));
  const late = () => after(50 + random.below(300));

  // How often in a hundred; all else is taken and answered.
  const faults: [number, () => Behaviour][] = [
    [0.3, () => behaviours.throttled],
    [2, () => behaviours.error500Before],
    [2, () => behaviours.error500After],
    [2, () => behaviours.resetBefore],
    [2, () => behaviours.resetAfter],
    [2, () => behaviours.truncated],
    [2, () => behaviours.cutOff],
    [2, () => behaviours.odd201],
    [1, () => ({ accepts: false, answer: "reset", answerAfter: over.promise })],
    [1, () => ({ accepts: true, answer: "reset", answerAfter: over.promise })],
    [2, () => ({ accepts: true, answer: "reset", listedAfter: late() })],
    [1, () => ({ accepts: true, answer: "reset", listedAfter: over.promise })],
    // Taken when whoever asked may be dead.
    [4, () => ({ accepts: true, answer: "normal", acceptAfter: late() })],
    [4, () => ({ accepts: true, answer: "normal", answerAfter: late() })],
    [1, () => refuses(21612)],
    [0.5, () => refuses(29_999)],
    [0.2, () => refuses(20003)],
  ];

  return {
    create() {
      if (isOver) return undefined;
      let chance = random.next() * 100;
      for (const [often, behave] of faults) {
        if (chance < often) return behave();
        chance -= often;
      }
      return { accepts: true, answer: "normal", answerAfter: soon() };
    },
    look() {
      if (isOver) return undefined;
      const chance = random.next() * 100;
      if (chance < 3) return { answer: { status: 503, body: "" } };
      if (chance < 6) return { answer: "reset" };
      if (chance < 8) return { answer: "truncated" };
      if (chance < 10) return { answer: { error: 20429 } };
      return { answer: "normal", answerAfter: soon() };
    },
    end() {
      isOver = true;
      over.resolve();
    },
  };
}

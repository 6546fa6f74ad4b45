// A provider that does everything wrong that a provider can do, by chance.
import { setTimeout as after } from "node:timers/promises";
import type { Behaviour } from "../../../src/practice/stand-ins/misbehaviour.ts";
import {
  behaviours,
  refuses,
  type TwilioMisbehaviour,
} from "../../../src/practice/stand-ins/twilio/misbehaviour.ts";
import type { Chance } from "./chance.ts";

export type BadDay = TwilioMisbehaviour & {
  /** From now on all is well: what hangs is answered, and lists show what they held back. */
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
    [1, () => ({ ...behaviours.resetBefore, answerAfter: over.promise })],
    [1, () => ({ ...behaviours.resetAfter, answerAfter: over.promise })],
    [2, () => ({ ...behaviours.resetAfter, listedAfter: late() })],
    [1, () => ({ ...behaviours.resetAfter, listedAfter: over.promise })],
    // Taken when whoever asked may be dead.
    [4, () => ({ acceptAfter: late() })],
    [4, () => ({ answerAfter: late() })],
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
      return { answerAfter: soon() };
    },
    look() {
      if (isOver) return undefined;
      const chance = random.next() * 100;
      if (chance < 3) return { answer: { status: 503, body: "" } };
      if (chance < 6) return behaviours.resetAfter;
      if (chance < 8) return behaviours.truncated;
      if (chance < 10) return behaviours.throttled;
      // It knows what came meanwhile.
      return { acceptAfter: soon() };
    },
    end() {
      isOver = true;
      over.resolve();
    },
  };
}

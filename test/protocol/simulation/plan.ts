// What a seed stands for: how large the world is, which faults are in the air, who does what and when,
// and every choice that is left to chance.
import fc from "fast-check";

/** Each kind of fault is away in half of the runs, so that the others have time to do harm. */
const chance = fc.constantFrom(0, 0, 0, 0.03, 0.1, 0.3);

const deed = fc.constantFrom(
  "stop",
  "resume",
  "resume",
  "resend unknown",
  "resend unknown",
  "resend unreached",
  "STOP from a phone",
  "STOP from a phone",
  "START from a phone",
  "confirm again",
  "a stranger confirms",
  "edit a draft",
  "edit a draft",
  "discard a draft",
  "import",
  "import",
  "crash",
  "crash",
  "stall",
  "orderly stop",
  "database away",
);
export type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

/** Choices are drawn from 0 to this. */
const MOST = 2 ** 31 - 1;

export const plans = fc.record({
  phones: fc.integer({ min: 2, max: 7 }),
  secondAlert: fc.constantFrom("none", "none", "another text", "the same text"),
  instances: fc.integer({ min: 1, max: 2 }),
  segmentsPerSecond: fc.constantFrom(1, 3, 1000, 1000),
  maxInFlight: fc.constantFrom(1, 2, 4, 50),
  /** What is not handed over by then expires. */
  deadlineMinutes: fc.constantFrom(1, 5, 240, 240),
  faults: fc.record({
    /** Of the database: nothing was done; all was done, and nobody was told. */
    statementLost: chance,
    answerLost: chance,
    /** Signals between instances. */
    signalLost: chance,
    listeningAnew: chance,
    /** Of the provider. */
    busy: chance,
    refusedBefore: chance,
    number: chance,
    optedOut: chance,
    refused: chance,
    unexplained: chance,
    /** The account may not text these numbers; at 1 that is so for all of them. */
    destination: fc.constantFrom(0, 0, 0, 0.1, 1),
    account: chance,
    brokenBefore: chance,
    brokenAfter: chance,
    timeOutBefore: chance,
    timeOutAfter: chance,
    arrivesLate: chance,
    listedLate: chance,
    cannotBeAsked: chance,
    undelivered: chance,
    neverFinal: chance,
    callbackLost: chance,
    callbackDoubled: chance,
    callbackLate: chance,
    /** Of whichever process is next. */
    crash: fc.constantFrom(0, 0, 0.01, 0.03),
    stall: fc.constantFrom(0, 0, 0.01, 0.03),
  }),
  deeds: fc.array(
    fc.record({
      atSecond: fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 900 })),
      deed,
    }),
    { maxLength: 8, size: "max" },
  ),
  choices: fc.noShrink(fc.infiniteStream(fc.noBias(fc.nat({ max: MOST })))),
});
export type Plan = typeof plans extends fc.Arbitrary<infer T> ? T : never;
export type Faults = Plan["faults"];

/** Everything that a run leaves to chance, from one stream. */
export type Chance = {
  /** From 0 up to 1. */
  random(): number;
  /** Whether something of this probability happens. */
  happens(probability: number): boolean;
  between(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
};

export function chanceFrom(choices: Iterator<number>): Chance {
  const random = () => {
    const { value, done } = choices.next();
    return done ? 0 : value / (MOST + 1);
  };
  return {
    random,
    happens: (probability) => probability > 0 && random() < probability,
    between: (from, to) => from + Math.floor(random() * (to - from + 1)),
    pick: (items) => {
      const picked = items[Math.floor(random() * items.length)];
      if (picked === undefined) throw new Error("nothing to pick from");
      return picked;
    },
  };
}

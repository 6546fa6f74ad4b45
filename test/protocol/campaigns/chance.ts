// Chance that can be had again: FAULT_SEED repeats what a failed campaign did.
import { onTestFailed } from "vitest";

export type Chance = {
  /** From 0 up to, and without, 1. */
  next(): number;
  /** A whole number from 0 up to, and without, this one. */
  below(limit: number): number;
  pick<T>(from: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
};

const newSeed = () => Number(process.env.FAULT_SEED) || Math.floor(Math.random() * 2 ** 31);

/** To be asked for within a test, which names the seed when it fails. */
export function takeChance(): Chance {
  const seed = newSeed();
  onTestFailed(() => console.error(`FAULT_SEED=${seed} repeats this.`));
  return createChance(seed);
}

/** Names the seed where the work fails. */
export async function withSeed(work: (chance: Chance) => Promise<void>): Promise<void> {
  const seed = newSeed();
  try {
    await work(createChance(seed));
  } catch (error) {
    throw new Error(`FAULT_SEED=${seed}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

function createChance(seed: number): Chance {
  // Mulberry32: small, and good enough to shuffle with.
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: (from) => {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new RangeError("There is nothing to pick from.");
      return picked;
    },
    shuffle: (items) =>
      items
        .map((item) => ({ item, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
  };
}

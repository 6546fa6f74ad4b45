// Chance that can be repeated: FAULT_SEED=123 npm run faults
export type Random = {
  /** From 0 to 1. */
  next(): number;
  /** A whole number below this. */
  below(limit: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
};

function createRandom(seed: number): Random {
  let state = seed >>> 0;
  // mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { next, below, pick: (items) => items[below(items.length)] ?? items[0] };
}

/** Names the seed where the work fails. */
export async function withSeed(work: (random: Random) => Promise<void>): Promise<void> {
  const seed = Number(process.env.FAULT_SEED) || Math.floor(Math.random() * 2 ** 31);
  try {
    await work(createRandom(seed));
  } catch (error) {
    throw new Error(`FAULT_SEED=${seed}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** So many faults in rounds of so many, each round in a world of its own. */
export async function inRounds(
  faults: number,
  atOnce: number,
  round: (faults: number) => Promise<void>,
): Promise<void> {
  for (let left = faults; left > 0; left -= atOnce) await round(Math.min(atOnce, left));
}

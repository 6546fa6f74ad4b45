// A row of the table of faults: the same campaign, long in `npm run faults` and short with `--short`.
import { test } from "vitest";
import { type Chance, withSeed } from "./chance.ts";

declare module "vitest" {
  interface TaskMeta {
    /** What a campaign did, for the table. */
    did?: string[];
  }
}

export type Size = { short: number; long: number };

const isLong = process.env.FAULTS === "long";

/**
 * @param size how many faults: kills, restarts, races
 * @param run brings that many about and expects the invariants; tells `did` what the table should say of it
 * @param secondsEach the longest that one fault may take
 */
export function campaign(
  fault: string,
  size: Size,
  run: (count: number, did: (what: string) => void) => Promise<void>,
  secondsEach = 5,
): void {
  const count = isLong ? size.long : size.short;
  const timeout = 60_000 + count * secondsEach * 1000;
  test(fault, { timeout }, ({ task }) => {
    const did: string[] = [];
    task.meta.did = did;
    return run(count, (what) => did.push(what));
  });
}

/** In the long campaigns: their worlds mostly wait for time to pass. */
const ROUNDS_SIDE_BY_SIDE = isLong ? 4 : 1;

/** Brings these faults about in rounds, each in a world of its own and by a seed of its own. */
export async function inRounds(
  faults: number,
  perRound: number,
  round: (faults: number, random: Chance) => Promise<void>,
): Promise<void> {
  let left = faults;
  const rounds = async () => {
    while (left > 0) {
      const some = Math.min(perRound, left);
      left -= some;
      await withSeed((random) => round(some, random)).catch((error) => {
        left = 0; // nobody begins another
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: ROUNDS_SIDE_BY_SIDE }, rounds));
}

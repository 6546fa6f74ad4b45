/** A quick look: smaller, in fewer rounds, and marked as such. */
export const isQuick = process.env.BENCH_QUICK === "1";

export const size = (full: number, quick: number): number => (isQuick ? quick : full);

/** How often each contender runs; what is reported is the median. */
export const ROUNDS = size(5, 3);

// What is made of the figures. Pure.

/** By nearest rank. @param fraction 0.99 for the 99th of a hundred */
export function percentile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)];
  if (found === undefined) throw new Error("There is no percentile of nothing.");
  return found;
}

/** Of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const descending = values.map((value) => -value);
  return (percentile(values, 0.5) - percentile(descending, 0.5)) / 2;
}

/** The most events within any one second, wherever that second begins. @param times in milliseconds, in order */
export function mostInOneSecond(times: readonly number[]): number {
  let first = 0;
  let most = 0;
  for (const [index, time] of times.entries()) {
    while (time - (times[first] ?? time) >= 1000) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

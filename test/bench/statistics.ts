// What is made of the figures. Pure.

/** @param fraction 0.5 for the median, 0.99 for the 99th of a hundred */
export function percentile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)];
  if (found === undefined) throw new Error("There is no percentile of nothing.");
  return found;
}

export function median(values: readonly number[]): number {
  const upper = percentile(values, 0.5);
  if (values.length % 2 === 1) return upper;
  // The lower of the two in the middle was found above.
  const next = values.filter((value) => value > upper);
  const isTied = values.filter((value) => value <= upper).length > values.length / 2;
  return isTied ? upper : (upper + Math.min(...next)) / 2;
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

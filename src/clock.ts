/** Time that passes, and never goes back. Injected, so that a test waits for nothing. */
export type Clock = {
  /** Milliseconds since some fixed moment. */
  monotonic(): number;
  /** @returns what cancels it */
  after(milliseconds: number, run: () => void): () => void;
};

/** The two clocks may drift apart by at most this much from one look to the next. */
const DRIFT_MS = 1_000;

/**
 * Also counts the time while the machine slept. The system's own monotonic clock leaves it out; the wall clock
 * shows it. A wall clock that is set ahead makes time pass too; one that is set back does not.
 */
export function createMonotonic(
  awake: () => number = () => performance.now(),
  wall: () => number = () => Date.now(),
): () => number {
  let [lastAwake, lastWall, passed] = [awake(), wall(), 0];
  return () => {
    const [nowAwake, nowWall] = [awake(), wall()];
    const [byAwake, byWall] = [nowAwake - lastAwake, nowWall - lastWall];
    [lastAwake, lastWall] = [nowAwake, nowWall];
    passed += byWall > byAwake + DRIFT_MS ? byWall : byAwake;
    return passed;
  };
}

export const systemClock: Clock = {
  monotonic: createMonotonic(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

export const pause = (clock: Clock, milliseconds: number): Promise<void> =>
  new Promise((done) => clock.after(milliseconds, done));

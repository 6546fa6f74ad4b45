/** Time that passes, by a clock that nobody sets. Injected, so that a test waits for nothing. */
export type Clock = {
  /** Milliseconds since some moment or other. */
  monotonic(): number;
  /** @returns how to call it off */
  after(milliseconds: number, run: () => void): () => void;
};

export const systemClock: Clock = {
  monotonic: () => performance.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

export const pause = (clock: Clock, milliseconds: number): Promise<void> =>
  new Promise((done) => clock.after(milliseconds, done));

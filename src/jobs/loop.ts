// The loop that runs one job.
import { setTimeout as pause } from "node:timers/promises";
import { type Clock, systemClock } from "../clock.ts";
import type { Log } from "../log.ts";

export type Job = {
  name: string;
  /** @returns whether it wants to run again soon */
  run: () => Promise<boolean>;
};

export type Loop = {
  /** Something changed that the job may have to act on: it runs again, soon. */
  wake(): void;
  /** Milliseconds since it last ended a round, for those who watch the server. */
  silence(): number;
  /** Resolves when the round under way is done. */
  stop(): Promise<void>;
};

/** For work that is seldom needed. Once it says that there is more, it goes on at once; a failure waits its time too. */
export function atMostEvery(
  milliseconds: number,
  work: () => Promise<boolean>,
  clock: Clock = systemClock,
): () => Promise<boolean> {
  let dueAt = clock.monotonic();
  return async () => {
    if (clock.monotonic() < dueAt) return false;
    dueAt = clock.monotonic() + milliseconds;
    const hasMore = await work();
    if (hasMore) dueAt = clock.monotonic();
    return hasMore;
  };
}

/** @param everyMs from one round to the next while there is work @param idleMs and while there is none */
export type Rhythm = { everyMs: number; idleMs: number };

/** Runs the job again and again, one round at a time, until it is stopped. An error is no reason to end. */
export function startLoop({ name, run }: Job, { everyMs, idleMs }: Rhythm, log: Log): Loop {
  const ending = new AbortController();
  let awake = Promise.withResolvers<void>();
  let lastRound = performance.now();

  const rest = (milliseconds: number) =>
    pause(milliseconds, undefined, { signal: ending.signal }).catch(() => {});

  async function go(): Promise<void> {
    while (!ending.signal.aborted) {
      awake = Promise.withResolvers();
      let isBusy = true;
      try {
        isBusy = await run();
      } catch (error) {
        log.warn({ err: error, job: name }, "a job failed and comes again");
      }
      lastRound = performance.now();
      log.trace({ job: name }, "a round has ended");
      await rest(everyMs);
      if (!isBusy) await Promise.race([awake.promise, rest(idleMs)]);
    }
  }
  const running = go();

  return {
    wake: () => awake.resolve(),
    silence: () => performance.now() - lastRound,
    stop: () => {
      ending.abort();
      awake.resolve();
      return running;
    },
  };
}

// One step at a time: whatever the code under test waits for (the database, the provider, a timer, a
// signal) is a step here, and chance decides which comes next. Time passes only between steps.
import { setImmediate as drained } from "node:timers/promises";
import type { Chance } from "./plan.ts";

/** Whose step it is: a process, which can die or stall, or the world around it. */
export type Owner = { name: string; isGone: boolean; stalledUntil: number };

type Step = { owner: Owner; label: string; at: number; run: () => unknown };

export type Stage = ReturnType<typeof createStage>;

export const SECONDS = 1000;
export const HOURS = 3600 * SECONDS;
export const START = Date.parse("2026-01-01T12:00:00Z");

export function createStage(chance: Chance) {
  let now = START;
  let count = 0;
  let steps: Step[] = [];
  const account: { step: number; at: number; line: string }[] = [];

  function after(owner: Owner, milliseconds: number, label: string, run: () => unknown): () => void {
    // Whole milliseconds, as timers have: a fraction might not move a clock that counts from 1970.
    const step = { owner, label, at: now + Math.ceil(milliseconds), run };
    steps.push(step);
    return () => {
      steps = steps.filter((each) => each !== step);
    };
  }
  const soon = (owner: Owner, label: string, run: () => unknown) => after(owner, 0, label, run);

  /** When a step can come: nobody acts while stalled. */
  const readyAt = ({ at, owner }: Step) => Math.max(at, owner.stalledUntil);
  const isReady = (step: Step) => readyAt(step) <= now;

  return {
    now: () => now,
    /** The number of the step under way. */
    count: () => count,
    account,
    say: (line: string) => account.push({ step: count, at: now, line }),
    after,
    soon,
    /**
     * Asks something outside. That it is done is one step, and that the owner hears of it is another.
     * Anything may happen between them. An owner who died meanwhile never hears.
     */
    ask: <T>(owner: Owner, label: string, act: () => Promise<T>): Promise<T> =>
      new Promise((done, failed) => {
        soon(owner, label, async () => {
          const answer = await act().then(
            (value) => () => done(value),
            (error: unknown) => () => failed(error),
          );
          soon(owner, `${label}: answer`, answer);
        });
      }),
    /** @returns false where nothing is left that could ever happen */
    async next({ isHurried }: { isHurried: boolean }): Promise<boolean> {
      steps = steps.filter(({ owner }) => !owner.isGone);
      if (steps.length === 0) return false;
      const ready = steps.filter(isReady);
      if (ready.length === 0 || (!isHurried && chance.happens(0.1))) {
        const later = steps.filter((step) => !isReady(step)).map(readyAt);
        if (later.length > 0) now = Math.min(...later);
        else now += chance.between(1, 3000);
        return true;
      }
      const step = chance.pick(ready);
      steps.splice(steps.indexOf(step), 1);
      count++;
      account.push({ step: count, at: now, line: `${step.owner.name}: ${step.label}` });
      await step.run();
      await drained();
      return true;
    },
  };
}

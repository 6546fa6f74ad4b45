// The other end of processes.ts: what a script was given, what it says, and what it is asked.
import { z } from "zod";

export const given = <T>(form: z.ZodType<T>): T => form.parse(JSON.parse(process.argv[2] ?? "null"));

export const say = (what: unknown): void => {
  process.send?.(what);
};

const Question = z.object({ question: z.unknown() });

export function onQuestion<T>(form: z.ZodType<T>, answer: (question: T) => unknown): void {
  process.on("message", async (message) => say(await answer(form.parse(Question.parse(message).question))));
}

/** Wall and CPU time of this process from now on, in milliseconds. */
export function startWatch(): () => { wallMs: number; cpuMs: number } {
  const begun = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { wallMs: performance.now() - begun, cpuMs: (user + system) / 1000 };
  };
}

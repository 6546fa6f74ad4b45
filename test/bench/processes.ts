// Fresh processes: each run begins in a Node of its own, which says over IPC what came of it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { z } from "zod";

export type Helper<Ready> = {
  /** What it said first. */
  ready: Ready;
  pid: number;
  /** One question, one answer; questions are answered in their order. */
  ask<Answer>(question: unknown, form: z.ZodType<Answer>): Promise<Answer>;
  /** Resolves when it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
};

type Environment = Record<string, string>;

export type Place = {
  /** The folder that it is started in. */
  cwd?: string;
  /** The only core that it may use. */
  core?: number;
};

const living = new Map<ChildProcess, Promise<unknown>>();

/** Has a child end with the benchmark at the latest. @returns when it is gone */
export function keep(child: ChildProcess): Promise<unknown> {
  const closed = once(child, "close");
  living.set(child, closed);
  closed.finally(() => living.delete(child));
  return closed;
}

/** For an early end. */
export async function killAll(): Promise<void> {
  for (const child of living.keys()) child.kill("SIGKILL");
  await Promise.all(living.values());
}

/**
 * Starts a script of the benchmark and waits for the first thing that it says.
 *
 * @param script below test/bench/
 */
export async function startHelper<Ready>(
  script: string,
  given: unknown,
  form: z.ZodType<Ready>,
  environment: Environment = {},
  { cwd, core }: Place = {},
): Promise<Helper<Ready>> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const node = [process.execPath, path, JSON.stringify(given)];
  const [program = "", ...rest] = core === undefined ? node : ["taskset", "-c", String(core), ...node];
  const child = spawn(program, rest, {
    ...(cwd !== undefined && { cwd }),
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", 2, 2, "ipc"],
  });
  const closed = keep(child);
  const ended = closed.then(() => {
    throw new Error(`${script} ended (${child.exitCode ?? child.signalCode}) without an answer.`);
  });
  ended.catch(() => {});
  const next = async <T>(expected: z.ZodType<T>): Promise<T> => {
    const [message] = await Promise.race([once(child, "message"), ended]);
    return expected.parse(message);
  };
  const ready = await next(form);
  let turn: Promise<unknown> = Promise.resolve();
  return {
    ready,
    pid: pidOf(child),
    ask(question, expected) {
      const answer = turn.then(() => {
        child.send({ question });
        return next(expected);
      });
      turn = answer.catch(() => {});
      return answer;
    },
    async kill(signal = "SIGKILL") {
      child.kill(signal);
      await closed;
    },
  };
}

/** A run that says one thing, and ends. */
export async function runFresh<Result>(
  script: string,
  given: unknown,
  form: z.ZodType<Result>,
  environment: Environment = {},
): Promise<Result> {
  const helper = await startHelper(script, given, form, environment);
  await helper.kill();
  return helper.ready;
}

export function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error("The process could not be started.");
  return pid;
}

/**
 * What a process has used of the CPU so far, in milliseconds; NaN where the system does not tell.
 *
 * @param withEnded also what its children used that have ended since
 */
export async function cpuOf(pid: number, withEnded = false): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // From the 14th field, in hundredths of a second: man 5 proc. The 2nd may hold spaces.
  const used = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, withEnded ? 15 : 13);
  return used.length === 0 ? Number.NaN : used.reduce((sum, each) => sum + Number(each), 0) * 10;
}

/** How long a core was busy so far, whoever used it, in milliseconds. */
export async function busyOf(core: number): Promise<number> {
  const stat = await readFile("/proc/stat", "utf8").catch(() => "");
  const line = new RegExp(`^cpu${core} (.*)$`, "m").exec(stat)?.[1] ?? "";
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(" ").map(Number);
  return (user + nice + system + irq + softirq + steal) * 10;
}

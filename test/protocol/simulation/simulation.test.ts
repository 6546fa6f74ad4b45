// The send protocol under invented time, crashes and faults: each seed is another course of events, the
// same again each time. SIMULATION_SEEDS=5000 plays 5,000 of them; SIMULATION_SEEDS=4711-4711 plays that one.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSimulatedDatabase } from "./database.ts";
import { judge } from "./judge.ts";
import { plans } from "./plan.ts";
import { type Run, simulate } from "./simulate.ts";
import { START } from "./stage.ts";

/** Seeds that once failed. */
const ONCE_FAILED: number[] = [];

const [first = 1, last = 60] = seedsFrom(process.env.SIMULATION_SEEDS ?? "");

function seedsFrom(setting: string): number[] {
  const [from, to] = setting.split("-", 2);
  if (!from) return [];
  return to === undefined ? [1, Number(from)] : [Number(from), Number(to)];
}

const seeds = Array.from({ length: last - first + 1 }, (_, n) => first + n);

test(`${seeds.length} courses of events break no invariant`, { timeout: 7_200_000 }, () =>
  expectNoViolation([...ONCE_FAILED, ...seeds]),
);

async function expectNoViolation(seeds: readonly number[]): Promise<void> {
  const database = await createSimulatedDatabase();
  for (const seed of seeds) {
    // Seeds that follow each other should have nothing in common.
    const [plan] = fc.sample(plans, { seed: Math.imul(seed, 0x9e3779b1), numRuns: 1 });
    if (!plan) throw new Error("there is no plan");
    const run = await simulate(database, plan);
    const violations = judge(run);
    if (violations.length > 0) console.error(tell(seed, run));
    expect(violations, `seed ${seed}`).toEqual([]);
  }
}

/** What happened, step by step, with what each step changed in the tables. */
function tell(seed: number, { plan, log, steps, account }: Run): string {
  const { choices: _, ...shown } = plan;
  const changed = log.changes.map(({ id, what, before, after }, n) => ({
    step: steps[n],
    line: `    ${id} ${what}: ${describe(before, after)}`,
  }));
  const lines = account.flatMap(({ step, at, line }, index) => [
    `${String(step).padStart(4)} ${((at - START) / 1000).toFixed(1).padStart(9)} s  ${line}`,
    ...(account[index + 1]?.step === step
      ? []
      : changed.filter((each) => each.step === step).map((each) => each.line)),
  ]);
  return [`Seed ${seed}: ${JSON.stringify(shown)}`, ...lines].join("\n");
}

/** What has changed in a row. */
function describe(before: unknown, after: unknown): string {
  const [old, now] = [before, after].map((row) =>
    typeof row === "object" && row !== null ? Object.entries(row) : [],
  );
  const was = new Map(old);
  const news = (now ?? []).filter(([name, value]) => value !== null && was.get(name) !== value);
  const keys = (now ?? []).filter(
    ([name]) =>
      ["id", "alert_id", "sending_id", "part", "position"].includes(name) &&
      !news.some(([each]) => each === name),
  );
  return [...keys, ...news].map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(", ") || "gone";
}

import fc from "fast-check";
import { expect, test } from "vitest";
import { createSimulatedDatabase } from "./database.ts";
import { plans } from "./plan.ts";
import { simulate } from "./simulate.ts";

test("x", { timeout: 600_000 }, async () => {
  const database = await createSimulatedDatabase();
  for (let seed = 1; seed <= 10; seed++) {
    const [plan] = fc.sample(plans, { seed: Math.imul(seed, 0x9e3779b1), numRuns: 1 });
    if (!plan) throw new Error();
    const t0 = performance.now();
    const run = await simulate(database, plan);
    console.error(
      seed,
      Math.round(performance.now() - t0),
      run.account.length,
      run.log.length,
      run.ledger.length,
      run.account.at(-1),
    );
    if (seed === 1 && process.env.SHOW)
      for (const { step, at, line } of run.account)
        console.error(step, at - Date.parse("2026-01-01T12:00Z"), line);
  }
  expect(1).toBe(1);
});

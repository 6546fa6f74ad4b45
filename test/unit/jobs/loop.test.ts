import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { atMostEvery, type Rhythm, startLoop } from "../../../src/jobs/loop.ts";
import { createLog } from "../../../src/log.ts";
import { eventually } from "../../helpers/eventually.ts";

const HOUR = 3_600_000;

/** @param run is told which round it is, the first being 1 */
function setUp(run: (round: number) => Promise<boolean>, rhythm: Rhythm) {
  const lines: string[] = [];
  const state = { rounds: 0, lines };
  const log = createLog("info", { write: (line) => lines.push(line) });
  const loop = startLoop({ name: "show alerts", run: () => run(++state.rounds) }, rhythm, log);
  onTestFinished(loop.stop);
  return { loop, state };
}

test("a failing job is logged with its own message, and comes again", async () => {
  const again = Promise.withResolvers<void>();
  const { state } = setUp(
    async (round) => {
      if (round === 1) throw new TypeError("no channel for +12065550123");
      again.resolve();
      return false;
    },
    { everyMs: 1, idleMs: HOUR },
  );
  await again.promise;
  expect(state.lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      level: 40,
      job: "show alerts",
      err: { name: "TypeError", message: "no channel for [phone]" },
    },
  ]);
});

test("an idle job rests until it is woken, and then runs at once", async () => {
  const again = Promise.withResolvers<void>();
  const { loop, state } = setUp(
    async (round) => {
      if (round === 2) again.resolve();
      return false;
    },
    { everyMs: 1, idleMs: HOUR },
  );
  await eventually(async () => loop.silence() > 50, "the job to be idle");
  expect(state.rounds).toBe(1);
  loop.wake();
  await again.promise;
});

test("a loop that is stopped in mid-round ends with that round", async () => {
  const begun = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const order: string[] = [];
  const { loop, state } = setUp(
    async () => {
      begun.resolve();
      await released.promise;
      order.push("the round is over");
      return true;
    },
    { everyMs: HOUR, idleMs: HOUR },
  );
  await begun.promise;
  const stopped = loop.stop().then(() => order.push("stopped"));
  released.resolve();
  await stopped;
  expect(order).toEqual(["the round is over", "stopped"]);
  expect(state.rounds).toBe(1);
});

test("what is seldom needed runs at its time, goes on while there is more, and waits its time after a failure", async () => {
  let time = 0;
  const outcomes: (boolean | Error)[] = [true, false, new Error("not now"), false];
  const ran: number[] = [];
  const run = atMostEvery(
    60,
    async () => {
      ran.push(time);
      const outcome = outcomes.shift();
      if (outcome instanceof Error) throw outcome;
      return outcome ?? false;
    },
    { ...systemClock, monotonic: () => time },
  );
  for (time = 0; time <= 200; time += 10) await run().catch(() => {});
  expect(ran).toEqual([0, 10, 70, 130, 190]);
});

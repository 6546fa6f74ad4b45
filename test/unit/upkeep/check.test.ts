// The look at all that an alert needs: when, for how long, and what it makes of what it finds.
import { expect, test } from "vitest";
import { createLog } from "../../../src/log.ts";
import { type CheckPart, createCheck, type Findings } from "../../../src/upkeep/check.ts";

const MINUTE = 60_000;

function openCheck(...looks: (() => Promise<Findings>)[]) {
  let time = 0;
  const timers = new Set<() => void>();
  const lines: string[] = [];
  const counts = looks.map(() => 0);
  const parts = looks.map(
    (look, n): CheckPart => ({
      look: () => {
        counts[n] = (counts[n] ?? 0) + 1;
        return look();
      },
      otherwise: `Part ${n} does not answer.`,
    }),
  );
  const check = createCheck({
    parts,
    log: createLog("info", { write: (line) => lines.push(line) }),
    clock: {
      monotonic: () => time,
      after: (_, run) => {
        timers.add(run);
        return () => timers.delete(run);
      },
    },
    now: () => new Date(time),
  });
  return {
    ...check,
    counts,
    lines,
    letPass: (ms: number) => {
      time += ms;
    },
    endPatience: () => {
      for (const run of timers) run();
    },
  };
}

const well = async (): Promise<Findings> => ({});

test("it looks once a minute, and tells when", async () => {
  const check = openCheck(well);
  expect(check.found()).toBeUndefined();
  await check.run();
  check.letPass(MINUTE - 1);
  await check.run();
  expect(check.counts).toEqual([1]);
  expect(check.found()).toEqual({ at: new Date(0), problems: [], remarks: [] });
  check.letPass(1);
  await check.run();
  expect(check.found()?.at).toEqual(new Date(MINUTE));
});

test("what is wrong is looked at sooner again, so that its mend is seen", async () => {
  let problems = ["The channel is archived."];
  const check = openCheck(async () => ({ problems }));
  await check.run();
  expect(check.found()?.problems).toEqual(problems);
  problems = [];
  check.letPass(MINUTE / 4);
  await check.run();
  expect(check.found()?.problems).toEqual([]);
});

test("one part that fails, or never ends, hides nothing of the others", async () => {
  const check = openCheck(
    async () => ({ remarks: ["Give a phone."] }),
    () => Promise.reject(new Error("no")),
    () => new Promise(() => {}),
    async () => ({ problems: ["It is suspended."] }),
  );
  const round = check.run();
  await new Promise((turn) => setTimeout(turn));
  check.endPatience();
  await round;
  expect(check.found()).toMatchObject({
    problems: ["Part 1 does not answer.", "Part 2 does not answer.", "It is suspended."],
    remarks: ["Give a phone."],
  });
});

test("the log tells each news once", async () => {
  const check = openCheck(async () => ({ problems: ["It is suspended."] }));
  for (let round = 0; round < 3; round++) {
    await check.run();
    check.letPass(MINUTE);
  }
  expect(check.lines.filter((line) => line.includes("It is suspended."))).toHaveLength(1);
});

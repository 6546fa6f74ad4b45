import { expect, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { createClockCheck } from "../../../src/upkeep/clock-check.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A machine whose clock is this far ahead of everybody's. */
function openMachine(ahead: number) {
  let [time, off] = [Date.parse("2026-03-03T12:00:00Z"), ahead];
  const check = createClockCheck({
    now: () => new Date(time + off),
    clock: { ...systemClock, monotonic: () => time },
  });
  const utc = () => new Date(time).toUTCString();
  return {
    ...check,
    utc,
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
    mend: () => {
      off = 0;
    },
  };
}

test.each([
  ["right", 0, undefined],
  ["off by as much as an answer takes", 20 * SECOND, undefined],
  ["a little fast", 2 * MINUTE, { remarks: [expect.stringMatching(/clock is 2 minutes fast\. From five/)] }],
  ["a little slow", -MINUTE, { remarks: [expect.stringMatching(/clock is 1 minute slow\./)] }],
  ["fast", 4 * MINUTE, { problems: [expect.stringMatching(/clock is 4 minutes fast\..*timedatectl/)] }],
  ["slow", -7 * MINUTE, { problems: [expect.stringMatching(/clock is 7 minutes slow\./)] }],
  ["off by hours", 5 * HOUR, { problems: [expect.stringMatching(/clock is 5 hours fast\./)] }],
  ["off by days", -73 * HOUR, { problems: [expect.stringMatching(/clock is 3 days slow\./)] }],
])("a clock that is %s", async (_, ahead, said) => {
  for (const who of ["noteSlack", "noteGateway"] as const) {
    const machine = openMachine(ahead);
    machine[who](machine.utc());
    expect(await machine.look()).toEqual(said ?? {});
  }
});

test("Slack's time counts, and the gateway's where Slack has told none for a while", async () => {
  const machine = openMachine(0);
  const wrong = new Date(Date.parse(machine.utc()) - HOUR).toUTCString();
  machine.noteGateway(wrong);
  machine.noteSlack(machine.utc());
  expect(await machine.look()).toEqual({});
  machine.pass(11 * MINUTE);
  machine.noteGateway(wrong);
  expect(await machine.look()).toMatchObject({ problems: [expect.stringContaining("fast")] });
});

test("once the clock is put right, the next answer shows it; and old answers say nothing", async () => {
  const machine = openMachine(10 * MINUTE);
  machine.noteSlack(machine.utc());
  expect(await machine.look()).toHaveProperty("problems");
  machine.mend();
  machine.noteSlack(machine.utc());
  expect(await machine.look()).toEqual({});
  const other = openMachine(10 * MINUTE);
  other.noteSlack(other.utc());
  other.pass(11 * MINUTE);
  expect(await other.look()).toEqual({});
});

test("an answer without a time, or with none that can be read, says nothing", async () => {
  const machine = openMachine(10 * MINUTE);
  for (const date of [null, undefined, "", "soon"]) machine.noteSlack(date);
  expect(await machine.look()).toEqual({});
});

import { expect, onTestFinished, test, vi } from "vitest";
import { createMonotonic, systemClock } from "../../src/clock.ts";

test("time passes while the machine sleeps, and never goes back", () => {
  let [awake, wall] = [0, 1_000_000];
  const monotonic = createMonotonic(
    () => awake,
    () => wall,
  );
  const pass = (byAwake: number, byWall: number) => {
    awake += byAwake;
    wall += byWall;
    return monotonic();
  };
  expect(pass(0.4, 1)).toBeCloseTo(0.4);
  expect(pass(10, 10)).toBeCloseTo(10.4);
  // Asleep for an hour.
  expect(pass(10, 3_600_000)).toBeCloseTo(3_600_010.4);
  // The clock is set back by an hour.
  expect(pass(10, -3_600_000)).toBeCloseTo(3_600_020.4);
});

test("so does the time that everything goes by", () => {
  const before = systemClock.monotonic();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect(systemClock.monotonic() - before).toBeGreaterThan(3_590_000);
});

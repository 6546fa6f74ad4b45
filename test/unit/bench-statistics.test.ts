import { expect, test } from "vitest";
import { interleave } from "../bench/interleave.ts";
import { median, mostInOneSecond, percentile } from "../bench/statistics.ts";

test.each([
  [[7], 7],
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[5, 5, 1, 5], 5],
])("the median of %j is %d", (values, expected) => {
  expect(median(values)).toBe(expected);
});

test("a percentile is one of the values, and no higher than it must be", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile(hundred, 1)).toBe(100);
  expect(percentile([2, 1], 0.99)).toBe(2);
  expect(() => percentile([], 0.5)).toThrow("nothing");
});

test("the fullest second is found wherever it begins", () => {
  expect(mostInOneSecond([])).toBe(0);
  expect(mostInOneSecond([0, 1000, 2000])).toBe(1);
  expect(mostInOneSecond([0, 900, 950, 1800, 1899, 1900])).toBe(4);
});

test("contenders take turns, in reversed order each round, and a ratio is taken within its round", async () => {
  const order: string[] = [];
  const contender = (name: string, figures: number[]) => async () => {
    order.push(name);
    return { ms: figures[order.filter((each) => each === name).length - 1] ?? Number.NaN };
  };
  // The second round was slow for both.
  const contenders = { floor: contender("floor", [10, 100, 10]), ours: contender("ours", [20, 200, 50]) };
  const measured = await interleave(contenders, 3);

  expect(order).toEqual(["floor", "ours", "ours", "floor", "floor", "ours"]);
  expect(measured.of("ours", "ms")).toBe(50);
  expect(measured.ratio(["ours", "ms"], ["floor", "ms"])).toBe(2);
});

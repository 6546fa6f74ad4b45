import { expect, test } from "vitest";
import { createRateLimit } from "../../../src/slack/wire/rate-limit.ts";

test("sixty requests in a minute, each person by themselves, and again after the minute", () => {
  // A clock begins anywhere.
  const begin = 1_000_000;
  let now = begin;
  const rate = createRateLimit(undefined, () => now);
  const verdicts = Array.from({ length: 63 }, () => rate("U1"));
  expect(new Set(verdicts.slice(0, 60))).toEqual(new Set(["fine"]));
  expect(verdicts.slice(60)).toEqual(["too fast", "still too fast", "still too fast"]);
  expect(rate("U2")).toBe("fine");
  now = begin + 59_999;
  expect(rate("U1")).toBe("still too fast");
  now = begin + 60_000;
  expect(rate("U1")).toBe("fine");
});

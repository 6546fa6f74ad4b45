import { expect, test } from "vitest";
import { describeDuration, describeTime, money, plural, summarize } from "../../src/alerts/summary.ts";

test.each([
  [
    { delivered: 203, accepted: 3, sent: 4, rejected: 1, undelivered: 3 },
    "Sent 210 of 214: 203 delivered, 7 on the way, 4 failed.",
  ],
  [{ delivered: 92 }, "Sent 92 of 92: 92 delivered."],
  [{ pending: 90, sending: 2 }, "Sent 0 of 92: 92 waiting."],
  [
    { delivered: 1, unknown: 1, skipped: 1, expired: 1, canceled: 1 },
    "Sent 1 of 5: 1 delivered, 1 unknown, 1 opted out meanwhile, 1 too late to send, 1 not sent.",
  ],
  [{}, "Sent 0 of 0."],
])("%j is told as: %s", (counts, sentence) => {
  expect(summarize(counts)).toBe(sentence);
});

test.each([
  [0, "less than a minute"],
  [49, "less than a minute"],
  [50, "about 1 minute"],
  [90, "about 2 minutes"],
  [89 * 60, "about 89 minutes"],
  [2 * 3600, "about 2 hours"],
])("%i seconds are %s", (seconds, words) => {
  expect(describeDuration(seconds)).toBe(words);
});

test("counts, money and times read as people write them", () => {
  expect(plural(1, "phone")).toBe("1 phone");
  expect(plural(1214, "phone")).toBe("1,214 phones");
  expect(plural(0, "copy", "copies")).toBe("0 copies");
  expect(money(1.7762)).toBe("$1.78");
  expect(money(1234.5)).toBe("$1,234.50");
  expect(describeTime(new Date("2026-03-03T22:05:00Z"), "America/Los_Angeles")).toBe(
    "Tue, Mar 3, 2026, 2:05 PM",
  );
});

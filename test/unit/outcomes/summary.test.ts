import { expect, test } from "vitest";
import { summarize } from "../../../src/outcomes/summary.ts";

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

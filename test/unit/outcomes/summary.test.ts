import { expect, test } from "vitest";
import { summarize, summarizeLeftOut, summarizeStopped } from "../../../src/outcomes/summary.ts";

test.each([
  [
    { delivered: 203, accepted: 3, sent: 4, rejected: 1, undelivered: 3 },
    "Sent 210 of 214: 203 delivered, 7 on the way, 4 not reached.",
  ],
  [{ delivered: 92 }, "Sent 92 of 92: 92 delivered."],
  [{ pending: 90, sending: 2 }, "Sent 0 of 92: 92 waiting."],
  // Nothing else waits, so that people look at these.
  [{ delivered: 4, sending: 1 }, "Sent 4 of 5: 4 delivered, 1 waiting (no answer yet)."],
  [
    { delivered: 1, unknown: 1, skipped: 1, expired: 2, canceled: 1 },
    "Sent 1 of 6: 1 delivered, 1 not reached (may have arrived), 4 not sent (1 opted out meanwhile, 2 too late to send).",
  ],
  [{ expired: 51, sent: 3 }, "Sent 3 of 54: 3 on the way, 51 not sent (too late to send)."],
  [{ failed: 2, unknown: 1 }, "Sent 0 of 3: 3 not reached (1 may have arrived)."],
  [{}, "Sent 0 of 0."],
])("%j is told as: %s", (counts, sentence) => {
  expect(summarize(counts)).toBe(sentence);
});

test.each([
  [
    { delivered: 45, sent: 4, canceled: 158 },
    "Stopped: 49 of 207 got it or will. 45 delivered, 4 on the way, 158 not sent.",
  ],
  // Pressed in the middle: what leaves just then is on the way, what still waited never leaves.
  [
    { delivered: 40, sending: 9, pending: 158 },
    "Stopped: 49 of 207 got it or will. 40 delivered, 9 on the way, 158 not sent.",
  ],
  [{ undelivered: 2, canceled: 5 }, "Stopped: 0 of 7 got it or will. 2 not reached, 5 not sent."],
])("%j, and stopped, is told as: %s", (counts, sentence) => {
  expect(summarizeStopped(counts)).toBe(sentence);
});

test.each([
  [
    { "opted out": 8, "no mobile": 10, unusable: 4 },
    "22 were left out: 8 opted out, 10 without a mobile number, 4 with a number that can't get texts.",
  ],
  [{ "no mobile": 1 }, "1 was left out: 1 without a mobile number."],
  [{}, ""],
])("of %j is said: %s", (counts, sentence) => {
  expect(summarizeLeftOut(counts)).toBe(sentence);
});

import { expect, test } from "vitest";
import { deliveryStatus } from "../../../src/db/schema.ts";
import { countSent, countStatuses, describeFailure, outcomes, total } from "../../../src/outcomes/counts.ts";

test("every status belongs to exactly one outcome, so that the counts add up", () => {
  expect(Object.values(outcomes).flat().sort()).toEqual([...deliveryStatus.enumValues].sort());
});

test("counts are added up by what people are told", () => {
  const counts = { accepted: 3, sent: 4, delivered: 203, rejected: 1, failed: 2, undelivered: 1, pending: 5 };
  expect(countStatuses(counts, outcomes["on the way"])).toBe(7);
  expect(countStatuses(counts, outcomes.failed)).toBe(4);
  expect(countSent(counts)).toBe(210);
  expect(total(counts)).toBe(219);
});

test.each([
  ["rejected", 21614, "not a mobile number (21614)"],
  ["undelivered", 30003, "phone off or out of coverage (30003)"],
  ["failed", 99999, "refused by Twilio (99999)"],
  ["failed", null, "no reason was given"],
  ["unknown", null, "Twilio gave no answer; it may or may not have arrived"],
] as const)("%s with %s is told as: %s", (status, code, words) => {
  expect(describeFailure(status, code)).toBe(words);
});

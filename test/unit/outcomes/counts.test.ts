import { expect, test } from "vitest";
import { deliveryStatus } from "../../../src/db/schema.ts";
import { countSent, countStatuses, outcomes, total } from "../../../src/outcomes/counts.ts";

test("every status belongs to exactly one outcome, so that the counts add up", () => {
  expect(Object.values(outcomes).flat().sort()).toEqual([...deliveryStatus.enumValues].sort());
});

test("counts are added up by what people are told", () => {
  const counts = { accepted: 3, sent: 4, delivered: 203, rejected: 1, failed: 2, undelivered: 1, pending: 5 };
  expect(countStatuses(counts, outcomes["on the way"])).toBe(7);
  expect(countStatuses(counts, outcomes["not reached"])).toBe(4);
  expect(countSent(counts)).toBe(210);
  expect(total(counts)).toBe(219);
});

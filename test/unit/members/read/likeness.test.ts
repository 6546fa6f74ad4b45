// Which lines look like a list's rows: what a quotation mark may have swallowed is told by it.
import { expect, test } from "vitest";
import { learnRows } from "../../../../src/members/read/likeness.ts";

/** With an account that is alike and a zone that isn't, the cell between decides. */
test.each<[cell: string, other: string, isAlike: boolean]>([
  ["206-555-0101", "555-0199", true],
  ["206-555-0101", "206-555-0199 cell", true],
  ["206-555-0101", "555-019", false],
  ["206-555-0101", "206-555-0199 home 2", true],
  ["206-555-0101", "206-555-0199 mobil", false],
  ["12 Main St", "7 Oak", true],
  ["12 Main St", "7", false],
  ["12 Main St", "Oak", false],
  ["12", "7", true],
  ["12", "Ana", false],
  ["12", "*", false],
  ["Ana", "Zoë", true],
  ["Ana", "*", false],
  ["*", "#", true],
])("among cells such as %j, %j is a usual one: %s", (cell, other, isAlike) => {
  const looksLikeRow = learnRows(
    Array.from({ length: 4 }, () => ["1001", cell, "North"]),
    3,
  );
  expect(looksLikeRow(["1009", other, "***"])).toBe(isAlike);
});

test("with too few rows to learn from, only how many cells there are can tell", () => {
  const looksLikeRow = learnRows(
    Array.from({ length: 2 }, () => ["1001", "Ana"]),
    2,
  );
  expect([["***"], ["*", "*"], ["*", "*", "*"]].map(looksLikeRow)).toEqual([false, true, true]);
});

import { expect, test } from "vitest";
import { describeCost, estimate } from "../../../src/outcomes/cost.ts";
import type { StatusCounts } from "../../../src/outcomes/counts.ts";

const rates = { pricePerSegment: 0.0083, carrierFeePerSegment: 0.0045 };
const ENDED = new Date("2026-06-01T12:00:00Z");
const LATER = "; the provider's own prices come within a day";

type Told = Partial<Parameters<typeof describeCost>[0]>;
const cost = (counts: StatusCounts, more: Told = {}, of = rates) =>
  describeCost(
    {
      counts,
      endedAt: ENDED,
      phoneCount: 207,
      segments: 1,
      price: null,
      unpriced: 1,
      earlierTexts: 0,
      isPriceAsked: true,
      ...more,
    },
    of,
  );

test.each<[words: string, told: string]>([
  ["207 texts", cost({ delivered: 200, sent: 7 })],
  ["the first prices", cost({ delivered: 200, sent: 7 }, { price: 0.0166, unpriced: 205 })],
])("%s are an estimate, until every price is known", (_, told) => {
  expect(told).toBe(`about $2.65 with the carriers' fees${LATER}`);
});

test("every price is known: the provider's word", () => {
  const known = { price: 1.7181, unpriced: 0, isPriceAsked: true };
  expect(cost({ delivered: 207 }, known)).toBe(
    "$1.72 by the provider's own prices; the carriers' fees may come on top",
  );
  const without = { ...rates, carrierFeePerSegment: 0 };
  expect(cost({ delivered: 207 }, known, without)).toBe("$1.72 by the provider's own prices");
});

test.each<[what: string, counts: StatusCounts, more: Told, told: string]>([
  [
    "under way",
    { delivered: 10, pending: 197 },
    { endedAt: null },
    `about $2.65 with the carriers' fees${LATER}`,
  ],
  ["stopped", { delivered: 45, sent: 4, canceled: 158 }, {}, `about $0.63 with the carriers' fees${LATER}`],
  ["too late", { delivered: 49, expired: 158 }, {}, `about $0.63 with the carriers' fees${LATER}`],
  ["refused", { delivered: 49, rejected: 158 }, {}, `about $0.63 with the carriers' fees${LATER}`],
  ["two texts each", { delivered: 49 }, { segments: 2 }, `about $1.25 with the carriers' fees${LATER}`],
  ["sent again", { delivered: 49 }, { earlierTexts: 49 }, `about $1.25 with the carriers' fees${LATER}`],
  ["never priced", { delivered: 49 }, { isPriceAsked: false }, "about $0.63 with the carriers' fees"],
  ["one text", { delivered: 1 }, {}, `about $0.01 with the carriers' fees${LATER}`],
  ["nothing", { canceled: 207 }, {}, "nothing"],
])("an estimate counts what has left: %s", (_, counts, more, told) => {
  expect(cost(counts, more)).toBe(told);
});

test("a setting says what the carriers add", () => {
  expect(cost({ delivered: 207 }, {}, { ...rates, carrierFeePerSegment: 0 })).toBe(`about $1.72${LATER}`);
});

test("many small prices add up to what they are", () => {
  expect(estimate(3, { pricePerSegment: 0.1, carrierFeePerSegment: 0 })).toBe(0.3);
  expect(estimate(1_000_000, rates)).toBe(12_800);
});

// What texts cost, in plain words: our estimate, until the provider has named the price of every one. Pure.
import type { Settings } from "../config.ts";
import { money } from "../text/words.ts";
import { countStatuses, mayBeBilled } from "./counts.ts";
import type { AlertWithCounts } from "./read-alert.ts";

export type Rates = Pick<Settings, "pricePerSegment" | "carrierFeePerSegment">;

const MILLION = 1_000_000;

/** In whole millionths, so that many small prices add up to what they are. @returns dollars */
export const estimate = (segments: number, { pricePerSegment, carrierFeePerSegment }: Rates): number =>
  (segments * (Math.round(pricePerSegment * MILLION) + Math.round(carrierFeePerSegment * MILLION))) / MILLION;

/** "about $2.65 with the carriers' fees" */
export const describeEstimate = (segments: number, rates: Rates): string =>
  `about ${money(estimate(segments, rates))}${rates.carrierFeePerSegment > 0 ? " with the carriers' fees" : ""}`;

/** What an estimate of an alert leaves out. */
export const costsBesides = (rates: Rates): string =>
  `Tests, and what members write back, cost about ${money(estimate(1, rates))} each besides.`;

type Costing = Pick<
  AlertWithCounts,
  "endedAt" | "counts" | "phoneCount" | "segments" | "price" | "unpriced" | "earlierTexts" | "isPriceAsked"
>;

/** "about $1.72; the provider's own prices come within a day"; "nothing" where no text has left. */
export function describeCost(alert: Costing, rates: Rates): string {
  const { endedAt, counts, phoneCount, segments, price, unpriced, earlierTexts, isPriceAsked } = alert;
  // What is under way will be all of it; what was stopped, or has expired, is what has left.
  const texts = endedAt ? countStatuses(counts, mayBeBilled) + earlierTexts : phoneCount;
  if (texts === 0) return "nothing";
  if (endedAt && price !== null && unpriced === 0) {
    const fees = rates.carrierFeePerSegment > 0 ? "; the carriers' fees may come on top" : "";
    return `${money(price)} by the provider's own prices${fees}`;
  }
  const later = isPriceAsked || !endedAt ? "; the provider's own prices come within a day" : "";
  return `${describeEstimate(texts * segments, rates)}${later}`;
}

import type { Moment } from "../../src/alerts/warnings.ts";
import type { Settings } from "../../src/config.ts";

/** Midday, as fast as can be, and no name: of what depends on these, nothing is warned. */
export const noon = (settings: Partial<Settings> = {}, now = new Date("2026-06-01T12:00:00Z")): Moment => ({
  settings: {
    organization: undefined,
    questionsNumber: undefined,
    timeZone: "UTC",
    country: "US",
    pricePerSegment: 0.01,
    carrierFeePerSegment: 0,
    segmentsPerSecond: 1000,
    quietHours: { from: 21 * 60, until: 8 * 60 },
    longestText: 6,
    channel: undefined,
    isPractice: true,
    ...settings,
  },
  now,
});

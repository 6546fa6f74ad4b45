// A setting with which no review can be made is found before anybody writes an alert.
import { expect, test } from "vitest";
import { checkReview } from "../../src/slack/upkeep/check.ts";
import { openTestDatabase } from "../helpers/database.ts";

const settings = {
  organization: undefined,
  timeZone: "America/Denver",
  country: "US" as const,
  pricePerSegment: 0.0083,
  carrierFeePerSegment: 0.0045,
  segmentsPerSecond: 3,
  isPractice: true,
};
const now = () => new Date();

test("a review is made of an invented alert, and nothing is written down", async () => {
  const { db } = await openTestDatabase();
  expect(await checkReview({ db, settings, now })).toEqual({});
});

test("it fails with a time zone that is none, as an empty TZ once was", async () => {
  const { db } = await openTestDatabase();
  await expect(checkReview({ db, settings: { ...settings, timeZone: "" }, now })).rejects.toThrow(RangeError);
});

// A setting with which no review can be made is found before anybody writes an alert.
import { expect, test } from "vitest";
import { checkReview } from "../../src/slack/upkeep/check.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { noon } from "../helpers/moment.ts";

const { settings } = noon({ timeZone: "America/Denver" });
const now = () => new Date();

test("a review is made of an invented alert, and nothing is written down", async () => {
  const { db } = await openTestDatabase();
  expect(await checkReview({ db, settings, now })).toEqual({});
});

test("it fails with a time zone that is none, as an empty TZ once was", async () => {
  const { db } = await openTestDatabase();
  await expect(checkReview({ db, settings: { ...settings, timeZone: "" }, now })).rejects.toThrow(RangeError);
});

import { expect, test } from "vitest";
import { BOIL, openScene } from "../helpers/scene.ts";

test("an alert goes from /alert to every phone in the chosen zones, and into the record", async () => {
  const scene = await openScene();
  const { priya, twilio } = scene;

  await priya.runs("/alert", BOIL);
  expect(await priya.sees("New alert")).toContain("Old Town (");
  await priya.submits({ Zones: ["Old Town", "Mill Flats"], Kind: "Emergency" });
  const review = await scene.messageSaying("Nothing is sent yet");
  expect(twilio.requests).toHaveLength(0);

  const { failure } = await priya.presses("Send to", review);
  expect(failure).toBeUndefined();

  const done = await scene.messageSaying(/^Sent \d+ of \d+: \d+ delivered/);
  expect(done.ts).toBe(review.ts);
  expect(new Set(twilio.ledger.map(({ to }) => to)).size).toBe(twilio.ledger.length);
  expect(twilio.ledger.every(({ body }) => body === BOIL)).toBe(true);
});

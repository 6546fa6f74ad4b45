import { expect, test } from "vitest";
import { alarmOf, fromTwilioStatus } from "../../../src/gateways/twilio/statuses.ts";

test.each([
  ["DELIVERED", "delivered"],
  // New to us, and still a proof that the provider has the message.
  ["partially_delivered", "accepted"],
  ["constructor", "accepted"],
])("the provider's %s is our %s", (word, status) => {
  expect(fromTwilioStatus(word)).toBe(status);
});

test("a text that is put off is an alarm, because we never ask for that", () => {
  expect(alarmOf("scheduled")?.words("Mexico")).toContain("until the morning");
  for (const word of ["accepted", "queued", "sent", "failed"]) expect(alarmOf(word)).toBeUndefined();
});

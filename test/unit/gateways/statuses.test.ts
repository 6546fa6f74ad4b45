import { expect, test } from "vitest";
import { fromTwilioStatus } from "../../../src/gateways/twilio/statuses.ts";

test.each([
  ["DELIVERED", "delivered"],
  // New to us, and still a proof that the provider has the message.
  ["partially_delivered", "accepted"],
  ["constructor", "accepted"],
])("the provider's %s is our %s", (word, status) => {
  expect(fromTwilioStatus(word)).toBe(status);
});

import { expect, test } from "vitest";
import { describeFailure } from "../../../src/outcomes/delivery-lines.ts";
import { twilioWords } from "../../helpers/gateway.ts";

test.each([
  ["rejected", "21614", "not a mobile number (21614)"],
  ["undelivered", "30003", "phone off or out of coverage (30003)"],
  ["failed", "99999", "refused by Twilio (99999)"],
  ["failed", null, "no reason was given"],
  ["unknown", null, "Twilio gave no answer; it may or may not have arrived"],
] as const)("%s with %s is told as: %s", (status, code, words) => {
  expect(describeFailure({ status, code }, twilioWords)).toBe(words);
});

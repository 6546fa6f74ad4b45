import { expect, test } from "vitest";
import { describeUnreached } from "../../../src/outcomes/delivery-lines.ts";
import { twilioWords } from "../../helpers/gateway.ts";

test.each([
  ["rejected", "21614", "not a mobile number"],
  ["undelivered", "30003", "phone off or out of coverage"],
  ["failed", "99999", "refused by Twilio"],
  ["failed", null, "no reason was given"],
  ["unknown", null, "Twilio gave no answer; it may or may not have arrived"],
] as const)("%s with %s is told as: %s", (status, code, words) => {
  expect(describeUnreached({ status, code }, twilioWords)).toBe(words);
});

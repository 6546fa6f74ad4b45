import { expect, test } from "vitest";
import { faultOf, wordsFor } from "../../../src/gateways/codes.ts";

test.each([
  ["number", [21211, 21614, 21635, 30005, 30006]],
  ["opted out", [21610]],
  ["not sent", [20429, 30001, 21611, 30022]],
  ["refused", [30003, 30004, 30007, 30008, 30017, 30023, 30027]],
  ["account", [20003, 20005, 10001, 30002, 21606, 21703, 21704, 30032, 30033, 30034, 30035, 63038, 21408]],
] as const)("%s is what these codes mean, and each has words of its own", (fault, codes) => {
  for (const code of codes) {
    expect([code, faultOf(code)]).toEqual([code, fault]);
    expect(wordsFor(code)).not.toBe(wordsFor(0));
  }
});

test("an unknown code is about the one message", () => {
  expect(faultOf(29_999)).toBe("unexplained");
  expect(wordsFor(29_999)).toBe("refused by Twilio");
});

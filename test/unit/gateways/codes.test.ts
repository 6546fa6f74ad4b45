import { expect, test } from "vitest";
import { explainCode } from "../../../src/gateways/twilio/codes.ts";

test.each([
  ["number", [21211, 21614, 21635, 30005, 30006]],
  ["opted out", [21610]],
  ["not sent", [20429, 30001, 21611, 30022]],
  ["refused", [30003, 30004, 30007, 30008, 30017, 30023, 30027]],
  ["account", [20003, 20005, 10001, 30002, 21606, 21703, 21704, 30032, 30033, 30034, 30035, 63038, 21408]],
] as const)("%s is what these codes mean, and each has words of its own", (fault, codes) => {
  for (const code of codes) {
    const explained = explainCode(String(code));
    expect([code, explained.fault]).toEqual([code, fault]);
    expect(explained.words).not.toBe(explainCode("0").words);
  }
});

test("what may be the carrier's trouble is not believed of a number at once", () => {
  const codes = ["21211", "21614", "21635", "30005", "30006"];
  expect(codes.filter((code) => explainCode(code).isDoubtful)).toEqual(["30006"]);
});

test("an unknown code is about the one message", () => {
  for (const code of ["29999", "constructor", ""]) {
    expect(explainCode(code)).toEqual({
      fault: "unexplained",
      words: "refused by Twilio",
      mayPass: false,
    });
  }
});

test("worth another try is what may be over in a while, and no refusal of a number or an account", () => {
  const passing = [30001, 30003, 30008, 30017, 30022];
  const lasting = [21211, 21610, 21612, 30004, 30005, 30006, 30007, 30023, 30027, 20003, 30034, 29_999];
  for (const code of passing) expect([code, explainCode(String(code)).mayPass]).toEqual([code, true]);
  for (const code of lasting) expect([code, explainCode(String(code)).mayPass]).toEqual([code, false]);
});

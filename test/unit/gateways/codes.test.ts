import { expect, test } from "vitest";
import { explainCode } from "../../../src/gateways/twilio/codes.ts";

test.each([
  ["number", [21211, 21614, 21635, 30005, 30006]],
  // A fault of the destination, or of what the account allows for it, is no reason to halt for everybody.
  ["destination", [21408, 21606, 21659, 30018, 30024, 30610, 30640, 30047]],
  ["opted out", [21610]],
  ["not sent", [20429, 30001, 21611, 30022]],
  ["refused", [21612, 30003, 30004, 30007, 30008, 30017, 30023, 30027, 30036, 30410, 30450]],
  ["account", [20003, 20005, 20006, 20010, 10001, 30002, 30032, 30033, 30034, 30035, 63038]],
  ["account", [21212, 21601, 21603, 21660, 21661, 21701, 21702, 21703, 21704, 21705]],
  ["account", [21219, 21607, 21608, 30044, 572002, 572005]],
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

test("a trial account is told in those words", () => {
  for (const code of ["21608", "21219"]) expect(explainCode(code).words).toContain("trial account");
});

test("what the account keeps from a number raises an alarm, which says where and how to change it", () => {
  for (const code of ["21408", "21606", "30610", "30640", "30047"]) {
    const { alarm } = explainCode(code);
    expect(alarm?.name).toBe(code);
    expect(alarm?.cure("Mexico")).toContain("console.twilio.com");
  }
  expect(explainCode("21408").alarm?.words("Mexico")).toContain("Mexico");
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
  const passing = [30001, 30003, 30008, 30017, 30022, 21408, 21606, 30610];
  const lasting = [21211, 21610, 21612, 30004, 30005, 30006, 30007, 30023, 30027, 20003, 30034, 29_999];
  for (const code of passing) expect([code, explainCode(String(code)).mayPass]).toEqual([code, true]);
  for (const code of lasting) expect([code, explainCode(String(code)).mayPass]).toEqual([code, false]);
});

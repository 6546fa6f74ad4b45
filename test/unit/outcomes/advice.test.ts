import { expect, test } from "vitest";
import { listAdvice } from "../../../src/outcomes/advice.ts";
import { twilioWords } from "../../helpers/gateway.ts";

test.each([
  ["nothing failed", [], []],
  ["a phone that was off", [{ code: "30003", count: 50 }], []],
  ["a few who may have blocked us themselves", [{ code: "30004", count: 9 }], []],
  [
    "many that were filtered, for two reasons",
    [
      { code: "30004", count: 6 },
      { code: "30007", count: 6 },
    ],
    ["12 texts were blocked by carriers"],
  ],
  [
    "a carrier that is full",
    [{ code: "30027", count: 1 }],
    ["1 phone on it can't be reached by text before tomorrow"],
  ],
])("%s", (_, failures, words) => {
  const advice = listAdvice(failures, twilioWords);
  expect(advice).toHaveLength(words.length);
  for (const [index, some] of words.entries()) expect(advice[index]).toContain(some);
});

import { expect, test } from "vitest";
import { timeToSend } from "../../../src/alerts/sending-time.ts";

test.each([
  { what: "alone", ahead: [], wait: 0, seconds: 100 },
  { what: "behind another", ahead: [{ segments: 300, secondsLeft: 14_400 }], wait: 100, seconds: 200 },
  {
    what: "behind one that will expire",
    ahead: [{ segments: 300_000, secondsLeft: 600 }],
    wait: 600,
    seconds: 700,
  },
  {
    what: "behind two, the second of which expires while the first is sent",
    ahead: [
      { segments: 3_000, secondsLeft: 14_400 },
      { segments: 3_000, secondsLeft: 500 },
    ],
    wait: 1_000,
    seconds: 1_100,
  },
])("300 segments at 3 a second, $what", ({ ahead, wait, seconds }) => {
  expect(timeToSend(ahead, { segments: 300, segmentsPerSecond: 3 })).toEqual({ wait, seconds });
});

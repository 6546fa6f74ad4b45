import { expect, test } from "vitest";
import {
  asSentence,
  asWord,
  describeClock,
  describeDuration,
  describeTime,
  describeTimeAndZone,
  isoDay,
  money,
  nameTimeZone,
  oneLine,
  plural,
} from "../../../src/text/words.ts";

test.each([
  [0, "less than a minute"],
  [49, "less than a minute"],
  [50, "about 1 minute"],
  [90, "about 2 minutes"],
  [89 * 60, "about 89 minutes"],
  [90 * 60, "about 2 hours"],
  [2 * 3600, "about 2 hours"],
])("%i seconds are %s", (seconds, words) => {
  expect(describeDuration(seconds)).toBe(words);
});

test("counts, money and times read as people write them", () => {
  expect(plural(1, "phone")).toBe("1 phone");
  expect(plural(1214, "phone")).toBe("1,214 phones");
  expect(plural(0, "copy", "copies")).toBe("0 copies");
  expect(money(1.7762)).toBe("$1.78");
  expect(money(1234.5)).toBe("$1,234.50");
  expect(money(0)).toBe("$0.00");
  expect(money(0.0049)).toBe("less than $0.01");
  expect(money(0.005)).toBe("$0.01");
  expect([...Array(11).keys(), 1214].map(asWord)).toEqual([
    ...["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "10", "1,214"],
  ]);
  expect(oneLine("  Boil \n\t your water ")).toBe("Boil your water");
  expect(asSentence("no água")).toBe("No água");
  expect(describeClock(new Date("2026-03-03T22:05:00Z"), "America/Denver")).toBe("3:05 PM");
  expect(describeTime(new Date("2026-03-03T22:05:00Z"), "America/Los_Angeles")).toBe(
    "Tue, Mar 3, 2026, 2:05 PM",
  );
});

test("a time that is read elsewhere names its zone, and a day is the co-op's own", () => {
  const time = new Date("2026-03-04T02:05:00Z");
  expect(describeTimeAndZone(time, "America/Denver")).toBe("Tue, Mar 3, 2026, 7:05 PM MST");
  expect(isoDay(time, "America/Denver")).toBe("2026-03-03");
  expect(isoDay(time, "Asia/Tokyo")).toBe("2026-03-04");
});

test("a time zone is named after its place", () => {
  expect(nameTimeZone("America/Denver")).toBe("Denver time");
  expect(nameTimeZone("America/Argentina/Buenos_Aires")).toBe("Buenos Aires time");
  expect(nameTimeZone("UTC")).toBe("UTC");
});

// The co-op's own settings: what people type, what is understood by it, and what they read then.
import { describe, expect, test } from "vitest";
import { ownDefaults, ownSchemas } from "../../../src/own-settings.ts";
import { contents } from "../../../src/settings/contents.ts";
import { ownNames, settingsOf, whyNot } from "../../../src/settings/settings.ts";

const server = {
  given: {},
  defaults: { ...ownDefaults, TIME_ZONE: "America/Denver" },
  country: "US" as const,
  isPractice: true,
};
const say = (name: (typeof ownNames)[number], typed: string) =>
  contents[name].say(settingsOf(server, { [name]: typed }));

test.each([
  ["ORGANIZATION_NAME", " Mill Creek ", "Mill Creek"],
  ["QUESTIONS_NUMBER", "(206) 555-0134", "(206) 555-0134"],
  ["QUESTIONS_NUMBER", "+1 206.555.0134", "+1 206.555.0134"],
  ["QUESTIONS_NUMBER", "5550134", "5550134"],
  ["TIME_ZONE", "America/Los_Angeles", "America/Los_Angeles (Los Angeles time)"],
  ["QUIET_HOURS", "21:00-08:00", "9 in the evening to 8 in the morning"],
  ["QUIET_HOURS", "9 pm to 7:30 am", "9 in the evening to 7:30 in the morning"],
  ["QUIET_HOURS", "10PM – 4 a.m.", "10 in the evening to 4 in the morning"],
  ["QUIET_HOURS", "17:00 - 11:59", "5 in the evening to 11:59 in the morning"],
  ["QUIET_HOURS", "23:05—7", "11:05 in the evening to 7 in the morning"],
  ["LONGEST_TEXT", "1", "1 segment: up to 153 characters, or 67 with emoji"],
  ["LONGEST_TEXT", "10", "10 segments: up to 1,530 characters, or 670 with emoji"],
  ["SEGMENTS_PER_SECOND", "3.75", "3.75 segments a second"],
  ["PRICE_PER_SEGMENT", "$0.0083", "$0.0083"],
  ["PRICE_PER_SEGMENT", " .01 ", "$0.01"],
  ["CARRIER_FEE_PER_SEGMENT", "0", "none"],
  ["CARRIER_FEE_PER_SEGMENT", "$ 0.0045", "$0.0045"],
  ["SLACK_ALERT_CHANNEL", "C0123ABCD", "C0123ABCD"],
] as const)("%s: %j is read as %s", (name, typed, words) => {
  expect(whyNot(name, typed)).toBeUndefined();
  expect(say(name, typed)).toBe(words);
});

test.each([
  ["ORGANIZATION_NAME", "x".repeat(41), /at most 40 characters/],
  ["QUESTIONS_NUMBER", "call the office", /such as \(206\) 555-0134/],
  ["QUESTIONS_NUMBER", "((((((((", /such as \(206\)/],
  ["QUESTIONS_NUMBER", "555-013", /such as \(206\)/],
  ["QUESTIONS_NUMBER", "206-555-0134 ext 7", /such as \(206\)/],
  ["TIME_ZONE", "EST", /such as America\/Denver/],
  // When texts do go out, and what is no night.
  ["QUIET_HOURS", "08:00-21:00", /from an evening to a morning, such as 21:00-08:00/],
  ["QUIET_HOURS", "9 to 8", /from an evening/],
  ["QUIET_HOURS", "16:59-08:00", /from an evening/],
  ["QUIET_HOURS", "21:00-12:00", /from an evening/],
  ["QUIET_HOURS", "21:00-03:59", /from an evening/],
  ["QUIET_HOURS", "21:60-08:00", /from an evening/],
  ["QUIET_HOURS", "24:00-08:00", /from an evening/],
  ["QUIET_HOURS", "13 pm to 8 am", /from an evening/],
  ["QUIET_HOURS", "0 pm to 8 am", /from an evening/],
  ["QUIET_HOURS", "21:00-08:00-09:00", /from an evening/],
  ["QUIET_HOURS", "at night", /from an evening/],
  ["LONGEST_TEXT", "0", /from 1 to 10/],
  ["LONGEST_TEXT", "11", /from 1 to 10/],
  ["LONGEST_TEXT", "2.5", /whole number/],
  ["SEGMENTS_PER_SECOND", "0", /from 0.1 to 1000/],
  ["SEGMENTS_PER_SECOND", "fast", /from 0.1 to 1000/],
  ["PRICE_PER_SEGMENT", "-1", /from 0 to 10/],
  ["PRICE_PER_SEGMENT", "0,0083", /from 0 to 10/],
  ["CARRIER_FEE_PER_SEGMENT", "11", /from 0 to 10/],
  ["SLACK_ALERT_CHANNEL", "#board", /such as C0123ABCD/],
] as const)("%s: %j is refused, with what to write", (name, typed, why) => {
  expect(whyNot(name, typed) ?? "").toMatch(why);
  // Kept by a version with other limits, it is as if nobody had set it.
  expect(say(name, typed)).toBe(contents[name].say(settingsOf(server)));
});

describe("each setting", () => {
  test.each(ownNames)("%s is named and explained once", (name) => {
    const { label, hint } = contents[name];
    const others = ownNames.filter((other) => other !== name).map((other) => contents[other].label);
    expect(others).not.toContain(label);
    expect(hint.length).toBeGreaterThan(40);
    // A modal's hint holds 2,000 characters, a label 2,000; a phone shows far fewer.
    expect(hint.length).toBeLessThan(160);
    expect(label.length).toBeLessThan(30);
    expect(contents[name].say(settingsOf(server))).not.toMatch(/undefined|NaN|\[object/);
  });

  test("none of them is a secret", () => {
    expect(Object.keys(ownSchemas).filter((name) => /TOKEN|SECRET|SID|URL/.test(name))).toEqual([]);
  });
});

test("the environment goes before what an admin has chosen, and that before the default", () => {
  const kept = { SEGMENTS_PER_SECOND: "12", PRICE_PER_SEGMENT: "0.01" };
  const { segmentsPerSecond, pricePerSegment, carrierFeePerSegment } = settingsOf(
    { ...server, given: { SEGMENTS_PER_SECOND: "75" } },
    kept,
  );
  expect([segmentsPerSecond, pricePerSegment, carrierFeePerSegment]).toEqual([75, 0.01, 0.0045]);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSlackText, escapeForSlack, findSlackMarkup } from "../../../src/text/slack-markup.ts";

test.each([
  ["<https://mill.example/boil>", "https://mill.example/boil"],
  ["<http://mill.example|mill.example>", "mill.example"],
  ["Call <tel:+12065550199|206-555-0199> now", "Call 206-555-0199 now"],
  ["<tel:2065550199>", "2065550199"],
  ["<mailto:board@mill.example|board@mill.example>", "board@mill.example"],
  ["Fish &amp; chips &lt;now&gt;", "Fish & chips <now>"],
  // Typed as such, and escaped by Slack once.
  ["&amp;lt;", "&lt;"],
  ["5 < 6 > 4", "5 < 6 > 4"],
])("%j means %j", (raw, meant) => {
  expect(decodeSlackText(raw)).toBe(meant);
});

test.each([
  ["Ask <@U0PRIYA>", "<@U0PRIYA>"],
  ["<#C0BOARD|board> knows", "<#C0BOARD|board>"],
  ["<!channel> boil", "<!channel>"],
  ["<!subteam^S01>", "<!subteam^S01>"],
  ["boil :potable_water: now", ":potable_water:"],
  ["fine :+1:", ":+1:"],
])("%j would reach a phone as gibberish because of %j", (raw, markup) => {
  expect(findSlackMarkup(raw)).toBe(markup);
});

test.each(["at 10:30:00", "Note: boil: now", "a < b", "&lt;!channel&gt;", "<https://mill.example>", "::"])(
  "%j has no markup",
  (raw) => {
    expect(findSlackMarkup(raw)).toBeUndefined();
  },
);

test("what anybody types mentions nobody once it is escaped, and reads as it was typed", () => {
  const typed = fc.array(fc.constantFrom("<", ">", "&", "!channel", "@U0PRIYA", "|", "lt;", "amp;", "a"));
  fc.assert(
    fc.property(typed, (parts) => {
      const text = parts.join("");
      const escaped = escapeForSlack(text);
      expect(escaped).not.toMatch(/[<>]/);
      expect(decodeSlackText(escaped)).toBe(text);
    }),
  );
});

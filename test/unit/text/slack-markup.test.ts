import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSlackText, escapeForSlack, findSlackMarkup } from "../../../src/text/slack-markup.ts";

test.each([
  ["<https://mill.example/boil>", "https://mill.example/boil"],
  ["<http://mill.example|mill.example>", "mill.example"],
  // A label alone would lose where it leads.
  ["<https://mill.example/boil|Click here>", "Click here https://mill.example/boil"],
  ["<tel:+12065550199|Call us>", "Call us +12065550199"],
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
  ["<!subteam^S01|@crew> boil", "<!subteam^S01|@crew>"],
  ["<!date^1392734382^{date} at {time}|Feb 18>", "<!date^1392734382^{date} at {time}|Feb 18>"],
  ["<@U0PRIYA|priya>", "<@U0PRIYA|priya>"],
  // Cut off.
  ["Ask <@U0PRIYA", "<@U0PRIYA"],
  ["See <#C0BOARD", "<#C0BOARD"],
  ["<!here boil", "<!here"],
  ["<!date^1392734382", "<!date^"],
  ["<https://mill.example|here>", "<https://mill.example|here>"],
  ["<slack://channel?id=C0BOARD|the board>", "<slack://channel?id=C0BOARD|the board>"],
  ["boil :potable_water: now", ":potable_water:"],
  ["fine :+1:", ":+1:"],
])("%j would reach a phone as gibberish because of %j", (raw, markup) => {
  expect(findSlackMarkup(raw)).toBe(markup);
});

test.each([
  [":warning:", ":warning:"],
  [":droplet::warning:", ":droplet::warning:"],
  [":+1::skin-tone-3:", ":+1::skin-tone-3:"],
  ["now:warning:", ":warning:"],
  ["now:aa0::", ":aa0:"],
  [":warning:now", ":warning:"],
  ["(:warning:)", ":warning:"],
  ["Boil:potable_water:water", ":potable_water:"],
  [":100:", ":100:"],
  ["fine:100:", ":100:"],
  [":1234:", ":1234:"],
  [":-1:", ":-1:"],
  [":8ball:", ":8ball:"],
  ["place 1:1st_place_medal:", ":1st_place_medal:"],
  [":man-woman-girl:", ":man-woman-girl:"],
  [":flag-us:", ":flag-us:"],
  [":e-mail:", ":e-mail:"],
  [":x:", ":x:"],
  [":+1::", ":+1:"],
  [":flag-1:10:30", ":flag-1:"],
  ["::a1:", ":a1:"],
  // A word, and a machine's address in hexadecimal digits, but for its form.
  [":bee:", ":bee:"],
  [":piñata:", ":piñata:"],
  [":水:", ":水:"],
  [":вода:", ":вода:"],
  [":WARNING:", ":WARNING:"],
  ["at 5:30:warning:", ":warning:"],
  ["10:30:45:clock10:", ":clock10:"],
  ["https://mill.example:warning:", ":warning:"],
  ["(https://mill.example/boil:warning:).", ":warning:"],
])("%j is an emoji's name, or several: %j", (text, names) => {
  expect(findSlackMarkup(text)).toBe(names);
});

test.each([
  "at 10:30:00",
  "at 10:30:45 or 8:00",
  "8:00am-5:00pm: closed",
  "8:00-9:00 a.m.: closed",
  "-5:30pm: open",
  "Time:10:30am: gate",
  "1:2:3",
  "mix 1:100: one to a hundred",
  "mix 1:100:10",
  "UTC:+1:00",
  "Note::",
  "Note:: boil ::",
  "Note: boil: now",
  "http://x:80:",
  "https://mill.example/a:b:c",
  "http://[fe80::1:abc:2]:80/",
  "2001:db8:85a3:0:0:8a2e:370:7334",
  "Look at fe80::1:abcd:2. Or 2001:db8::1: both",
  "00:1a:2b:3c:4d:5e",
  "a < b",
  "a <b and c> d",
  "I <3 water",
  "<mill.example>",
  "::",
  ":",
  "",
])("%j has no markup", (text) => {
  expect(findSlackMarkup(text)).toBeUndefined();
});

test("no name between two colons goes through, whatever stands beside it", () => {
  const name = fc.string({
    unit: fc.constantFrom(..."abzXY019_-+ñ水"),
    minLength: 1,
    maxLength: 12,
  });
  const beside = fc.constantFrom(
    "",
    " ",
    "now",
    ".",
    "(",
    "\n",
    "10:30",
    "10:30:45 ",
    "https://mill.example",
    ":",
  );
  fc.assert(
    fc.property(beside, name, beside, (before, word, after) => {
      fc.pre(/\p{L}{2}/u.test(word));
      // In the middle of a page's address it is a part of it; and 30am: is a time.
      fc.pre(!(before.startsWith("http") && /^[\w]/.test(after)));
      fc.pre(!(/\d$/.test(before) && /^\d/.test(word)));
      const text = `${before}:${word}:${after}`;
      // The address of a machine.
      fc.pre(!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text.trim()));
      expect(findSlackMarkup(text)).toBeDefined();
    }),
    { numRuns: 2000 },
  );
});

test("no time, date or ratio is taken for one", () => {
  const digits = fc.nat(59).map((n) => String(n).padStart(2, "0"));
  const time = fc.array(digits, { minLength: 2, maxLength: 3 }).map((parts) => parts.join(":"));
  const ratio = fc.array(fc.nat(2000), { minLength: 2, maxLength: 5 }).map((parts) => parts.join(":"));
  const beside = fc.constantFrom(" ", "am ", "am-", " pm: ", "h, ", ": ", ". ", "–");
  fc.assert(
    fc.property(time, beside, time, beside, ratio, beside, (...parts) => {
      expect(findSlackMarkup(parts.join(""))).toBeUndefined();
    }),
  );
});

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

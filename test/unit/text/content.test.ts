import fc from "fast-check";
import { expect, test } from "vitest";
import { saysFrom, saysSomething } from "../../../src/text/content.ts";

const COOP = "Mill Creek Water Co-op";

test.each([
  "",
  "Mill Creek Water Co-op:",
  "Mill Creek Water Co-op: ",
  "MILL CREEK  WATER CO-OP",
  "Mill Creek Water Coop.",
  "Mill Creek Water Co-op: Mill Creek Water Co-op:",
  "Mill Creek Water Co-op: x",
  "Mill Creek Water Co-op: 💧",
  "Mill Creek Water Co-op: 👩‍🔧 ⚠️ ℹ️ ℹ️ ™",
  "Mill Creek Water Co-op: !!!",
  "Mill Creek Water Co-op: https://mill.example/boil",
  "www.mill.example",
  "mill.example",
  "mill.example/boil-now",
  "board@mill.example",
  "206-555-0199",
  "10:30",
  "… — •",
  "\u2800",
])("%j says nothing", (text) => {
  expect(saysSomething(text, COOP)).toBe(false);
});

test.each([
  "Mill Creek Water Co-op: ok",
  "Boil.",
  "Boil water.Now",
  "Boil/store",
  "Boil your water, see https://mill.example",
  "Water",
  "Mill Creek is high",
  "停",
  "Кипятите",
  "اغلوا الماء",
  "물",
  "a b",
])("%j says something", (text) => {
  expect(saysSomething(text, COOP)).toBe(true);
});

test("the name is no content in any case or punctuation, and without one every word is", () => {
  const name = fc.constantFrom(COOP, "Señor Creek", "Acme", "水");
  const sign = fc.constantFrom("", " ", ":", "!", "\n", "💧", "7");
  fc.assert(
    fc.property(name, sign, sign, (organization, before, after) => {
      for (const written of [organization, organization.toUpperCase(), organization.replace(/[- ]/g, "")]) {
        expect(saysSomething(before + written + after, organization)).toBe(false);
        expect(saysSomething(`${before}${written}${after} No water`, organization)).toBe(true);
        expect(saysSomething(before + written + after)).toBe(true);
      }
    }),
  );
});

test.each([
  ["Mill Creek Water Co-op: boil.", true],
  ["From MILL CREEK WATER COOP", true],
  ["Mill Creek: boil.", false],
  ["", false],
])("that %j says whom it is from is %s", (text, says) => expect(saysFrom(text, COOP)).toBe(says));

test.each<[text: string, says: boolean]>([
  ["ftp://mill.example x", false],
  ["x https://mill.example y.z", false],
  ["mill.example.org/boil", false],
  ["x board@mill.example y", true],
  ["aMill Creek Water Co-opb", true],
  ["1ℹ️x", false],
  ["a.b", false],
  ["a1b", true],
])("that %j has words beside links is %s", (text, says) => expect(saysSomething(text, COOP)).toBe(says));

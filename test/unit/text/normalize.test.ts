import fc from "fast-check";
import { expect, test } from "vitest";
import { normalizeText } from "../../../src/text/normalize.ts";
import { countSegments } from "../../../src/text/segments.ts";
import { secondOpinion } from "../../helpers/second-opinion.ts";

test.each([
  ["“Boil” your water", '"Boil" your water'],
  ["Don’t drink", "Don't drink"],
  ["8 – 9 am — or later…", "8 - 9 am - or later..."],
  ["• Boil\n• Store", "- Boil\n- Store"],
  ["a\u00a0b\u202fc\u3000d\te", "a b c d e"],
  ["line\r\nline\rline\u2028line", "line\nline\nline\nline"],
  ["trailing  \nspaces \n ", "trailing\nspaces"],
  ["\u200bzero\ufeff\u00ad width\u200e\u0007", "zero width"],
  ["cafe\u0301", "café"],
  ["ﬁrst", "ﬁrst"],
  ["½ cup", "1/2 cup"],
])("%j goes out as %j", (typed, sent) => {
  expect(normalizeText(typed)).toBe(sent);
});

test.each([
  "ñ ¿ ¡ ü é",
  "á í ó ú Ő ł",
  "Nước không uống được",
  "停水通知",
  "👩‍👩‍👧‍👦 💧",
  "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
  "[ ] { } ^ \\ | ~ €",
])("%s is spelling, and stays as it is", (text) => {
  expect(normalizeText(text)).toBe(text);
});

test("half a character is made whole, so that exactly what was approved can go out", () => {
  expect(normalizeText("a\ud83d b").isWellFormed()).toBe(true);
});

test("what was normalised stays as it is when it is normalised again", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const once = normalizeText(text);
      expect(normalizeText(once)).toBe(once);
    }),
    { numRuns: 2000 },
  );
});

const table = secondOpinion("sms/smart-encoding.json");
if (table)
  test("everything that Smart Encoding knows comes out in one segment's alphabet", () => {
    const costly = Object.keys(table ?? {}).filter(
      // An accent that makes a letter of its own with the one before is spelling.
      (character) =>
        `a${character}`.normalize("NFC").length > 1 &&
        countSegments(normalizeText(`a${character}b`)).encoding !== "GSM-7",
    );
    expect(costly).toEqual([]);
  });

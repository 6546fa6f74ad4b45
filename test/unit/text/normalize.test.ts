import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeChanges, normalizeText } from "../../../src/text/normalize.ts";
import { countSegments } from "../../../src/text/segments.ts";
import { secondOpinion } from "../../helpers/second-opinion.ts";

test.each([
  ["“Boil” your water", '"Boil" your water'],
  ["Don’t drink", "Don't drink"],
  ["«Boil» and ‹boil›", "\"Boil\" and 'boil'"],
  ["8 – 9 am — or later…", "8 - 9 am - or later..."],
  ["• Boil\n• Store", "- Boil\n- Store"],
  ["a\u00a0b\u202fc\u3000d\te", "a b c d e"],
  ["line\r\nline\rline\u2028line\u0085line", "line\nline\nline\nline\nline"],
  ["trailing  \nspaces \n ", "trailing\nspaces"],
  ["\u200bzero\ufeff\u00ad width\u200e\u0007", "zero width"],
  ["cafe\u0301", "café"],
  ["cafe\u200b\u0301", "café"],
  ["ﬁrst", "ﬁrst"],
  ["Ｂｏｉｌ　ｎｏｗ", "Boil now"],
])("%j goes out as %j", (typed, sent) => {
  expect(normalizeText(typed)).toBe(sent);
});

describe("beside digits each sign keeps its meaning", () => {
  test.each([
    ["1½ minutes", "1 1/2 minutes"],
    ["1 ½ minutes", "1 1/2 minutes"],
    ["1\u2009½ minutes", "1 1/2 minutes"],
    ["1\u200b½ minutes", "1 1/2 minutes"],
    ["½ cup", "1/2 cup"],
    ["2¼, 2½ or 2¾ hours", "2 1/4, 2 1/2 or 2 3/4 hours"],
    ["1–1½ hours", "1-1 1/2 hours"],
    ["1⅓ and 1⅔ cups", "1 1/3 and 1 2/3 cups"],
    ["2⅛ in", "2 1/8 in"],
    ["½½", "1/2 1/2"],
    ["½2", "1/2 2"],
    ["½/¾ in", "1/2 / 3/4 in"],
    ["2.½", "2. 1/2"],
    ["½.5", "1/2 .5"],
    ["½. Then", "1/2. Then"],
    ["¹¹⁄₁₆ in", "11/16 in"],
    ["206\u2012555", "206-555"],
    ["１½", "1 1/2"],
    ["1⁄2 cup", "1/2 cup"],
    ["1 1⁄2 cups", "1 1/2 cups"],
    ["1¹⁄₂ cups", "1 1/2 cups"],
    ["¾″".replace("″", '"'), '3/4"'],
    ["½lb", "1/2lb"],
    ["•5 gallons", "- 5 gallons"],
    ["•½ gallon", "- 1/2 gallon"],
    ["206•555•0199", "206-555-0199"],
    ["−5 degrees", "-5 degrees"],
    ["206‑555‑0199", "206-555-0199"],
    ["１０：３０", "10:30"],
    ["$1，000．50", "$1,000.50"],
    ["８％", "8%"],
  ])("%j goes out as %j", (typed, sent) => {
    expect(normalizeText(typed)).toBe(sent);
  });

  test.each([
    "10² m",
    "5 m³",
    "H₂O",
    "5 ㎡",
    "20 ℃",
    "350°F",
    "1º",
    "2ª",
    "Ⅳ",
    "①",
    "№ 5",
    "1ˢᵗ",
    "5′ 6″",
    "3×4",
  ])("%s has no plain form, and stays", (typed) => {
    expect(normalizeText(typed)).toBe(typed);
  });

  test("no digits are ever run together", () => {
    const piece = fc.constantFrom(..."0127½¼⅞⁄/•-,. ²₂½１", "3⁄4", "¹⁄₂");
    const digitsOf = (text: string) => text.normalize("NFKD").match(/\d+/g) ?? [];
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        // Apart, so that each number is one of its own: what is written has these and no others.
        const apart = pieces.join("").replace(/[¼-¾⅐-⅞]|[⁰¹²³⁴-⁹]+[/⁄∕][₀-₉]+/gu, " $& ");
        const sent = normalizeText(pieces.join(""));
        if (countSegments(sent).encoding === "GSM-7") expect(digitsOf(sent)).toEqual(digitsOf(apart));
      }),
      { numRuns: 5000 },
    );
  });
});

describe("nothing is rewritten where that gains nothing", () => {
  test.each([
    "María dijo “hierva el agua 1½ minutos” – …",
    "Boil 1½ minutes 💧",
    "350°F for 1½ minutes",
    "水を１分半、沸騰させて。",
    "“m̂”",
    "« Nước »",
  ])("%s is UCS-2 anyway", (typed) => {
    expect(normalizeText(typed)).toBe(typed);
    expect(describeChanges(typed)).toEqual([]);
  });

  test("a text that would even take more segments", () => {
    const typed = "½".repeat(70);
    expect(countSegments(normalizeText(typed)).count).toBe(1);
  });

  test("what is GSM-7 already", () => {
    const typed =
      "[1/2] - \"a\" 'b' ~ {c} ^ \\ | € @ £ $ ¥ è é ù ì ò Ç Ø ø Å å Δ _ Φ Γ Λ Ω Π Ψ Σ Θ Ξ Æ æ ß É ¤ ¡ Ä Ö Ñ Ü § ¿ ä ö ñ ü à";
    expect(normalizeText(typed)).toBe(typed);
  });

  test("it never costs more than as it was typed", () => {
    const piece = fc.constantFrom(..."ab 12½⅓…“”’–•‼＃Ａ、éíű💧\u200d\u0302");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        const typed = pieces.join("");
        expect(countSegments(normalizeText(typed)).count).toBeLessThanOrEqual(
          countSegments(typed.normalize("NFC")).count,
        );
      }),
    );
  });
});

test.each([
  "ñ ¿ ¡ ü é",
  "á í ó ú Ő ł",
  "Nước không uống được",
  "停水通知",
  "👩‍👩‍👧‍👦 💧",
  "❤️‍🔥 ⚠️ 1️⃣ 👩🏽‍🔧 🏳️‍🌈",
  "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
  "[ ] { } ^ \\ | ~ €",
  // Joiners are spelling in these scripts.
  "می\u200cخواهم",
  "क्\u200dष",
])("%s is spelling, and stays as it is", (text) => {
  expect(normalizeText(text)).toBe(text);
});

test.each([
  "\u200b",
  "\u200c",
  "\u200d",
  "\u2060",
  "\ufe0f",
  "\u034f",
  "\u3164",
  "\u{e0061}",
  "\u00ad",
  "\u0007",
])("%j is seen by nobody, and hides nothing", (invisible) => {
  expect(normalizeText(`:war${invisible}ning: is “no${invisible}t” on`)).toBe(':warning: is "not" on');
});

describe("the author is told of changes", () => {
  test.each([
    ["Boil 1½ minutes", ["“1½” is written “1 1/2”"]],
    ["½ or ½", ["“½” is written “1/2”"]],
    ["1½… or 2½…", ["“1½” is written “1 1/2”", "“2½” is written “2 1/2”", "“…” is written “...”"]],
    ["• Boil", ["“•” is written “-”"]],
    ["•5 gallons", ["“•” is written “-”"]],
    ["Boil 12½ minutes", ["“12½” is written “12 1/2”"]],
    ["６÷２", ["“６” is written “6”", "“÷” is written “/”", "“２” is written “2”"]],
    ["‼", ["“‼” is written “!!”"]],
  ])("%j: %j", (typed, told) => {
    expect(describeChanges(typed)).toEqual(told);
  });

  test.each(["“Boil” ‘it’ – now — it’s −5\u00a0am\u200b\r\n`x` «y» ‹z›", "Boil 1 1/2 minutes", "10²", ""])(
    "and not of quotes, dashes and spaces, nor of what stays: %j",
    (typed) => {
      expect(describeChanges(typed)).toEqual([]);
    },
  );

  test("where nothing is told, only quotes, dashes and spaces differ", () => {
    const piece = fc.constantFrom(..."ab12 ½⅓…“”’–•‼＃Ａ、é\u00a0\u200b\n", ...Object.keys(table ?? {}));
    const isQuote = (character: string) => /^["']$/.test(normalizeText(character));
    const bare = (text: string) =>
      // An accent may find its letter once what stood between them is gone.
      [...text.replace(/[\s\p{DI}\p{Cc}\p{Pd}\u2212]/gu, "")]
        .filter((each) => !isQuote(each))
        .join("")
        .normalize("NFC");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const typed = pieces.join("").normalize("NFC");
        fc.pre(describeChanges(typed).length === 0);
        expect(bare(normalizeText(typed))).toBe(bare(typed));
      }),
      { numRuns: 2000 },
    );
  });
});

test("half a character is made whole, so that exactly what was approved can go out", () => {
  expect(normalizeText("a\ud83d b").isWellFormed()).toBe(true);
});

const odd =
  "\u200b\u200c\u200d\ufe0f\u0301\u0302\u034f\u{e0061}\u{1f3f4}👩🏽❤🔥1#\u20e3\u3164कم\u094dé½•5“ \n\r\t\u0085\u0007ａ";

test.each([
  ["any characters", fc.string({ unit: "binary" })],
  ["odd ones", fc.string({ unit: fc.constantFrom(...odd), maxLength: 12 })],
])("what was normalised stays as it is when it is normalised again: %s", (_, typed) => {
  fc.assert(
    fc.property(typed, (text) => {
      const once = normalizeText(text);
      expect(normalizeText(once)).toBe(once);
    }),
    { numRuns: 5000 },
  );
});

const table = secondOpinion("sms/smart-encoding.json");
if (table)
  test("everything that Smart Encoding knows comes out in one segment's alphabet", () => {
    const costly = Object.keys(table ?? {}).filter(
      // An accent is spelling, also one that has no letter of its own with the one before.
      (character) =>
        !/\p{M}/u.test(character) && countSegments(normalizeText(`a${character}b`)).encoding !== "GSM-7",
    );
    expect(costly).toEqual([]);
  });

import fc from "fast-check";
import { expect, test } from "vitest";
import { countSegments, countTooMany } from "../../../src/text/segments.ts";
import { secondOpinion } from "../../helpers/second-opinion.ts";

test.each([
  ["a", 160, 1],
  ["a", 161, 2],
  ["a", 306, 2],
  ["a", 307, 3],
  ["a", 918, 6],
  ["a", 919, 7],
  ["é", 160, 1],
  // These count two each.
  ["€", 80, 1],
  ["€", 81, 2],
  ["[", 81, 2],
  // The two halves of one never stand in two segments: 76 of them fit into 153.
  ["^", 152, 2],
  ["^", 153, 3],
])("%s %i times is %i segments of GSM-7", (character, times, count) => {
  const counted = countSegments(character.repeat(times));
  expect(counted).toEqual({ encoding: "GSM-7", count, costlyCharacters: [] });
});

test.each([
  ["á", 70, 1],
  ["á", 71, 2],
  ["á", 134, 2],
  ["á", 135, 3],
  // Two units each, and never cut in two.
  ["💧", 35, 1],
  ["💧", 36, 2],
  ["💧", 66, 2],
  ["💧", 67, 3],
])("%s %i times is %i segments of UCS-2", (character, times, count) => {
  const counted = countSegments(character.repeat(times));
  expect(counted).toEqual({ encoding: "UCS-2", count, costlyCharacters: [character] });
});

test("one character makes a whole text UCS-2, and is named once", () => {
  const text = `${"a".repeat(100)}áá`;
  expect(countSegments(text)).toEqual({ encoding: "UCS-2", count: 2, costlyCharacters: ["á"] });
});

test("only those are named that make the others cost as much: without them these would be written plainly", () => {
  expect(countSegments("“María” … ½").costlyCharacters).toEqual(["í"]);
  expect(countSegments("“”").costlyCharacters).toEqual(["“", "”"]);
});

test.each([
  ["x", 918, 0],
  ["x", 919, 1],
  ["x", 1306, 388],
  // Two each, and a half of a segment is left over.
  ["[", 456, 0],
  ["[", 457, 1],
  ["í", 402, 0],
  ["í", 790, 388],
])("of %s %i times, %i characters have to go so that six segments hold it", (character, times, tooMany) => {
  expect(countTooMany(character.repeat(times), 6)).toBe(tooMany);
});

test("who takes that many away is done", () => {
  const letter = fc.constantFrom("x", " ", "é", "í", "ő");
  fc.assert(
    fc.property(fc.array(letter, { minLength: 1, maxLength: 1_500, size: "max" }), (letters) => {
      const text = letters.join("");
      const tooMany = countTooMany(text, 6);
      expect(tooMany > 0).toBe(countSegments(text).count > 6);
      expect(countTooMany(text.slice(0, text.length - tooMany), 6)).toBe(0);
    }),
    { numRuns: 50 },
  );
});

const table = secondOpinion("sms/gsm7.json");
if (table)
  test("each character of GSM-7 counts as its table says", () => {
    for (const [code, septets] of Object.entries(table ?? {})) {
      const character = String.fromCodePoint(Number(code));
      // With 159 letters before it, it still fits where it counts one, and not where it counts two.
      const fits = Array.isArray(septets) && septets.length === 1;
      const counted = countSegments("a".repeat(159) + character);
      expect([code, counted.encoding, counted.count]).toEqual([code, "GSM-7", fits ? 1 : 2]);
    }
  });

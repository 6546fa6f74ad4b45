import { existsSync, readFileSync } from "node:fs";
import { getCountryCallingCode, isSupportedCountry } from "libphonenumber-js/max";
import { expect, test } from "vitest";
import { z } from "zod";
import { maskPhone, parsePhone, writePhone } from "../../../src/members/phone.ts";

test.each([
  ["+12065550142", "+12065550142"],
  ["(206) 555-0142", "+12065550142"],
  [" 206.555.0142 ", "+12065550142"],
  ["1-206-555-0142", "+12065550142"],
  ["12065550142", "+12065550142"],
  ["+1 206 555 0142", "+12065550142"],
  ["206-555-0142 (cell)", "+12065550142"],
  ["Cell: 206 555 0142", "+12065550142"],
  ["mobile phone 206 555 0142", "+12065550142"],
  ["tel:+1-206-555-0142", "+12065550142"],
  ["\u00a0206\u2011555\u20110142", "+12065550142"],
  ["206\u2013555\u20130142", "+12065550142"],
  ["\u202a+12065550142\u202c", "+12065550142"],
  ["２０６ ５５５ ０１４２", "+12065550142"],
  ["'2065550142", "+12065550142"],
  ['="2065550142"', "+12065550142"],
  ["2065550142.0", "+12065550142"],
])("%j is %s", (text, phone) => {
  expect(parsePhone(text, "US")).toEqual({ kind: "phone", phone });
});

test.each(["", "  ", "n/a", "N/A", "NA", "none", "None", "-", "--", "\u2013", ".", "?", "unlisted"])(
  "%j says that there is no number",
  (text) => {
    expect(parsePhone(text, "US")).toEqual({ kind: "none" });
  },
);

test.each([
  ["206 555-0142 ext. 12", "extension"],
  ["2065550142x12", "extension"],
  ["206-555-0142 / 206-555-0143", "more than one"],
  ["206-555-0142 or 206-555-0143", "more than one"],
  ["206-555-0142 206-555-0143", "more than one"],
  ["206-555-0142\n206-555-0143", "more than one"],
  ["1 (800) 555-0199", "toll-free"],
  ["900-555-0100", "premium-rate"],
  ["+44 20 7946 0958", "landline"],
  ["911", "too short"],
  ["555-0123", "area code is missing"],
  ["12065550", "too few or too many digits"],
  ["206555014299", "too few or too many digits"],
  ["(000) 555-0100", "no such phone number"],
  ["206-155-0142", "no such phone number"],
  ["2.04556E+09", "Format the column as Text"],
  ["2,04556E+09", "Format the column as Text"],
  ["same as spouse", "no phone number in this"],
  ["ask Bob on 206-555-0142", "more in this than a phone number"],
])("%j is refused: %s", (text, reason) => {
  expect(parsePhone(text, "US")).toEqual({ kind: "refused", reason: expect.stringContaining(reason) });
});

test("an area code that is newer than this installation is taken, with a doubt", () => {
  expect(parsePhone("(555) 555-0142", "US")).toEqual({
    kind: "phone",
    phone: "+15555550142",
    doubt: expect.stringContaining("area code 555"),
  });
});

test.each([
  ["+44 7400 123456", "US", "+447400123456", "in the United Kingdom, outside of the United States"],
  ["011 44 7400 123456", "US", "+447400123456", "in the United Kingdom"],
  ["416-555-0114", "US", "+14165550114", "in Canada, outside of the United States"],
  ["+1 876 555 0101", "US", "+18765550101", "in Jamaica"],
  ["206-555-0142", "CA", "+12065550142", "in the United States, outside of Canada"],
  ["+1 206-555-0142", "MX", "+12065550142", "in the United States, outside of Mexico"],
] as const)("%j is abroad for a co-op in %s, and taken with a doubt", (text, own, phone, words) => {
  expect(parsePhone(text, own)).toEqual({ kind: "phone", phone, doubt: expect.stringContaining(words) });
});

test.each([
  ["+1 206 555 0142", "US"],
  ["416-555-0114", "CA"],
  ["+44 7400 123456", "GB"],
  ["+52 55 1234 5678", "MX"],
] as const)("%j is at home in %s", (text, own) => {
  expect(parsePhone(text, own)).toEqual({
    kind: "phone",
    phone: text.replace(/^(?=4)/, "+1").replace(/[ -]/g, ""),
  });
});

test.each([
  ["+479-555-0142", "+14795550142", { phone: "+4795550142", country: "Norway" }],
  ["+659 555 0143", "+16595550143", { phone: "+6595550143", country: "Singapore" }],
  ["+(479) 555-0142", "+14795550142", { phone: "+4795550142", country: "Norway" }],
  ["tel:+479-555-0142", "+14795550142", { phone: "+4795550142", country: "Norway" }],
  ["+206-555-0146", "+12065550146", null],
])("%j is a whole number at home with a plus before it: nobody guesses", (text, home, abroad) => {
  expect(parsePhone(text, "US")).toMatchObject({ kind: "refused", either: { home, abroad } });
  expect(parsePhone(text, "US", "home")).toEqual({ kind: "phone", phone: home });
  expect(parsePhone(text, "US", "abroad")).toMatchObject(
    abroad ? { phone: abroad.phone } : { kind: "refused" },
  );
});

test("a number without a country code belongs to the default country", () => {
  expect(parsePhone("07400 123456", "GB")).toEqual({ kind: "phone", phone: "+447400123456" });
});

test.each([
  ["+12065550142", "(206) 555-0142"],
  // As it is called from the United States, too.
  ["+16045550142", "(604) 555-0142"],
  ["+447400123456", "+44 7400 123456"],
  ["+525512345678", "+52 55 1234 5678"],
  ["12345", "12345"],
])("%s is written as people write it: %s", (phone, written) => {
  expect(writePhone(phone)).toBe(written);
});

test("what people see of a phone is its last digits", () => {
  expect(maskPhone("+12065550142")).toBe("… 0142");
});

const examples = new URL("../../../../shared/data/phone/example-mobile-by-country.json", import.meta.url);
if (existsSync(examples))
  test("takes the example mobile of every country", () => {
    const file = z.object({ examples: z.record(z.string(), z.string()) });
    const byCountry = Object.entries(file.parse(JSON.parse(readFileSync(examples, "utf8"))).examples);
    expect(byCountry.length).toBeGreaterThan(200);
    for (const [country, national] of byCountry) {
      if (!isSupportedCountry(country)) continue;
      const phone = `+${getCountryCallingCode(country)}${national}`;
      // Where countries share a code, such as Finland and Åland, which of them it is may be a doubt.
      expect(parsePhone(phone, country), country).toMatchObject({ kind: "phone", phone });
    }
  });

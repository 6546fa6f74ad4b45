// What one character is in GSM-7, the alphabet in which a text costs half: a curly quote is a straight one.
import { SegmentedMessage } from "sms-segments-calculator";

/** ½ and its kin, and a fraction put together from raised and lowered digits, as in ³⁄₁₆. */
export const FRACTION = /[¼-¾⅐-⅞↉]|[⁰¹²³⁴-⁹]{1,4}[/⁄∕][₀-₉]{1,4}/gu;

/** Where Twilio's Smart Encoding knows nothing, or what would mean something else: "less than" for a quote. */
const OWN: Readonly<Record<string, string>> = {
  "\u2011": "-",
  "\u2012": "-",
  "\u2212": "-",
  "‹": "'",
  "›": "'",
};

/** The full-width forms of ASCII, of which Smart Encoding knows the capitals and signs alone. */
const FULL_WIDTH = /^[\uff01-\uff5e]$/;

export const isGsm7 = (text: string): boolean => new SegmentedMessage(text).encodingName === "GSM-7";

/** A fraction as it is typed on a phone: "1/2". */
export const fractionInAscii = (fraction: string): string =>
  fraction.normalize("NFKD").replace(/[\u2044\u2215]/, "/");

/**
 * A character in GSM-7, by Smart Encoding (in Twilio's own package) and a few more.
 *
 * @returns undefined for what has no such form: accents and other spelling, a raised 2, a degree; and for what is
 * GSM-7 as it is
 */
export function plainForm(character: string): string | undefined {
  // Smart Encoding would make a sign of its own out of an accent that has no letter with it.
  if (isGsm7(character) || /\p{M}/u.test(character)) return undefined;
  const plain = write(character);
  return isGsm7(plain) ? plain : undefined;
}

function write(character: string): string {
  const own = OWN[character];
  if (own !== undefined) return own;
  if (FULL_WIDTH.test(character)) return character.normalize("NFKC");
  if (character.match(FRACTION)?.[0] === character) return fractionInAscii(character);
  return new SegmentedMessage(character, "auto", true).graphemes.join("");
}

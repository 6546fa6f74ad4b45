// Phone numbers: from what people type to the one stored form, E.164.
// The full metadata (157 kB), because only it knows toll-free numbers and landlines abroad.
import parsePhoneNumber, {
  type CountryCode,
  getCountryCallingCode,
  type NumberType,
} from "libphonenumber-js/max";
import { nameCountry, nameCountryOf } from "./country.ts";

export type ParsedPhone =
  /** `doubt` says why somebody should look at the number again; it is used all the same. */
  | { kind: "phone"; phone: string; doubt?: string }
  /** It is empty, or says that there is no number. */
  | { kind: "none" }
  /**
   * `reason` is one or two whole sentences for the person who typed it, without the number in them. `either` is
   * there where the number can be read in two ways, of which nobody may guess one.
   */
  | { kind: "refused"; reason: string; either?: TwoReadings };

/** A plus before what is a whole number at home: either the country's code is missing, or it is a number abroad. */
export type TwoReadings = { home: string; abroad: { phone: string; country: string } | null };

/** As people write it, and everybody can call it: "(206) 555-0142", or "+52 55 1234 5678" from elsewhere. */
export function writePhone(phone: string): string {
  // Nearly all are these, and there may be many in one list.
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(phone) ?? [];
  if (area !== undefined) return `(${area}) ${exchange}-${line}`;
  return parsePhoneNumber(phone)?.formatInternational() ?? phone;
}

/** Only the last digits, where nobody has to call it: "… 0142". */
export const maskPhone = (phone: string): string => `… ${phone.slice(-4)}`;

const NONE = /^(n\/?a|none|no|nil|null|unknown|unlisted|[-–—.?/]+)$/i;
const SCIENTIFIC = /^\d+([.,]\d+)?e\+?\d+$/i;
const LABEL = /\b(cell ?phone|mobile ?phone|telephone|phone|mobile|cell|tel|mob|ph)\b/gi;
const BETWEEN_NUMBERS = /[/,;&|\n]|\b(?:and|or)\b/i;

const NO_TEXTS: Partial<Record<NonNullable<NumberType>, string>> = {
  TOLL_FREE: "This is a toll-free number, which can't be texted.",
  FIXED_LINE: "This is a landline, which can't be texted.",
  PREMIUM_RATE: "This is a premium-rate number, which can't be texted.",
  SHARED_COST: "This is a shared-cost number, which can't be texted.",
  UAN: "This is a company's service number, which can't be texted.",
  PAGER: "This is a pager, which can't be texted.",
  VOICEMAIL: "This is a voicemail number, which can't be texted.",
};

const refused = (reason: string): ParsedPhone => ({ kind: "refused", reason });
const countDigits = (text: string) => text.replace(/\D/g, "").length;

/** Without what spreadsheets and copying leave behind: invisible marks, odd hyphens and spaces. */
const plain = (text: string) =>
  text
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/\p{Pd}/gu, "-")
    .trim()
    .replace(/^="?(.*?)"?$/s, "$1")
    .replace(/^'/, "")
    .replace(/^(\d+)\.0$/, "$1");

/** Without the words that only say that it is a phone: "tel:", "(cell)", "Mobile: ". */
const withoutLabels = (text: string) =>
  text
    .replace(LABEL, " ")
    .replace(/\(\s*\)/g, " ")
    .replace(/^[\s:.]+|[\s:.]+$/g, "");

/** Where people have said how such a number is meant. */
export type PlusMeans = "home" | "abroad";

/** Reads one phone number as people type it; without a country code it belongs to the co-op's own country. */
export function parsePhone(text: string, own: CountryCode, plusMeans?: PlusMeans): ParsedPhone {
  const typed = plain(text);
  if (typed === "" || NONE.test(typed)) return { kind: "none" };
  if (SCIENTIFIC.test(typed)) {
    return refused(
      "Excel has cut this number short, and its last digits are lost. Format the column as Text, and type the number again.",
    );
  }
  const candidate = withoutLabels(typed);
  const digits = countDigits(candidate);
  if (digits === 0) return refused("There is no phone number in this.");
  const several = candidate.split(BETWEEN_NUMBERS).filter((part) => countDigits(part) >= 7).length > 1;
  if (several || digits > 15) return refused("This holds more than one number. Leave only the mobile.");
  if (digits < 7) return refused("This is too short for a phone number.");
  if (digits === 7 && !candidate.startsWith("+")) return refused("The area code is missing.");
  const home = candidate.startsWith("+") ? readAtHome(candidate, own) : undefined;
  if (home === undefined || plusMeans === "abroad") return check(candidate, own);
  if (plusMeans === "home") return check(home, own);
  return askWhich(home, check(candidate, own), own);
}

/** What would be a whole number at home without its plus. */
function readAtHome(candidate: string, own: CountryCode): string | undefined {
  const digits = candidate.replace(/\D/g, "");
  // "+49 151 23456789" is at home in Germany as it stands, though its digits alone could be a number there too.
  const literal = parsePhoneNumber(candidate, { defaultCountry: own, extract: false });
  if (literal?.isValid() && literal.countryCallingCode === getCountryCallingCode(own)) return undefined;
  const parsed = parsePhoneNumber(digits, { defaultCountry: own, extract: false });
  return parsed?.isValid() && parsed.nationalNumber === digits ? parsed.number : undefined;
}

function askWhich(home: string, literal: ParsedPhone, own: CountryCode): ParsedPhone {
  const abroad =
    literal.kind === "phone" ? { phone: literal.phone, country: nameCountryOf(literal.phone) } : null;
  const code = `+${getCountryCallingCode(own)}`;
  const reason =
    `With a plus in front it is ${abroad ? `a number in ${abroad.country}` : "no number"}, ` +
    `and without it one in ${nameCountry(own)}. If it is one at home, begin it with ${code}.`;
  return { kind: "refused", reason, either: { home, abroad } };
}

function check(candidate: string, own: CountryCode): ParsedPhone {
  const parsed = parsePhoneNumber(candidate, { defaultCountry: own, extract: false });
  if (parsed === undefined)
    return refused("There is more in this than a phone number. Leave only the number.");
  if (parsed.ext !== undefined) return refused("A number with an extension isn't a mobile.");
  if (!parsed.isPossible()) {
    return refused("This has too few or too many digits for a phone number.");
  }
  const { number: phone } = parsed;
  // Every valid number has one, and to ask for both would take twice as long.
  const type = parsed.getType();
  if (type !== undefined) {
    const noTexts = NO_TEXTS[type];
    if (noTexts !== undefined) return refused(noTexts);
    const { country } = parsed;
    // Of a number that several countries share, such as +1, the country may not be known.
    if (country === undefined || country === own) return { kind: "phone", phone };
    const doubt = `This is a number in ${nameCountry(country)}, outside of ${nameCountry(own)}. Check it.`;
    return { kind: "phone", phone, doubt };
  }
  // New area codes come every year, and the table of them is as old as this installation.
  if (/^\+1[2-9]\d\d[2-9]\d{6}$/.test(phone)) {
    return {
      kind: "phone",
      phone,
      doubt: `The area code ${phone.slice(2, 5)} isn't one we know. Check the number.`,
    };
  }
  return refused("There is no such phone number. Check the digits.");
}

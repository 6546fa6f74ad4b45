// Phone numbers: from what people type to the one stored form, E.164.
// The full metadata (157 kB), because only it knows toll-free numbers and landlines abroad.
import parsePhoneNumber, { type CountryCode, type NumberType } from "libphonenumber-js/max";

export type ParsedPhone =
  /** `doubt` says why somebody should look at the number again; it is used all the same. */
  | { kind: "phone"; phone: string; doubt?: string }
  /** It is empty, or says that there is no number. */
  | { kind: "none" }
  /** `reason` is one or two whole sentences for the person who typed it, without the number in them. */
  | { kind: "refused"; reason: string };

/** Only the last digits, for everything that people see: "… 0142". */
export const maskPhone = (phone: string): string => `… ${phone.slice(-4)}`;

/** As people write it: "(206) 555-0142", or "+52 55 1234 5678" from elsewhere. */
export function writePhone(phone: string): string {
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(phone) ?? [];
  if (area !== undefined) return `(${area}) ${exchange}-${line}`;
  return parsePhoneNumber(phone)?.formatInternational() ?? phone;
}

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

/** Reads one phone number as people type it; without a country code it belongs to `defaultCountry`. */
export function parsePhone(text: string, defaultCountry: CountryCode = "US"): ParsedPhone {
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
  return check(candidate, defaultCountry);
}

function check(candidate: string, defaultCountry: CountryCode): ParsedPhone {
  const parsed = parsePhoneNumber(candidate, { defaultCountry, extract: false });
  if (parsed === undefined)
    return refused("There is more in this than a phone number. Leave only the number.");
  if (parsed.ext !== undefined) return refused("A number with an extension isn't a mobile.");
  if (!parsed.isPossible()) {
    return refused("This has too few or too many digits for a phone number.");
  }
  const { number: phone } = parsed;
  if (parsed.isValid()) {
    const noTexts = NO_TEXTS[parsed.getType() ?? "MOBILE"];
    return noTexts === undefined ? { kind: "phone", phone } : refused(noTexts);
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

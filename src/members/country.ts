// Which country a number belongs to. The co-op's own is a setting, COUNTRY.
import parsePhoneNumber, { type CountryCode, getCountryCallingCode } from "libphonenumber-js/max";

export type Country = {
  /** Two letters, or what begins its numbers where that is all that is known: `MX`, `+1`. */
  code: string;
  /** As people read it. */
  name: string;
  /** What its numbers begin with: `+52`. */
  prefix: string;
};

const nameOf = new Intl.DisplayNames("en", { type: "region" });
/** Those that take "the" within a sentence. */
const WITH_ARTICLE = /^(United|Dominican Republic$|Bahamas$|Philippines$|Netherlands$|.* Islands$)/;
const withArticle = (name: string): string => (WITH_ARTICLE.test(name) ? `the ${name}` : name);

/** As it stands within a sentence: "the United States". */
export const nameCountry = (code: CountryCode): string => withArticle(nameOf.of(code) ?? code);
export const nameCountryOf = (phone: string): string => withArticle(countryOf(phone).name);

/** The co-op's own, as numbers are compared with it. */
export const ownCountry = (code: CountryCode): Country => ({
  code,
  name: nameOf.of(code) ?? code,
  prefix: `+${getCountryCallingCode(code)}`,
});

export function countryOf(phone: string): Country {
  const parsed = parsePhoneNumber(phone);
  const prefix = parsed ? `+${parsed.countryCallingCode}` : phone.slice(0, 2);
  const code = parsed?.country;
  if (code === undefined) return { code: prefix, name: `countries with ${prefix}`, prefix };
  return { code, name: nameOf.of(code) ?? code, prefix };
}

/** 3/1/2026 is the first of March in the United States, and the third of January in most other countries. */
export function isMonthFirst(code: CountryCode): boolean {
  const { language } = new Intl.Locale(`und-${code}`).maximize();
  const parts = new Intl.DateTimeFormat(`${language}-${code}`).formatToParts();
  const place = (type: "month" | "day") => parts.findIndex((part) => part.type === type);
  return place("month") < place("day");
}

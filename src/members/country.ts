// Which country a number belongs to, and which one is the co-op's own.

import { isNotNull } from "drizzle-orm";
import parsePhoneNumber from "libphonenumber-js/max";
import type { Reader } from "../db/open.ts";
import { members } from "../db/schema.ts";

export type Country = {
  /** Two letters, or what begins its numbers where that is all that is known: `MX`, `+1`. */
  code: string;
  /** As people read it. */
  name: string;
  /** What its numbers begin with: `+52`. */
  prefix: string;
};

const nameOf = new Intl.DisplayNames("en", { type: "region" });
/** Enough to tell where most members live. */
const LOOK_AT = 200;

export function countryOf(phone: string): Country {
  const parsed = parsePhoneNumber(phone);
  const prefix = parsed ? `+${parsed.countryCallingCode}` : phone.slice(0, 2);
  const code = parsed?.country;
  if (code === undefined) return { code: prefix, name: `countries with ${prefix}`, prefix };
  return { code, name: nameOf.of(code) ?? code, prefix };
}

/** The country that most members' numbers have. The sender's own can't tell: a service may pick it for each text. */
export async function readOwnCountry(db: Reader): Promise<Country | undefined> {
  const found = await db
    .select({ phone: members.phone })
    .from(members)
    .where(isNotNull(members.phone))
    .orderBy(members.id)
    .limit(LOOK_AT);
  const countries = found.map(({ phone }) => countryOf(phone ?? ""));
  const byCode = Map.groupBy(countries, ({ code }) => code);
  const [most] = [...byCode.values()].toSorted((a, b) => b.length - a.length);
  return most?.[0];
}

// Who has a number, for people who look at one.
import { asc, type SQL, sql } from "drizzle-orm";
import { isOneOf } from "../db/is-one-of.ts";
import type { Reader } from "../db/open.ts";
import { members } from "../db/schema.ts";

/** @param phone as the query around it calls it, with its table @returns null where nobody has it */
const ofPhone = (what: SQL, phone: SQL) => sql<string | null>`(select ${what}
  from members m join zones z on z.id = m.zone_id where m.phone = ${phone})`;

/** Pieces of SQL: everybody who has this phone, their zones and their accounts. */
export const namesOf = (phone: SQL) => ofPhone(sql`string_agg(m.name, ', ' order by m.name)`, phone);
export const zonesOf = (phone: SQL) => ofPhone(sql`string_agg(distinct z.name, ', ')`, phone);
export const accountsOf = (phone: SQL) => ofPhone(sql`string_agg(m.account, ', ' order by m.name)`, phone);

/** By phone, its members: "Ana Ruiz (account 1001), Leo Ruiz (account 1002)". */
export async function nameHolders(db: Reader, phones: readonly string[]): Promise<Map<string, string>> {
  const found = await db
    .select({ phone: members.phone, name: members.name, account: members.account })
    .from(members)
    .where(isOneOf(members.phone, phones))
    .orderBy(asc(members.account));
  const names = new Map<string, string>();
  for (const { phone, name, account } of found) {
    if (phone === null) continue;
    const before = names.get(phone);
    names.set(phone, `${before === undefined ? "" : `${before}, `}${name} (account ${account})`);
  }
  return names;
}

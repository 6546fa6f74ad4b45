// Who has a number, and who had it then, for people who look at one.
import { and, asc, eq, gt, isNull, lte, or, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { isOneOf } from "../db/is-one-of.ts";
import type { Reader } from "../db/open.ts";
import { listedMembers, members } from "../db/schema.ts";

/** @param phone as the query around it calls it, with its table @returns null where nobody has it */
const ofPhone = (what: SQL, phone: SQL) => sql<string | null>`(select ${what}
  from members m join zones z on z.id = m.zone_id where m.phone = ${phone})`;

/** Pieces of SQL: everybody who has this phone now, and their zones. */
export const namesOf = (phone: SQL) => ofPhone(sql`string_agg(m.name, ', ' order by m.name)`, phone);
export const zonesOf = (phone: SQL) => ofPhone(sql`string_agg(distinct z.name, ', ')`, phone);

/** Of a row of listed_members: that is how it stood in this version of the list. */
export const isOfVersion = (version: SQLWrapper): SQL | undefined =>
  and(lte(listedMembers.since, version), or(isNull(listedMembers.until), gt(listedMembers.until, version)));

/**
 * Everybody who had this phone in this version of the list, their zones and their accounts: to be joined laterally.
 *
 * @param phone and version as the query around it calls them, with their tables
 */
export function holdersThen(db: Reader, phone: SQL, version: SQL) {
  const { name, account, zone } = listedMembers;
  const all = (words: SQL) => sql<string>`coalesce(${words}, '')`;
  return db
    .select({
      names: all(sql`string_agg(${name}, ', ' order by ${name}, ${account})`).as("names"),
      zones: all(sql`string_agg(distinct ${zone}, ', ')`).as("zones"),
      accounts: all(sql`string_agg(${account}, ', ' order by ${name}, ${account})`).as("accounts"),
    })
    .from(listedMembers)
    .where(and(eq(listedMembers.phone, phone), isOfVersion(version)))
    .as("holders");
}

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

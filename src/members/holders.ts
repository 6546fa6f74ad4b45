// Who has a number, and who had it then, for people who look at one.
import { and, asc, eq, gt, isNull, lte, or, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { isOneOf } from "../db/is-one-of.ts";
import type { Reader } from "../db/open.ts";
import { addresses, listedMembers, listedNumbers, members } from "../db/schema.ts";

/** @param phone as the query around it calls it, with its table @returns null where nobody has it */
const ofPhone = (what: SQL, phone: SQL) => sql<string | null>`(select ${what}
  from addresses a join members m on m.id = a.member_id left join zones z on z.id = m.zone_id
  where a.address = ${phone} and a.channel = 'text')`;

/** What is said behind the name of whoever has left, and behind that of whoever has no account. */
const mark = sql`case when m.left_at is not null then ' (left the co-op)'
  when m.account is null then ' (' || m.about || ')' else '' end`;

/** Pieces of SQL: everybody who has this phone now, and their zones. */
export const namesOf = (phone: SQL) =>
  ofPhone(sql`string_agg(m.name || ${mark}, ', ' order by m.name)`, phone);
export const zonesOf = (phone: SQL) =>
  ofPhone(sql`string_agg(distinct case when m.in_all_zones then 'All zones' else z.name end, ', ')`, phone);

/** Of a row of listed_members or listed_numbers: that is how it stood in this version of the list. */
export const isOfVersion = (
  version: SQLWrapper,
  { since, until }: Pick<typeof listedNumbers, "since" | "until"> | typeof listedMembers = listedMembers,
): SQL | undefined => and(lte(since, version), or(isNull(until), gt(until, version)));

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
    .from(listedNumbers)
    .innerJoin(listedMembers, eq(listedMembers.member, listedNumbers.member))
    .where(and(eq(listedNumbers.phone, phone), isOfVersion(version, listedNumbers), isOfVersion(version)))
    .as("holders");
}

/** By phone, its members: "Ana Ruiz (account 1001), Leo Ruiz (account 1002), Hill School (school)". */
export async function nameHolders(db: Reader, phones: readonly string[]): Promise<Map<string, string>> {
  const found = await db
    .select({
      phone: addresses.address,
      name: members.name,
      account: members.account,
      about: members.about,
      leftAt: members.leftAt,
    })
    .from(addresses)
    .innerJoin(members, eq(members.id, addresses.memberId))
    .where(and(eq(addresses.channel, "text"), isOneOf(addresses.address, phones)))
    .orderBy(asc(members.account), asc(members.id));
  const byPhone = Map.groupBy(found, ({ phone }) => phone);
  return new Map([...byPhone].map(([phone, holders]) => [phone, holders.map(describeHolder).join(", ")]));
}

type Holder = { name: string; account: string | null; about: string | null; leftAt: Date | null };

function describeHolder({ name, account, about, leftAt }: Holder): string {
  const what = account === null ? (about ?? "no account") : `account ${account}`;
  return `${name} (${what}${leftAt === null ? "" : ", left the co-op"})`;
}

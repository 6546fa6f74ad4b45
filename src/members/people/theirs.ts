// Which numbers are somebody's, now and before: what was sent to them and what they wrote is found by these.
import { eq, type SQL, sql } from "drizzle-orm";
import type { Reader } from "../../db/open.ts";
import { listedNumbers } from "../../db/schema.ts";

/** Every number that this member has or had. */
export async function listNumbersOf(db: Reader, memberId: number): Promise<string[]> {
  const found = await db
    .select({ phone: listedNumbers.phone })
    .from(listedNumbers)
    .where(eq(listedNumbers.member, memberId))
    .groupBy(listedNumbers.phone)
    .orderBy(listedNumbers.phone);
  return found.map(({ phone }) => phone);
}

/** The query for the numbers that a member had in this version of the list. */
export const numbersThen = (memberId: number, version: SQL): SQL => sql`
  select n.phone from listed_numbers n
  where n.member = ${memberId}::int and n.since <= ${version} and (n.until is null or n.until > ${version})`;

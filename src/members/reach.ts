// Who can be reached by a text, and why others can't: told once, for the review's count, the freeze, and the list
// of those who are left out.
import { and, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { Reader } from "../db/open.ts";
import { barredPhones, type LeftOutReason, members } from "../db/schema.ts";

/** An empty list of zones means nobody. */
const inZones = (zoneIds: readonly number[]): SQL =>
  zoneIds.length === 0 ? sql`false` : sql`${members.zoneId} in ${zoneIds}`;

/** Null for whom a text reaches. */
const leftOut = sql<LeftOutReason | null>`case
  when ${members.phone} is null then 'no mobile'::left_out_reason
  when ${barredPhones.optedOut} then 'opted out'
  when ${barredPhones.unusable} then 'unusable' end`;

/**
 * A row for each member of these zones. It becomes a part of the query that reads it, and PostgreSQL plans the
 * two together: asked member by member it takes twenty times as long.
 */
export const reach = (db: Reader, zoneIds: readonly number[]) =>
  db
    .select({
      memberId: sql<number>`${members.id}`.as("member_id"),
      phone: sql<string | null>`${members.phone}`.as("phone"),
      leftOut: leftOut.as("left_out"),
      // The same as that nothing leaves them out; said like this, PostgreSQL need not read who is barred twice.
      isReached: sql<boolean>`${and(isNotNull(members.phone), isNull(barredPhones.phone))}`.as("is_reached"),
    })
    .from(members)
    .leftJoin(barredPhones, eq(barredPhones.phone, members.phone))
    .where(inZones(zoneIds))
    .as("reach");

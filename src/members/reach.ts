// Who can be reached by a text, and why the others can't: told once, for the review's count, the freeze, and the
// list of those who are left out. Each member of the zones is in one of the two. Both become a part of the query
// that reads them, and PostgreSQL plans it as a whole: asked member by member it takes twenty times as long.
import { and, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { Reader } from "../db/open.ts";
import { barredPhones, type LeftOutReason, members } from "../db/schema.ts";

/** An empty list of zones means nobody. */
export const inZones = (zoneIds: readonly number[]): SQL =>
  zoneIds.length === 0 ? sql`false` : sql`${members.zoneId} in ${zoneIds}`;

const memberId = sql<number>`${members.id}`.as("member_id");

/** The phone of each member whom a text reaches. Several may share one. */
export const reached = (db: Reader, zoneIds: readonly number[]) =>
  db
    .select({ phone: sql<string>`${members.phone}`.as("phone") })
    .from(members)
    .leftJoin(barredPhones, eq(barredPhones.phone, members.phone))
    .where(and(inZones(zoneIds), isNotNull(members.phone), isNull(barredPhones.phone)))
    .as("reached");

/**
 * Each member whom a text leaves out, and why. It begins with the phones that are barred, and not with the members:
 * so where few are left out, few are read.
 */
export const leftOutNow = (db: Reader, zoneIds: readonly number[]) => {
  const reason = (words: SQL) => sql<LeftOutReason>`${words}`.as("reason");
  const withoutPhone = db
    .select({ memberId, reason: reason(sql`'no mobile'::left_out_reason`) })
    .from(members)
    .where(and(inZones(zoneIds), isNull(members.phone)));
  const why = sql`case when ${barredPhones.optedOut} then 'opted out'::left_out_reason else 'unusable' end`;
  const barred = db
    .select({ memberId, reason: reason(why) })
    .from(barredPhones)
    .innerJoin(members, eq(members.phone, barredPhones.phone))
    .where(inZones(zoneIds));
  return withoutPhone.unionAll(barred).as("who");
};

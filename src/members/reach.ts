// Whom a text can reach: for queries over members that are joined with the barred phones.
import { isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import { barredPhones, members } from "../db/schema.ts";

/** An empty list of zones is nobody. */
export const inZones = (zoneIds: readonly number[]): SQL =>
  zoneIds.length === 0 ? sql`false` : sql`${members.zoneId} in ${zoneIds}`;

/** Of a left join of the barred phones. */
export const isReachable: SQL = sql`${isNotNull(members.phone)} and ${isNull(barredPhones.phone)}`;

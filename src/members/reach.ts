// Who can be reached by a text: for queries over members that are joined with the barred phones.
import { isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import { barredPhones, members } from "../db/schema.ts";

/** An empty list of zones means nobody. */
export const inZones = (zoneIds: readonly number[]): SQL =>
  zoneIds.length === 0 ? sql`false` : sql`${members.zoneId} in ${zoneIds}`;

/** For members that are left-joined with the barred phones. */
export const isReachable: SQL = sql`${isNotNull(members.phone)} and ${isNull(barredPhones.phone)}`;

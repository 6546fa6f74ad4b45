// Whom a text can reach: for queries over members, opt-outs and unusable phones.
import { type SQL, sql } from "drizzle-orm";
import { members, optOuts, unusablePhones } from "../db/schema.ts";

/** An empty list of zones is nobody. */
export const inZones = (zoneIds: readonly number[]): SQL =>
  zoneIds.length === 0 ? sql`false` : sql`${members.zoneId} in ${zoneIds}`;

export const isReachable = sql`${members.phone} is not null and ${optOuts.phone} is null and ${unusablePhones.phone} is null`;

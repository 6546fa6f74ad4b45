// Zones as those who look after them see them: how many members are in each, and how many of these a text reaches.
import { count, eq, isNull, sql } from "drizzle-orm";
import type { Reader } from "../db/open.ts";
import { members, reachChanges, zones } from "../db/schema.ts";
import { byName, type Zone } from "./zones.ts";

export type ZoneWithReach = Zone & {
  /** Whoever changes it says that they have seen this one. */
  version: number;
  members: number;
  /** How many of them a text reaches. */
  reached: number;
};

/** All of them. Who is reached is read from sums, and the members are counted by an index alone. */
export async function listZonesWithReach(db: Reader): Promise<ZoneWithReach[]> {
  const inZone = db
    .select({ zoneId: members.zoneId, members: count().as("members") })
    .from(members)
    .where(isNull(members.leftAt))
    .groupBy(members.zoneId)
    .as("in_zone");
  const sums = db
    .select({ zoneId: reachChanges.zoneId, reached: sql<number>`sum(${reachChanges.members})`.as("reached") })
    .from(reachChanges)
    .groupBy(reachChanges.zoneId)
    .as("sums");
  const found = await db
    .select({
      id: zones.id,
      name: zones.name,
      version: zones.version,
      members: sql<number>`coalesce(${inZone.members}, 0)::int`,
      reached: sql<number>`coalesce(${sums.reached}, 0)::int`,
    })
    .from(zones)
    .leftJoin(inZone, eq(inZone.zoneId, zones.id))
    .leftJoin(sums, eq(sums.zoneId, zones.id));
  return found.sort(byName);
}

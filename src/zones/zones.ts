// Zones: the service areas that an alert can go to.
import type { Db, Reader } from "../db/open.ts";
import { zones } from "../db/schema.ts";
import { oneLine } from "../text/words.ts";

export type Zone = { id: number; name: string };

/** As many as one Slack select can list beside "All zones". */
export const MAX_ZONES = 99;
/** With its count of members a name still fits into one option of a Slack select. */
export const MAX_ZONE_NAME = 50;

/** Zone 2 comes before Zone 10. */
const { compare } = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** The order in which people read them. */
export const byName = (one: { name: string }, other: { name: string }): number =>
  compare(one.name, other.name);

/** The name as people see it: no stray spaces. */
export const zoneName = (text: string): string => oneLine(text.normalize("NFC"));

/** The name as it is compared: " NORTH " is North. "3" and "Zone 3" stay two zones: nobody said that they are one. */
export const zoneKey = (name: string): string => zoneName(name).toLowerCase();

export async function listZones(db: Reader): Promise<Zone[]> {
  const found = await db.select({ id: zones.id, name: zones.name }).from(zones);
  return found.sort(byName);
}

/**
 * Creates the zones that are missing; the caller has checked MAX_ZONES and MAX_ZONE_NAME.
 *
 * @returns the id of every zone by its key, and the names that are new
 */
export async function ensureZones(
  tx: Db,
  names: Iterable<string>,
): Promise<{ idByKey: Map<string, number>; created: string[] }> {
  const wanted = new Map<string, string>();
  for (const name of names) {
    const key = zoneKey(name);
    if (!wanted.has(key)) wanted.set(key, zoneName(name));
  }
  const values = [...wanted].map(([key, name]) => ({ key, name }));
  const created =
    values.length === 0
      ? []
      : await tx.insert(zones).values(values).onConflictDoNothing().returning({ name: zones.name });
  const all = await tx.select({ id: zones.id, key: zones.key }).from(zones);
  return {
    idByKey: new Map(all.map(({ id, key }) => [key, id])),
    created: created.map(({ name }) => name).sort(compare),
  };
}

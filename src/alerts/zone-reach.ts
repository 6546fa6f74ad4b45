// Whether the zones that an alert goes to are what its author takes them for: nobody, everybody, or others than the
// last time.
import { sql } from "drizzle-orm";
import type { Reader, Tx } from "../db/open.ts";
import { alerts } from "../db/schema.ts";
import { escapeForSlack } from "../text/slack-markup.ts";
import { describeTime, nameTimeZone, number, plural } from "../text/words.ts";
import { byName } from "../zones/zones.ts";

/** A zone that was chosen, by the sums of who is reached. */
type ZoneReach = {
  id: number;
  name: string;
  /** How many of its members a text reaches now, and how many it reached at the zone's last alert. */
  members: number;
  last: { alertId: number; members: number; at: Date } | undefined;
};

export type ZonesReach = {
  zones: ZoneReach[];
  /** Nobody whom a text reaches is in another zone. */
  isEverybody: boolean;
};

/** Read from sums and by index, so that many members and alerts take no longer. */
export async function readZonesReach(db: Reader, zoneIds: readonly number[]): Promise<ZonesReach> {
  if (zoneIds.length === 0) return { zones: [], isEverybody: false };
  const rows = await db
    .select({
      id: sql<number>`id`,
      name: sql<string>`name`,
      members: sql<number>`members`,
      isChosen: sql<boolean>`is_chosen`,
      alertId: sql<number | null>`alert_id`,
      before: sql<number>`before`,
      at: sql<Date | null>`at`.mapWith(alerts.confirmedAt),
    })
    .from(sql`(
      select z.id, z.name, coalesce(r.members, 0)::int as members, z.id in ${zoneIds} as is_chosen,
        l.alert_id, l.members as before, l.at
      from zones z
        left join (select zone_id, sum(members) as members from reach_changes group by zone_id) r on r.zone_id = z.id
        left join lateral (
          select ar.alert_id, ar.members, a.confirmed_at as at from alert_reach ar join alerts a on a.id = ar.alert_id
          where ar.zone_id = z.id order by ar.alert_id desc limit 1
        ) l on z.id in ${zoneIds}
    ) as standing`);
  const chosen = rows.filter(({ isChosen }) => isChosen).sort(byName);
  const reaches = ({ members }: { members: number }) => members > 0;
  return {
    zones: chosen.map(({ id, name, members, alertId, before, at }) => ({
      id,
      name,
      members,
      last: alertId !== null && at !== null ? { alertId, members: before, at } : undefined,
    })),
    isEverybody: chosen.some(reaches) && !rows.some((row) => !row.isChosen && reaches(row)),
  };
}

/** Written down at the confirm, for the zones' next alert. */
export async function keepZonesReach(tx: Tx, alertId: number, zoneIds: readonly number[]): Promise<void> {
  await tx.execute(sql`
    insert into alert_reach (zone_id, alert_id, members)
    select z.id, ${alertId}::int, coalesce(sum(r.members), 0)
    from zones z left join reach_changes r on r.zone_id = z.id where z.id in ${zoneIds} group by z.id`);
}

/** More than a fifth more, or fewer. */
const hasMoved = ({ members, last }: ZoneReach): boolean =>
  last !== undefined && members > 0 && Math.abs(members - last.members) * 5 > last.members;

/** At most this many zones are told of by their numbers. */
const NAMED = 3;

/** What should be known of the zones before Send. @param names of zones, in Slack's notation */
export function warnOfZones(
  { zones, isEverybody }: ZonesReach,
  { timeZone, allZones, names }: { timeZone: string; allZones: boolean; names: (names: string[]) => string },
): { key: string; words: string }[] {
  const idsOf = (some: readonly ZoneReach[]) =>
    some
      .map(({ id }) => id)
      .sort((one, other) => one - other)
      .join();
  const warnings: { key: string; words: string }[] = [];
  if (isEverybody && !allZones) {
    const what = `${names(zones.map(({ name }) => name))} ${zones.length === 1 ? "is" : "are"} everybody`;
    const words = `${what}: no member whom a text reaches is in another zone.`;
    warnings.push({ key: `everybody ${idsOf(zones)}`, words });
  }
  const empty = zones.filter(({ members }) => members === 0);
  if (empty.length > 0) {
    const words = `Nobody in ${names(empty.map(({ name }) => name))} can be reached by text, so nothing goes there.`;
    warnings.push({ key: `nobody in ${idsOf(empty)}`, words });
  }
  const moved = zones.filter(hasMoved);
  if (moved.length > 0) {
    const told = moved.slice(0, NAMED).map(({ name, members, last }) => {
      const when = last
        ? `${number(last.members)} at its last alert, on ${describeTime(last.at, timeZone)}`
        : "";
      return `${escapeForSlack(name)} reaches ${plural(members, "member")} now, and reached ${when}`;
    });
    const rest = moved.length > NAMED ? ` So it is with ${plural(moved.length - NAMED, "other zone")}.` : "";
    const words = `${told.join("; ")} (${nameTimeZone(timeZone)}).${rest} If that is a surprise, look at the members first.`;
    warnings.push({ key: `moved ${idsOf(moved)}`, words });
  }
  return warnings;
}

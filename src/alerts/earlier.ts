// What went to some of the same zones a short while ago: who is about to send may not know of it.
import { and, arrayOverlaps, desc, eq, gte, sql } from "drizzle-orm";
import { isAuthor, type SlackUser } from "../board/allowlist.ts";
import type { Reader } from "../db/open.ts";
import { alerts, sendings } from "../db/schema.ts";
import { comparable } from "../text/comparable.ts";

/** An alert that was confirmed: frozen or not, under way or over. */
export type Earlier = {
  id: number;
  authorId: string;
  confirmedAt: Date;
  /** It says the same, and was confirmed in the last day. */
  isSameText: boolean;
  /** Somebody stopped it, so not everybody got it. */
  wasStopped: boolean;
  /** Of its zones, those that the new one goes to as well. */
  sharedZones: string[];
};

/** The last ones are enough to think again. */
const MOST = 5;

/**
 * Those of the last day that say the same, and those of the last hour that somebody else has sent, whatever they
 * say. The newest come first.
 */
export async function findEarlier(
  db: Reader,
  { author, text, zoneIds }: { author: SlackUser; text: string; zoneIds: readonly number[] },
): Promise<Earlier[]> {
  if (zoneIds.length === 0) return [];
  const found = await db
    .select({
      id: alerts.id,
      teamId: alerts.teamId,
      authorId: alerts.authorId,
      text: alerts.text,
      zoneIds: alerts.zoneIds,
      zoneNames: alerts.zoneNames,
      confirmedAt: sql`${alerts.confirmedAt}`.mapWith(alerts.confirmedAt),
      wasStopped: sql<boolean>`coalesce(${sendings.status} = 'stopped', false)`,
      isFresh: sql<boolean>`${alerts.confirmedAt} >= now() - interval '1 hour'`,
    })
    .from(alerts)
    .leftJoin(sendings, eq(sendings.id, alerts.sendingId))
    .where(
      and(
        gte(alerts.confirmedAt, sql`now() - interval '24 hours'`),
        arrayOverlaps(alerts.zoneIds, [...zoneIds]),
      ),
    )
    .orderBy(desc(alerts.confirmedAt), desc(alerts.id));
  const own = comparable(text);
  return found
    .map((alert) => ({ ...alert, isSameText: comparable(alert.text) === own }))
    .filter((alert) => alert.isSameText || (alert.isFresh && !isAuthor(alert, author)))
    .slice(0, MOST)
    .map(({ id, authorId, confirmedAt, isSameText, wasStopped, ...alert }) => ({
      id,
      authorId,
      confirmedAt,
      isSameText,
      wasStopped,
      sharedZones: alert.zoneNames.filter((_, n) => zoneIds.includes(alert.zoneIds[n] ?? 0)),
    }));
}

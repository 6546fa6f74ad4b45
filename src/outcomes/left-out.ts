// Whom an alert leaves out: as it would be now, while it is not frozen; from then on as it was kept.
import { asc, count, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Reader } from "../db/open.ts";
import { alerts, type LeftOutReason, leftOut, members, zones } from "../db/schema.ts";
import { leftOutNow } from "../members/reach.ts";
import type { LeftOutCounts } from "./counts.ts";

export type LeftOutLine = {
  account: string | null;
  /** Null where the member has been removed since. */
  name: string | null;
  zone: string | null;
  phone: string | null;
  reason: LeftOutReason;
};

type Whose = { sendingId: number | null; isFrozen: boolean; zoneIds: readonly number[] };

const person = {
  account: members.account,
  name: members.name,
  zone: zones.name,
  phone: members.phone,
};
const inOrder: SQL[] = [asc(zones.name), asc(members.name), asc(members.id)];

/** By zone and name, after those that are skipped. */
export function listLeftOut(
  db: Reader,
  alert: Whose,
  { skip, limit }: { skip: number; limit: number },
): Promise<LeftOutLine[]> {
  const who = leftOutOf(db, alert);
  return db
    .select({ ...person, reason: who.reason })
    .from(who)
    .leftJoin(members, eq(members.id, who.memberId))
    .leftJoin(zones, eq(zones.id, members.zoneId))
    .orderBy(...inOrder)
    .offset(skip)
    .limit(limit);
}

function leftOutOf(db: Reader, { sendingId, isFrozen, zoneIds }: Whose) {
  if (!isFrozen) return leftOutNow(db, zoneIds);
  return db
    .select({
      memberId: sql<number>`${leftOut.memberId}`.as("member_id"),
      reason: sql<LeftOutReason>`${leftOut.reason}`.as("reason"),
    })
    .from(leftOut)
    .where(eq(leftOut.sendingId, sendingId ?? 0))
    .as("who");
}

/** Of every alert, for the export. */
export const listAllLeftOut = (db: Reader) =>
  db
    .select({ alertId: alerts.id, ...person, reason: leftOut.reason })
    .from(leftOut)
    .innerJoin(alerts, eq(alerts.sendingId, leftOut.sendingId))
    .leftJoin(members, eq(members.id, leftOut.memberId))
    .leftJoin(zones, eq(zones.id, members.zoneId))
    .orderBy(asc(alerts.id), ...inOrder);

/** How many each of these sendings left out, by why. */
export async function countLeftOut(
  db: Reader,
  sendingIds: readonly number[],
): Promise<ReadonlyMap<number, LeftOutCounts>> {
  const rows = await db
    .select({ sendingId: leftOut.sendingId, reason: leftOut.reason, count: count() })
    .from(leftOut)
    .where(inArray(leftOut.sendingId, [...sendingIds]))
    .groupBy(leftOut.sendingId, leftOut.reason);
  const counts = new Map<number, LeftOutCounts>();
  for (const { sendingId, reason, count } of rows) {
    counts.set(sendingId, { ...counts.get(sendingId), [reason]: count });
  }
  return counts;
}

/** How many a text to these zones would leave out now, by why. */
export async function countLeftOutNow(db: Reader, zoneIds: readonly number[]): Promise<LeftOutCounts> {
  const who = leftOutNow(db, zoneIds);
  const rows = await db.select({ reason: who.reason, count: count() }).from(who).groupBy(who.reason);
  return Object.fromEntries(rows.map(({ reason, count }) => [reason, count]));
}

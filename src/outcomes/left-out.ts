// Whom an alert leaves out: as it would be now, while it is not frozen; from then on as it was kept.
import { and, asc, count, eq, inArray, isNull, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Reader } from "../db/open.ts";
import { alerts, type LeftOutReason, leftOut, listedMembers, listedNumbers, sendings } from "../db/schema.ts";
import { isOfVersion } from "../members/holders.ts";
import { leftOutNow } from "../members/reach.ts";
import type { LeftOutCounts } from "./counts.ts";

/** A member as they stood on the list when the alert was sent. */
export type LeftOutLine = {
  account: string | null;
  /** Null where it is not known any more. */
  name: string | null;
  zone: string | null;
  /** Of several the first. */
  phone: string | null;
  reason: LeftOutReason;
};

type Whose = { sendingId: number | null; isFrozen: boolean; zoneIds: readonly number[] };

const person = { account: listedMembers.account, name: listedMembers.name, zone: listedMembers.zone };

/** @param stood what is true of their numbers as they were then */
const phoneOf = (memberId: SQLWrapper, stood: SQL | undefined) => sql<string | null>`(
  select min(${listedNumbers.phone}) from ${listedNumbers} where ${and(eq(listedNumbers.member, memberId), stood)})`;

const inOrder: SQL[] = [asc(listedMembers.zone), asc(listedMembers.name), asc(listedMembers.member)];

/** By zone and name, after those that are skipped. */
export function listLeftOut(
  db: Reader,
  alert: Whose,
  { skip, limit }: { skip: number; limit: number },
): PromiseLike<LeftOutLine[]> {
  const who = leftOutOf(alert);
  const itsList = db
    .select({ version: sendings.listVersion })
    .from(sendings)
    .where(eq(sendings.id, alert.sendingId ?? 0));
  const version = sql`(${itsList})`;
  const stood = alert.isFrozen ? isOfVersion(version) : isNull(listedMembers.until);
  const hadNumber = alert.isFrozen ? isOfVersion(version, listedNumbers) : isNull(listedNumbers.until);
  return db
    .select({ ...person, phone: phoneOf(who.memberId, hadNumber), reason: who.reason })
    .from(who.are)
    .leftJoin(listedMembers, and(eq(listedMembers.member, who.memberId), stood))
    .orderBy(...inOrder)
    .offset(skip)
    .limit(limit);
}

function leftOutOf({ sendingId, isFrozen, zoneIds }: Whose) {
  const kept = sql`select member_id, reason from ${leftOut} where ${leftOut.sendingId} = ${sendingId ?? 0}`;
  return {
    are: sql`(${isFrozen ? kept : leftOutNow(zoneIds)}) as who`,
    memberId: sql<number>`who.member_id`,
    reason: sql<LeftOutReason>`who.reason`,
  };
}

/** Of every alert, or of one, for the export. */
export const listAllLeftOut = (db: Reader, alertId?: number) =>
  db
    .select({
      alertId: alerts.id,
      ...person,
      phone: phoneOf(sql`${leftOut.memberId}`, isOfVersion(sendings.listVersion, listedNumbers)),
      reason: leftOut.reason,
    })
    .from(leftOut)
    .innerJoin(alerts, eq(alerts.sendingId, leftOut.sendingId))
    .innerJoin(sendings, eq(sendings.id, leftOut.sendingId))
    .leftJoin(
      listedMembers,
      and(eq(listedMembers.member, leftOut.memberId), isOfVersion(sendings.listVersion)),
    )
    .where(alertId === undefined ? undefined : eq(alerts.id, alertId))
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
  const who = leftOutOf({ sendingId: null, isFrozen: false, zoneIds });
  const rows = await db.select({ reason: who.reason, count: count() }).from(who.are).groupBy(who.reason);
  return Object.fromEntries(rows.map(({ reason, count }) => [reason, count]));
}

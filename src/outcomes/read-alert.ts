// An alert as people see it: what it says, to whom, and how it stands.
import { and, desc, eq, getTableColumns, gte, inArray, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import type { Reader } from "../db/open.ts";
import { alerts, deliveryCounts } from "../db/schema.ts";
import type { StatusCounts } from "./counts.ts";

export type Alert = typeof alerts.$inferSelect;
type Found = Alert & {
  /** Why texts wait just now, in plain words. */
  delay: string | null;
};
export type AlertWithCounts = Found & {
  counts: StatusCounts;
  /** What the provider has named so far; null while it has named none. */
  price: number | null;
};

const columns = {
  ...getTableColumns(alerts),
  delay: sql<string | null>`case when ${alerts.delayedUntil} > now() then ${alerts.delayReason} end`,
};

async function withCounts(db: Reader, found: Found[]): Promise<AlertWithCounts[]> {
  const ids = found.map(({ id }) => id);
  if (ids.length === 0) return [];
  const counts = await db.select().from(deliveryCounts).where(inArray(deliveryCounts.alertId, ids));
  return found.map((alert) => {
    const own = counts.filter(({ alertId }) => alertId === alert.id);
    const price = own.reduce((sum, each) => sum + each.price, 0);
    return {
      ...alert,
      counts: Object.fromEntries(own.map(({ status, count }) => [status, count])),
      price: price === 0 ? null : price,
    };
  });
}

export async function readAlert(db: Reader, alertId: number): Promise<AlertWithCounts | undefined> {
  const [alert] = await withCounts(db, await db.select(columns).from(alerts).where(eq(alerts.id, alertId)));
  return alert;
}

/** Callbacks may come for so long after an alert ended, and its message still tells of them. */
const SHOWN_AFTER_END = sql`interval '3 days'`;

/** The alerts whose message in Slack may have to change. */
export async function listShownAlerts(db: Reader): Promise<AlertWithCounts[]> {
  const underWay = inArray(alerts.status, ["sending", "halted"]);
  const ended = and(isNotNull(alerts.confirmedAt), gte(alerts.endedAt, sql`now() - ${SHOWN_AFTER_END}`));
  const notShown = and(
    isNull(alerts.shownDigest),
    inArray(alerts.status, ["draft", "discarded"]),
    gte(alerts.reviewedAt, sql`now() - interval '1 hour'`),
  );
  return withCounts(
    db,
    await db
      .select(columns)
      .from(alerts)
      .where(or(underWay, ended, notShown)),
  );
}

/** Confirmed alerts, newest first. @param before the id after which the page begins, if not the first */
export async function listAlerts(
  db: Reader,
  { before, limit }: { before?: number | undefined; limit: number },
) {
  return withCounts(
    db,
    await db
      .select(columns)
      .from(alerts)
      .where(and(isNotNull(alerts.confirmedAt), before === undefined ? undefined : lt(alerts.id, before)))
      .orderBy(desc(alerts.id))
      .limit(limit),
  );
}

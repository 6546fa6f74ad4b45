// An alert as people see it: what it says, who it goes to, and how it stands.
import {
  and,
  desc,
  eq,
  getTableColumns,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  or,
  sql,
} from "drizzle-orm";
import type { Reader } from "../db/open.ts";
import { alertMessages, alerts, parts, sendings } from "../db/schema.ts";
import { sumEarlierPrices } from "../deliveries/attempts.ts";
import { sumCounts } from "../deliveries/columns.ts";
import { billed, type LeftOutCounts, type StatusCounts } from "./counts.ts";
import { countLeftOut } from "./left-out.ts";

/** `draft` can still be edited; from `sending` on nothing can be undone. `halted` waits for a person. */
export const standings = ["draft", "discarded", "sending", "halted", "stopped", "finished"] as const;
export type Standing = (typeof standings)[number];

export type Alert = Omit<typeof alerts.$inferSelect, "status"> & {
  status: Standing;
  /** Its deliveries are there. */
  isFrozen: boolean;
  /** Why the account can't send, in plain words; and the number of that halt. */
  haltReason: string | null;
  halts: number | null;
  /** Why texts wait just now, in plain words. */
  delay: string | null;
  endedAt: Date | null;
  stoppedBy: string | null;
  /** Before it is confirmed: how long ago it was last reviewed. */
  secondsSinceReview: number;
  /** The provider is still asked about its prices. */
  isPriceAsked: boolean;
  /** The board's message about it. */
  channelId: string | null;
  messageTs: string | null;
  shownDigest: string | null;
  /** How many who were not sent it stand in the list below that message. */
  notSentNamed: number | null;
};
export type AlertWithCounts = Alert & {
  counts: StatusCounts;
  /** Once it is frozen: how many of its members it leaves out. */
  leftOut: LeftOutCounts;
  /** What the provider has named so far; null while it has named none. */
  price: number | null;
  /** How many it takes money for and has not named the price of. */
  unpriced: number;
  /** How many texts left before somebody had them sent again. */
  earlierTexts: number;
};

const status = sql<Standing>`case
  when ${alerts.status} <> 'confirmed' then ${alerts.status}::text
  when ${sendings.status} = 'sending' and ${parts.haltReason} is not null then 'halted'
  else ${sendings.status}::text end`;

const found = (db: Reader) =>
  db
    .select({
      ...getTableColumns(alerts),
      status,
      isFrozen: sql<boolean>`${parts.part} is not null`,
      haltReason: parts.haltReason,
      halts: parts.halts,
      delay: sql<string | null>`case when ${parts.delayedUntil} > now() then ${parts.delayReason} end`,
      endedAt: sendings.endedAt,
      stoppedBy: sendings.stoppedBy,
      secondsSinceReview: sql<number>`extract(epoch from now() - ${alerts.reviewedAt})::float8`,
      isPriceAsked: sql<boolean>`${sendings.followAt} is not null`,
      channelId: alertMessages.channelId,
      messageTs: alertMessages.messageTs,
      shownDigest: alertMessages.shownDigest,
      notSentNamed: alertMessages.notSentNamed,
    })
    .from(alerts)
    .leftJoin(sendings, eq(sendings.id, alerts.sendingId))
    .leftJoin(parts, and(eq(parts.sendingId, sendings.id), eq(parts.part, 1)))
    .leftJoin(alertMessages, and(eq(alertMessages.alertId, alerts.id), eq(alertMessages.place, "board")));

async function withCounts(db: Reader, alerts: Alert[]): Promise<AlertWithCounts[]> {
  const ids = alerts.map(({ sendingId }) => sendingId).filter((id) => id !== null);
  if (ids.length === 0) {
    const nothing = { counts: {}, leftOut: {}, price: null, unpriced: 0, earlierTexts: 0 };
    return alerts.map((alert) => ({ ...alert, ...nothing }));
  }
  const [counts, leftOut, earlier] = await Promise.all([
    sumCounts(db, ids),
    countLeftOut(db, ids),
    sumEarlierPrices(db, ids, billed),
  ]);
  return alerts.map((alert) => {
    const own = counts.filter(({ sendingId }) => sendingId === alert.sendingId);
    const paid = earlier.filter(({ sendingId }) => sendingId === alert.sendingId);
    const price = [...own, ...paid].reduce((sum, each) => sum + (each.price ?? 0), 0);
    const charged = own.filter((each) => billed.includes(each.status));
    const unpriced = [...charged, ...paid].reduce((sum, each) => sum + each.count - each.priced, 0);
    return {
      ...alert,
      counts: Object.fromEntries(own.map((each) => [each.status, each.count])),
      leftOut: leftOut.get(alert.sendingId ?? 0) ?? {},
      // To the last digit that prices have.
      price: price === 0 ? null : Math.round(price * 100_000) / 100_000,
      unpriced,
      earlierTexts: paid.reduce((sum, each) => sum + each.count, 0),
    };
  });
}

export async function readAlert(db: Reader, alertId: number): Promise<AlertWithCounts | undefined> {
  const [alert] = await withCounts(db, await found(db).where(eq(alerts.id, alertId)));
  return alert;
}

/** For this long after an alert ended, callbacks may come, and its message still shows them. */
const SHOWN_AFTER_END = sql`interval '3 days'`;

/** As the digest of what a message shows begins, where it says that the review has lapsed. */
export const LAPSED = "lapsed";

/**
 * The alerts whose message in Slack may have to change.
 *
 * @param lapseMinutes after which a review can't be sent any more, and says so
 */
export async function listShownAlerts(
  db: Reader,
  { lapseMinutes }: { lapseMinutes: number },
): Promise<AlertWithCounts[]> {
  const underWay = eq(sendings.status, "sending");
  const ended = gte(sendings.endedAt, sql`now() - ${SHOWN_AFTER_END}`);
  const notShown = and(
    or(isNull(alertMessages.shownDigest), sql`${alertMessages.shownVersion} <> ${alerts.version}`),
    inArray(alerts.status, ["draft", "discarded"]),
    or(
      gte(alerts.reviewedAt, sql`now() - interval '1 hour'`),
      gte(alerts.discardedAt, sql`now() - interval '1 hour'`),
    ),
  );
  const lapsed = and(
    eq(alerts.status, "draft"),
    lte(alerts.reviewedAt, sql`now() - make_interval(mins => ${lapseMinutes})`),
    gte(alerts.reviewedAt, sql`now() - ${SHOWN_AFTER_END}`),
    sql`${alertMessages.shownDigest} not like ${`${LAPSED}.%`}`,
  );
  return withCounts(db, await found(db).where(or(underWay, ended, notShown, lapsed)));
}

/** The alerts that are under way, newest first. */
export async function listUnderWay(db: Reader, limit: number): Promise<AlertWithCounts[]> {
  const isOpen = eq(sendings.status, "sending");
  return withCounts(db, await found(db).where(isOpen).orderBy(desc(alerts.id)).limit(limit));
}

/** Confirmed alerts, newest first. @param before the id after which the page begins, if not the first */
export async function listAlerts(
  db: Reader,
  { before, limit }: { before?: number | undefined; limit: number },
) {
  return withCounts(
    db,
    await found(db)
      .where(and(isNotNull(alerts.confirmedAt), before === undefined ? undefined : lt(alerts.id, before)))
      .orderBy(desc(alerts.id))
      .limit(limit),
  );
}

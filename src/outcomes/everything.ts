// Every delivery with its alert, as an export has it: far too many to hold them all at once.
import { and, asc, eq, sql } from "drizzle-orm";
import type { Reader } from "../db/open.ts";
import { alerts, attempts, deliveries, sendings } from "../db/schema.ts";
import type { ReadRows } from "../db/snapshot.ts";
import { failureCode } from "../deliveries/columns.ts";
import { holdersOfDelivery } from "./delivery-lines.ts";

const ofAlert = {
  alertId: alerts.id,
  kind: alerts.kind,
  authorId: alerts.authorId,
  confirmedAt: alerts.confirmedAt,
  zoneNames: alerts.zoneNames,
  text: alerts.text,
  segments: alerts.segments,
  position: deliveries.position,
  phone: deliveries.address,
};

const isWanted = (alertId: number | undefined) =>
  alertId === undefined ? undefined : eq(alerts.id, alertId);

function listCurrent(db: Reader, alertId: number | undefined) {
  const holders = holdersOfDelivery(db);
  return db
    .select({
      ...ofAlert,
      names: holders.names,
      zones: holders.zones,
      accounts: holders.accounts,
      status: deliveries.status,
      code: failureCode,
      acceptedAt: deliveries.acceptedAt,
      statusAt: deliveries.statusAt,
      price: deliveries.price,
      messageSid: deliveries.messageSid,
    })
    .from(deliveries)
    .innerJoin(alerts, eq(alerts.sendingId, deliveries.sendingId))
    .innerJoin(sendings, eq(sendings.id, deliveries.sendingId))
    .leftJoinLateral(holders, sql`true`)
    .where(isWanted(alertId))
    .orderBy(asc(alerts.id), asc(deliveries.position));
}

function listEarlier(db: Reader, alertId: number | undefined) {
  const holders = holdersOfDelivery(db);
  return db
    .select({
      ...ofAlert,
      names: holders.names,
      zones: holders.zones,
      accounts: holders.accounts,
      status: attempts.status,
      code: attempts.code,
      acceptedAt: attempts.acceptedAt,
      statusAt: attempts.statusAt,
      price: attempts.price,
      messageSid: attempts.messageSid,
    })
    .from(attempts)
    .innerJoin(
      deliveries,
      and(eq(deliveries.sendingId, attempts.sendingId), eq(deliveries.position, attempts.position)),
    )
    .innerJoin(alerts, eq(alerts.sendingId, attempts.sendingId))
    .innerJoin(sendings, eq(sendings.id, attempts.sendingId))
    .leftJoinLateral(holders, sql`true`)
    .where(isWanted(alertId))
    .orderBy(asc(alerts.id), asc(deliveries.position), asc(attempts.claimedAt));
}

type Line = Awaited<ReturnType<typeof listCurrent>>[number];

/** All of them, or those of one alert; before each a line for each of its earlier attempts. */
export async function* listEverything(rows: ReadRows, alertId?: number): AsyncGenerator<Line[]> {
  const earlier = oneByOne(rows((db) => listEarlier(db, alertId)));
  let next = await earlier.next();
  for await (const current of rows((db) => listCurrent(db, alertId))) {
    const lot: Line[] = [];
    for (const row of current) {
      while (!next.done && isOfSame(next.value, row)) {
        lot.push(next.value);
        next = await earlier.next();
      }
      lot.push(row);
    }
    yield lot;
  }
}

const isOfSame = (a: Line, b: Line): boolean => a.alertId === b.alertId && a.position === b.position;

async function* oneByOne<Row>(lots: AsyncIterable<Row[]>): AsyncGenerator<Row> {
  for await (const lot of lots) yield* lot;
}

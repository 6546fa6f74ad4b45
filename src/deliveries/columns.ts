// What queries over deliveries ask for in more than one place.
import { eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Reader } from "../db/open.ts";
import { alerts, deliveries, deliveryCounts } from "../db/schema.ts";

export const isOfAlert = (alertId: number): SQL =>
  sql`${deliveries.sendingId} = (select sending_id from alerts where id = ${alertId})`;

/** The alert that this sending is the engine's half of; nothing where it is of something else. */
export async function alertOf(db: Reader, sendingId: number): Promise<number | undefined> {
  const [alert] = await db.select({ id: alerts.id }).from(alerts).where(eq(alerts.sendingId, sendingId));
  return alert?.id;
}

/** Why a delivery failed, by its gateway's code; rows of 0.1.0 have a number instead. */
export const failureCode = sql<string | null>`coalesce(${deliveries.code}, ${deliveries.errorCode}::text)`;

/** How many deliveries of each sending have each status, over all its parts, and what the provider has named. */
export const sumCounts = (db: Reader, sendingIds: readonly number[]) =>
  db
    .select({
      sendingId: deliveryCounts.sendingId,
      status: deliveryCounts.status,
      count: sql<number>`sum(${deliveryCounts.count})::int`,
      price: sql<number>`sum(${deliveryCounts.price})::float8`,
      priced: sql<number>`sum(${deliveryCounts.priced})::int`,
    })
    .from(deliveryCounts)
    .where(inArray(deliveryCounts.sendingId, [...sendingIds]))
    .groupBy(deliveryCounts.sendingId, deliveryCounts.status);

/**
 * The delivery that each row names by `in_sending` and `in_position`, locked. The rows must come in that order:
 * then transactions that lock several never wait for each other in a ring. They are looked up one by one by
 * their key, however large the planner thinks that the table is.
 */
export const lockedDelivery = sql.raw(`cross join lateral (
  select * from deliveries where sending_id = in_sending and position = in_position for update
) as d`);

/** The gateway that it went out by. What 0.1.0 handed over has it from its part alone. */
export const itsGateway = sql.raw(`coalesce(d.gateway,
  (select p.gateway from parts p where p.sending_id = d.sending_id and p.part = d.part)) as gateway`);

// What queries over deliveries ask for in more than one place.
import { type SQL, sql } from "drizzle-orm";
import { deliveries } from "../db/schema.ts";

export const isOfAlert = (alertId: number): SQL =>
  sql`${deliveries.sendingId} = (select sending_id from alerts where id = ${alertId})`;

/** Why a delivery failed, by its gateway's code; rows of 0.1.0 have a number instead. */
export const failureCode = sql<string | null>`coalesce(${deliveries.code}, ${deliveries.errorCode}::text)`;

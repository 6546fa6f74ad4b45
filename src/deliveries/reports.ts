// What the provider says about deliveries: its answer to a hand-over, its callbacks, its answers to our
// questions. All three may come late, twice and out of order, and all mean the same.
import { and, eq, gte, inArray, notExists, type SQL, sql } from "drizzle-orm";
import type { Database, Db } from "../db/open.ts";
import { type DeliveryStatus, deliveries, inboundTexts } from "../db/schema.ts";
import type { DeliveryRef, Failure, StatusCallback } from "../gateways/gateway.ts";
import { START } from "../opt-outs/keywords.ts";
import { optOut } from "../opt-outs/opt-outs.ts";
import { haltPart } from "./lifecycle.ts";

export type ProviderReport = DeliveryRef & {
  messageSid: string;
  status: DeliveryStatus;
  failure?: Failure | null;
  price?: number | null;
};

/** Moves the deliveries up as far as the reports say, in one statement. */
export async function recordReports(db: Db, reports: readonly ProviderReport[]): Promise<void> {
  if (reports.length > 0) await db.execute(sql`with ${asTable(reports)}, ${moveUp}`);
}

/** The same for status callbacks, each of which is also kept as it came. */
export async function recordCallbacks(db: Db, callbacks: readonly StatusCallback[]): Promise<void> {
  if (callbacks.length === 0) return;
  const reports = callbacks.map(({ delivery, sid, ...told }) => ({ ...delivery, ...told, messageSid: sid }));
  await db.execute(sql`with ${asTable(reports)}, kept as (
    insert into status_callbacks (sending_id, position, attempt, message_sid, status, meaning, code)
    select in_sending, in_position, in_attempt, sid, word, rank, why from report
  ), ${moveUp}`);
}

const asTable = (reports: readonly (ProviderReport & { word?: string })[]): SQL => {
  const rows = reports.map(({ sendingId, position, attempt, messageSid, status, word, failure, price }) => ({
    in_sending: sendingId,
    in_position: position,
    in_attempt: attempt,
    sid: messageSid,
    word,
    rank: status,
    why: failure?.code,
    useless: failure?.fault === "number",
    cost: price,
  }));
  return sql`report as materialized (
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as report(in_sending int, in_position int,
      in_attempt int, sid text, word text, rank delivery_status, why text, useless boolean, cost numeric)
    order by in_sending, in_position)`;
};

/** Statuses only move up, and from `delivered` on they don't move at all. */
const isNews = sql.raw("d.status < 'delivered' and d.status < best.rank");

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

/**
 * News that the provider has a message counts from any attempt, unless that attempt is known to have failed.
 * News that it failed counts only from the current attempt.
 */
const moveUp = sql`
  news as materialized (
    select d.sending_id, d.position, d.address, ${itsGateway}, d.status as was, report.*
    from report ${lockedDelivery}
    where d.attempt = in_attempt or (rank < 'undelivered' and not exists (
      select from status_callbacks c where c.sending_id = in_sending and c.position = in_position
        and c.message_sid = sid and coalesce(c.meaning::text, c.status) in ('undelivered', 'failed')))
  ), best as (
    select distinct on (sending_id, position) *, max(cost) over (partition by sending_id, position) as best_cost
    from news order by sending_id, position, rank desc
  ), found_useless as (
    insert into unusable_phones (phone, gateway, code) select address, gateway, why from best
    where useless and was < 'delivered' and was < rank on conflict do nothing
  )
  update deliveries d set
    status = case when ${isNews} then best.rank else d.status end,
    status_at = case when ${isNews} then now() else d.status_at end,
    code = case when ${isNews} then best.why else d.code end,
    error_code = case when not ${isNews} then d.error_code end,
    message_sid = coalesce(d.message_sid, best.sid),
    accepted_at = coalesce(d.accepted_at, now()),
    again_at = null,
    lease_until = null,
    ask_at = null,
    price = coalesce(best.best_cost, d.price)
  from best where d.sending_id = best.sending_id and d.position = best.position`;

/**
 * Some failures of a message that the provider had taken say more than that it failed. If the account can't
 * send, the part halts. If the member opted out there, they are opted out here. A callback and an answer to our
 * question count alike.
 *
 * @param title the gateway's, as people read it
 */
export async function actOnLateFailure(
  db: Database,
  title: string,
  delivery: DeliveryRef,
  { fault, words, code }: Failure,
): Promise<void> {
  const { sendingId, position } = delivery;
  if (fault !== "account" && fault !== "opted out") return;
  await db.transaction(async (tx) => {
    if (fault === "account") {
      await haltPart(tx, delivery, `${title} says: ${words} (${code}).`);
      return;
    }
    // If they have asked for texts since then, the opt-out is old news.
    const asked = tx
      .select()
      .from(inboundTexts)
      .where(
        and(
          eq(inboundTexts.phone, deliveries.address),
          gte(inboundTexts.writtenAt, deliveries.claimedAt),
          inArray(inboundTexts.keyword, [...START]),
        ),
      );
    const found = await tx
      .select({ phone: deliveries.address })
      .from(deliveries)
      .where(and(eq(deliveries.sendingId, sendingId), eq(deliveries.position, position), notExists(asked)));
    for (const { phone } of found) await optOut(tx, phone, "provider", "system");
  });
}

// What became of the hand-overs to the provider, many in one statement.
import { eq, sql } from "drizzle-orm";
import type { Database } from "../db/open.ts";
import { type DeliveryStatus, sendings } from "../db/schema.ts";
import { CONNECT_SECONDS, type DeliveryRef } from "../gateways/gateway.ts";
import { optOut } from "../opt-outs/opt-outs.ts";
import { delayPart, haltPart } from "./lifecycle.ts";
import { itsGateway, lockedDelivery, recordReports } from "./reports.ts";

export type HandOver = DeliveryRef & {
  /** The part must not go on before a person has looked: why, in plain words. */
  halt?: string | undefined;
  /** Nothing is sent until it is tried again: why, in plain words. */
  delay?: string | undefined;
} & (
    | { result: "accepted"; messageSid: string; status: DeliveryStatus }
    /** It never was at the provider, or the refusal may pass: pending again, after this many seconds. */
    | { result: "not sent"; againIn: number; code?: string | null }
    | { result: "rejected"; code: string | null; uselessNumber: boolean }
    /** The provider says that this member opted out. */
    | { result: "opted out" }
    /** Nobody knows: from now on the resolver asks. */
    | { result: "ambiguous" }
  );

/** Late enough for the provider's list of messages to show it. */
const ASK_AFTER_SECONDS = 5;

/** A delay may last this much longer, because a try that gets no connection takes this long to fail. */
const TRY_SECONDS = CONNECT_SECONDS + 5;

export async function recordHandOvers(db: Database, handOvers: readonly HandOver[]): Promise<void> {
  await recordReports(
    db,
    handOvers.filter((handOver) => handOver.result === "accepted"),
  );
  await recordSetbacks(
    db,
    handOvers.filter((handOver) => handOver.result !== "accepted"),
  );
}

type Setback = Exclude<HandOver, { result: "accepted" }>;

/**
 * They count only for the delivery's current attempt. What comes back to a stopped sending is canceled. The
 * sendings are locked first, so that no Stop is missed that comes at the same time.
 */
async function recordSetbacks(db: Database, setbacks: readonly Setback[]): Promise<void> {
  if (setbacks.length === 0) return;
  const rows = setbacks.map((setback) => ({
    in_sending: setback.sendingId,
    in_position: setback.position,
    in_attempt: setback.attempt,
    result: setback.result,
    why: "code" in setback ? setback.code : null,
    useless: setback.result === "rejected" && setback.uselessNumber,
    wait: setback.result === "not sent" ? setback.againIn : ASK_AFTER_SECONDS,
  }));
  const sendingIds = [...new Set(setbacks.map(({ sendingId }) => sendingId))].sort((a, b) => a - b);
  await db.transaction(async (tx) => {
    for (const sendingId of sendingIds) {
      const own = setbacks.filter((setback) => setback.sendingId === sendingId);
      const halting = own.find(({ halt }) => halt);
      const delayed = own.findLast(({ delay }) => delay);
      await tx.select({ id: sendings.id }).from(sendings).where(eq(sendings.id, sendingId)).for("share");
      if (delayed?.result === "not sent" && delayed.delay) {
        await delayPart(tx, delayed, delayed.delay, delayed.againIn + TRY_SECONDS);
      }
      if (halting?.halt) await haltPart(tx, halting, halting.halt);
    }
    const optedOut = await tx.execute<{ phone: string }>(sql`
      with news as materialized (
        select d.sending_id, d.position, d.address, ${itsGateway}, setback.*, now() + make_interval(secs => wait) as later
        from (
          select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row(in_sending int, in_position int,
            in_attempt int, result text, why text, useless boolean, wait float8)
          order by in_sending, in_position
        ) as setback
        ${lockedDelivery}
        where d.attempt = in_attempt and d.status = 'sending'
      ), found_useless as (
        insert into number_faults (phone, sending_id, gateway, code)
        select address, sending_id, gateway, why from news where useless on conflict do nothing
      ), changed as (
        update deliveries d set
          status = case news.result
            when 'not sent' then case when s.status = 'stopped' then 'canceled' else 'pending' end
            when 'rejected' then 'rejected'
            when 'opted out' then 'skipped'
            else 'sending' end::delivery_status,
          status_at = case when news.result = 'ambiguous' then d.status_at else now() end,
          code = news.why,
          error_code = null,
          lease_until = null,
          again_at = case when news.result = 'not sent' and s.status <> 'stopped' then later end,
          ask_at = case when news.result = 'ambiguous' then later end
        from news join sendings s on s.id = news.sending_id
        where d.sending_id = news.sending_id and d.position = news.position
      )
      select distinct address as phone from news where result = 'opted out' order by 1`);
    for (const { phone } of optedOut) await optOut(tx, phone, "provider", "system");
  });
}

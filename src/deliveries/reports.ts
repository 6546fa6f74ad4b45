// What the provider says about deliveries: its answer to a hand-over, its callbacks, its answers to our
// questions. All three may come late, twice and out of order, and all mean the same.
import { and, eq, gte, inArray, notExists, type SQL, sql } from "drizzle-orm";
import type { Database, Db, Tx } from "../db/open.ts";
import { type DeliveryStatus, deliveries, inboundTexts } from "../db/schema.ts";
import type { Alarm, DeliveryRef, Failure, StatusCallback } from "../gateways/gateway.ts";
import { START } from "../opt-outs/keywords.ts";
import { optOut } from "../opt-outs/opt-outs.ts";
import { claimedAt, earlierAttempt, isSentAgain, moveUpEarlier, tellOfBestAttempt } from "./attempts.ts";
import { itsGateway, lockedDelivery } from "./columns.ts";
import { type Account, actOnLateRefusal, raiseAlarm } from "./destinations.ts";
import { haltPart } from "./lifecycle.ts";

export type ProviderReport = DeliveryRef & {
  messageSid: string;
  status: DeliveryStatus;
  failure?: Failure | null;
  price?: number | null;
};

/** Moves the deliveries up as far as the reports say, in one statement. */
export async function recordReports(db: Db, reports: readonly ProviderReport[]): Promise<void> {
  if (reports.length === 0) return;
  await lookAgain(
    db,
    reports,
    await db.execute<Touched>(sql`with ${asTable(reports)}, ${moveUp("at once")}`),
  );
}

/** The same for status callbacks, each of which is also kept as it came. */
export async function recordCallbacks(db: Db, callbacks: readonly StatusCallback[]): Promise<void> {
  if (callbacks.length === 0) return;
  const reports = callbacks.map(({ delivery, sid, ...told }) => ({ ...delivery, ...told, messageSid: sid }));
  const touched = await db.execute<Touched>(sql`with ${asTable(reports)}, kept as (
    insert into status_callbacks (sending_id, position, attempt, message_sid, status, meaning, code)
    select in_sending, in_position, in_attempt, sid, word, rank, why from report
  ), ${moveUp("at once")}`);
  await lookAgain(db, reports, touched);
}

/** A delivery of which there is more to look at; of a doubtful one nothing is recorded yet. */
type Touched = Pick<DeliveryRef, "sendingId" | "position"> & { isDoubtful: boolean };

/**
 * A report of an earlier attempt may have waited while somebody had the delivery sent again, and has not seen that:
 * it is looked at once more. And what was sent again tells of the attempt that got through.
 */
async function lookAgain(
  db: Db,
  reports: readonly ProviderReport[],
  touched: readonly Touched[],
): Promise<void> {
  if (touched.length === 0) return;
  const doubtful = touched.filter(({ isDoubtful }) => isDoubtful);
  const again = reports.filter(({ sendingId, position }) =>
    doubtful.some((each) => each.sendingId === sendingId && each.position === position),
  );
  const more =
    again.length === 0
      ? []
      : await db.execute<Touched>(sql`with ${asTable(again)}, ${moveUp("on second look")}`);
  await tellOfBestAttempt(db, [...touched, ...more]);
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
 * News of an earlier attempt counts for that one (attempts.ts). Of the others, news that the provider has a message
 * counts from any claim, unless it is known to have failed. News that it failed counts only from the last claim.
 */
const moveUp = (when: "at once" | "on second look"): SQL => sql`
  news as materialized (
    select d.sending_id, d.position, d.address, ${itsGateway}, d.status as was, d.attempt as attempt_now,
      past.earlier, past.earlier_was, report.*,
      d.message_sid is not distinct from sid or d.attempt = in_attempt as is_current
    from report ${lockedDelivery} ${earlierAttempt}
  ), own as (
    select * from news where earlier is null and (is_current or (${sql.raw(String(when === "on second look"))} and rank < 'undelivered'
      and not exists (
        select from status_callbacks c where c.sending_id = in_sending and c.position = in_position
          and c.message_sid = sid and coalesce(c.meaning::text, c.status) in ('undelivered', 'failed'))))
  ), best as (
    select distinct on (sending_id, position) *, max(cost) over (partition by sending_id, position) as best_cost
    from own order by sending_id, position, rank desc
  ), best_earlier as (
    select distinct on (sending_id, position, earlier) *,
      max(cost) over (partition by sending_id, position, earlier) as best_cost
    from news where earlier is not null order by sending_id, position, earlier, rank desc
  ), found_useless as (
    insert into number_faults (phone, sending_id, gateway, code)
    select distinct on (address, sending_id, why) address, sending_id, gateway, why from (
      select address, sending_id, gateway, why, useless, was, rank from best
      union all select address, sending_id, gateway, why, useless, earlier_was, rank from best_earlier
    ) as told
    where useless and address <> '' and was < 'delivered' and was < rank on conflict do nothing
  ), moved_earlier as (
    ${moveUpEarlier}
  ), moved as (
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
    from best where d.sending_id = best.sending_id and d.position = best.position
  )
  select distinct sending_id as "sendingId", position, earlier is null and not is_current as "isDoubtful" from news
  where earlier is not null or not is_current or ${isSentAgain("attempt_now")}`;

/** What is told of a delivery, by a callback or by the answer to a question. */
export type News = { delivery: DeliveryRef; failure: Failure | null; alarm?: Alarm | undefined };

/** Some news of a message that the provider had taken say more than how it stands: of the account, or of the member. */
export async function actOnNews(db: Database, account: Account, news: News): Promise<void> {
  const { title } = account;
  const { delivery, failure, alarm } = news;
  if (alarm) await db.transaction((tx) => raiseAlarm(tx, { delivery, title, alarm, isRefused: false }));
  if (failure) await actOnLateFailure(db, account, delivery, failure);
}

/**
 * If the account can't send, the part halts. If it can't text this number, the board is told. If the member opted
 * out there, they are opted out here.
 */
export async function actOnLateFailure(
  db: Database,
  account: Account,
  delivery: DeliveryRef,
  failure: Failure,
): Promise<void> {
  const { fault, words, code } = failure;
  if (fault === "account") {
    await db.transaction((tx) => haltPart(tx, delivery, `${account.title} says: ${words} (${code}).`));
  }
  if (fault === "destination") {
    await db.transaction((tx) => actOnLateRefusal(tx, account, delivery, failure));
  }
  if (fault === "opted out") await db.transaction((tx) => optOutUnlessAsked(tx, delivery));
}

/** If they have asked for texts since then, the opt-out is old news. */
async function optOutUnlessAsked(tx: Tx, delivery: DeliveryRef): Promise<void> {
  const asked = tx
    .select()
    .from(inboundTexts)
    .where(
      and(
        eq(inboundTexts.phone, deliveries.address),
        gte(inboundTexts.writtenAt, claimedAt(delivery)),
        inArray(inboundTexts.keyword, [...START]),
      ),
    );
  const { sendingId, position } = delivery;
  const found = await tx
    .select({ phone: deliveries.address })
    .from(deliveries)
    .where(and(eq(deliveries.sendingId, sendingId), eq(deliveries.position, position), notExists(asked)));
  for (const { phone } of found) if (phone !== "") await optOut(tx, phone, "provider", "system");
}

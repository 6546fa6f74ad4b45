// A delivery may have several attempts, because a person may have it sent again. The current one stands in the
// delivery, the earlier ones in a table of their own: each keeps its message, its status and its price.
import { and, inArray, isNotNull, or, type SQL, sql } from "drizzle-orm";
import type { Db, Reader, Tx } from "../db/open.ts";
import { attempts, type DeliveryStatus, deliveries } from "../db/schema.ts";
import { itsGateway, lockedDelivery } from "./columns.ts";

type Key = { sendingId: number; position: number };

/** What an attempt and a delivery have in common. */
const FACTS = ["gateway", "message_sid", "status", "code", "price", "claimed_at", "accepted_at", "status_at"];
const facts = (of: string, as: string) =>
  sql.raw(FACTS.map((name) => `${of}.${name} as ${as}_${name}`).join(", "));
const setTo = (from: string) => sql.raw(FACTS.map((name) => `${name} = ${from}_${name}`).join(", "));

/**
 * Makes these deliveries pending again, each as a new attempt. What became of the one before is kept. Whoever was
 * erased since gets nothing.
 *
 * @param which a condition on `deliveries`; the caller has locked their sending
 * @returns how many
 */
export async function sendAgain(tx: Tx, which: SQL): Promise<number> {
  const again = await tx.execute(sql`
    with chosen as materialized (
      select * from ${deliveries} where ${which} and ${deliveries.address} <> '' order by sending_id, position for update
    ), kept as (
      insert into attempts (sending_id, position, attempt, ${sql.raw(FACTS.join(", "))})
      select d.sending_id, d.position, d.attempt, ${itsGateway}, message_sid, status,
        coalesce(d.code, d.error_code::text), price, claimed_at, accepted_at, status_at from chosen d
    )
    update deliveries d set status = 'pending', attempt = d.attempt + 1, status_at = now(), again_at = now(),
      ask_at = null, lease_until = null, code = null, error_code = null, failure_named_at = null,
      message_sid = null, accepted_at = null, price = null
    from chosen where d.sending_id = chosen.sending_id and d.position = chosen.position
    returning d.position`);
  return again.length;
}

/**
 * Which earlier attempt a report is about, if any: the one that its message is known by, or that was under way then.
 * Of two messages of which only one was found, the other is that of the attempt that is unknown. Where the report is
 * about the current attempt, as nearly always, nothing is looked up.
 */
export const earlierAttempt = sql.raw(`left join lateral (
  select a.attempt as earlier, a.status as earlier_was from attempts a
  where d.message_sid is distinct from sid and not (d.message_sid is null and d.attempt = in_attempt)
    and a.sending_id = in_sending and a.position = in_position
    and (a.message_sid = sid or a.attempt >= in_attempt or (a.message_sid is null and a.status = 'unknown'))
  order by a.message_sid is distinct from sid, a.attempt < in_attempt, a.attempt limit 1
) as past on true`);

/** Whether a delivery was sent again: its attempt counts claims, too, so it is at least the third. */
export const isSentAgain = (attempt: string): SQL =>
  sql.raw(`(${attempt} > 2 and exists (select from attempts a
    where a.sending_id = in_sending and a.position = in_position))`);

/**
 * A delivery that was sent again tells of the attempt that got through. Where the provider has an earlier one after
 * all, and the new one has not left, it need not leave. Where the new one came to nothing, the earlier one counts.
 * The other of the two is kept in its place.
 */
export async function tellOfBestAttempt(db: Db, keys: readonly Key[]): Promise<void> {
  if (keys.length === 0) return;
  const rows = keys.map(({ sendingId, position }) => ({ in_sending: sendingId, in_position: position }));
  await db.execute(sql`
    with better as materialized (
      select d.sending_id, d.position, past.attempt as earlier, ${facts("past", "past")}, ${facts("d", "last")},
        d.status in ('rejected', 'unknown', 'undelivered', 'failed') as has_left
      from (
        select distinct * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row(in_sending int, in_position int)
        order by 1, 2
      ) as named
      ${lockedDelivery}
      cross join lateral (
        select * from attempts a where a.sending_id = d.sending_id and a.position = d.position
          and a.status in ('accepted', 'sent', 'delivered') order by a.status desc, a.attempt desc limit 1
      ) as past
      where d.status in ('pending', 'skipped', 'expired', 'canceled', 'rejected', 'unknown')
        or (d.status in ('undelivered', 'failed') and past.status = 'delivered')
    ), kept as (
      update attempts a set ${setTo("last")} from better
      where has_left and a.sending_id = better.sending_id and a.position = better.position and a.attempt = earlier
    ), gone as (
      delete from attempts a using better
      where not has_left and a.sending_id = better.sending_id and a.position = better.position and a.attempt = earlier
    )
    update deliveries d set ${setTo("past")}, error_code = null, again_at = null, lease_until = null, ask_at = null
    from better where d.sending_id = better.sending_id and d.position = better.position`);
}

/** As for deliveries: the end of an attempt is final. */
const IS_NEWS = "a.status < 'delivered' and a.status < best.rank";

/** Moves earlier attempts up, as far as the rows of `best_earlier` say. */
export const moveUpEarlier = sql.raw(`update attempts a set
      status = case when ${IS_NEWS} then best.rank else a.status end,
      status_at = case when ${IS_NEWS} then now() else a.status_at end,
      code = case when ${IS_NEWS} then best.why else a.code end,
      message_sid = coalesce(a.message_sid, best.sid),
      accepted_at = coalesce(a.accepted_at, now()),
      price = coalesce(best.best_cost, a.price)
    from best_earlier best
    where a.sending_id = best.sending_id and a.position = best.position and a.attempt = best.earlier`);

/** When the attempt that this names was claimed. */
export const claimedAt = ({ sendingId, position, attempt }: Key & { attempt: number }): SQL =>
  sql`coalesce((select a.claimed_at from attempts a where a.sending_id = ${sendingId} and a.position = ${position}
    and a.attempt >= ${attempt} order by a.attempt limit 1), ${deliveries.claimedAt})`;

/**
 * What earlier attempts cost, by sending: a delivery's own price is that of its current one.
 *
 * @param billed the statuses of those that the provider takes money for
 */
export const sumEarlierPrices = (
  db: Reader,
  sendingIds: readonly number[],
  billed: readonly DeliveryStatus[],
) =>
  db
    .select({
      sendingId: attempts.sendingId,
      count: sql<number>`count(*)::int`,
      priced: sql<number>`count(${attempts.price})::int`,
      price: sql<number | null>`sum(${attempts.price})::float8`,
    })
    .from(attempts)
    .where(
      and(
        inArray(attempts.sendingId, [...sendingIds]),
        or(inArray(attempts.status, [...billed]), isNotNull(attempts.price)),
      ),
    )
    .groupBy(attempts.sendingId);

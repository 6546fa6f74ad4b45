// The resolver: where nobody knows what became of a delivery, the provider is asked, and nothing is sent again.
import { sql } from "drizzle-orm";
import type { CountryCode } from "libphonenumber-js/max";
import type { Database, Db } from "../../db/open.ts";
import type { DeliveryRef, Gateway, GatewayMessage } from "../../gateways/gateway.ts";
import type { Log } from "../../log.ts";
import { tellOfBestAttempt } from "../attempts.ts";
import { lockedDelivery } from "../columns.ts";
import { actOnNews, recordReports } from "../reports.ts";

/** After this long without a trace at the provider, a person is told. It is still looked for. */
const UNKNOWN_AFTER_MINUTES = 10;

/** A message is never older than its claim. But the answer may come this much later than the claim's age was read. */
const TOLERANCE_SECONDS = 300;

/** Nothing more can be found out about an older sending. */
export const ASK_FOR_DAYS = 7;

/** What the provider is asked with; the country is the co-op's own. */
export type Asking = {
  db: Database;
  gateway: Gateway;
  country: CountryCode;
  log: Log;
  /** After this long without a trace of a text, a person is told. */
  unknownAfterMinutes?: number | undefined;
};

type Open = DeliveryRef & { address: string; text: string; age: number; overdue: boolean };

/**
 * Asks the provider about deliveries whose outcome nobody knows, those that wait longest first. Each is asked
 * about less and less often, so that hopeless ones don't hold up the others.
 *
 * @returns whether there were any
 */
export async function resolveOpen(asking: Asking, limit: number): Promise<boolean> {
  const { db, unknownAfterMinutes = UNKNOWN_AFTER_MINUTES } = asking;
  await endLeases(db);
  const open = await db.execute<Open>(sql`
    with due as materialized (
      select sending_id, position from deliveries where ask_at <= now()
      order by ask_at limit ${limit} for update skip locked
    )
    update deliveries d set ask_at = case
      when claimed_at < now() - make_interval(days => ${ASK_FOR_DAYS}) then null
      else now() + least(interval '1 hour', greatest(interval '5 seconds', (now() - claimed_at) / 2)) end
    from due, parts p where d.sending_id = due.sending_id and d.position = due.position
      and p.sending_id = d.sending_id and p.part = d.part
    returning d.sending_id as "sendingId", d.position, d.attempt, d.address, p.text,
      extract(epoch from now() - d.claimed_at)::float8 as age,
      d.status = 'sending' and d.claimed_at < now() - make_interval(mins => ${unknownAfterMinutes}) as overdue`);
  await Promise.all(open.map((delivery) => resolveOne(asking, delivery)));
  return open.length > 0;
}

/**
 * What was claimed by an instance that died, or stalled for too long, has to be asked about. An instance that
 * never got the answer to its claim, because the database was away, may still ask for the claim for a while.
 */
async function endLeases(db: Database): Promise<void> {
  await db.execute(sql`delete from claims where is_ended and lease_until < now() - interval '15 minutes'`);
  await db.execute(sql`
    with ended as (
      update claims set is_ended = true where lease_until <= now() and not is_ended
      returning sending_id, positions
    ), left_open as materialized (
      select d.sending_id, d.position from (
        select sending_id as in_sending, unnest(positions) as in_position from ended order by 1, 2
      ) as ended
      ${lockedDelivery}
      where d.status = 'sending' and d.lease_until <= now()
    )
    update deliveries d set ask_at = now() from left_open
    where d.sending_id = left_open.sending_id and d.position = left_open.position`);
}

async function resolveOne({ db, gateway, country, log }: Asking, delivery: Open): Promise<void> {
  const { sendingId, position, attempt, address, age } = delivery;
  try {
    const found = await gateway.find({ to: address, within: age + TOLERANCE_SECONDS });
    const message = await db.transaction(async (tx) => {
      // One phone at a time: two sendings with the same text must not both take one message for theirs.
      await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${address}))`);
      const own = await findOwn(tx, delivery, found);
      if (own) await recordReports(tx, [{ ...delivery, ...reportOf(own) }]);
      return own;
    });
    if (message) return await actOnNews(db, { title: gateway.title, country }, { delivery, ...message });
  } catch (error) {
    log.warn({ sendingId, position, err: error }, "the provider could not be asked about a text yet");
  }
  // Also where asking fails: a person has to know. It is still looked for.
  if (delivery.overdue) {
    await db.execute(sql`
      update deliveries set status = 'unknown', status_at = now()
      where sending_id = ${sendingId} and position = ${position} and attempt = ${attempt} and status = 'sending'`);
    await tellOfBestAttempt(db, [delivery]);
  }
}

/** The message with this text that no other delivery, no earlier attempt and no test is known by. */
async function findOwn(
  db: Db,
  { sendingId, position, attempt, address, text }: Open,
  found: GatewayMessage[],
): Promise<GatewayMessage | undefined> {
  const candidates = found.filter(({ body, to }) => body === text && to === address);
  if (candidates.length === 0) return undefined;
  const taken = await db.execute<{ sid: string }>(sql`
    select message_sid as sid from deliveries
      where address = ${address} and message_sid is not null and (sending_id, position) <> (${sendingId}, ${position})
    union all
    select message_sid from status_callbacks
      where sending_id = ${sendingId} and position = ${position} and attempt < ${attempt}
    union all
    select attempts.message_sid from attempts join deliveries using (sending_id, position)
      where address = ${address} and attempts.message_sid is not null
    union all
    select message_sid from tests where phone = ${address} and message_sid is not null`);
  return candidates.find(({ sid }) => !taken.some((other) => other.sid === sid));
}

export const reportOf = ({ sid, status, failure, price }: GatewayMessage) => ({
  messageSid: sid,
  status,
  failure,
  price,
});

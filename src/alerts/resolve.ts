// Deliveries about which nobody knows: the provider is asked, and never sent the same again.
import { sql } from "drizzle-orm";
import type { Database } from "../db/open.ts";
import type { Gateway, ProviderMessage } from "../sms/gateway.ts";
import { type DeliveryRef, recordReports } from "./provider-reports.ts";

/** After so long without a trace at the provider a person is told. It is still looked for. */
const UNKNOWN_AFTER_MINUTES = 10;

/** The provider's clock and ours may differ by as much. */
const CLOCK_TOLERANCE_MINUTES = 5;

type Open = DeliveryRef & { phone: string; text: string; since: string; overdue: boolean };

/**
 * Asks the provider about open deliveries whose lease is over, those that wait longest first; each
 * is asked about ever more seldom, so that hopeless ones don't hold up the others.
 *
 * @returns how many were asked about
 * @throws GatewayError
 */
export async function resolveOpen(db: Database, gateway: Gateway, limit: number): Promise<number> {
  const open = await db.execute<Open>(sql`
    with due as materialized (
      select alert_id, position from deliveries
      where status in ('sending', 'unknown') and due_at <= now() and coalesce(lease_until, '-infinity') <= now()
      order by due_at limit ${limit} for update skip locked
    )
    update deliveries d set due_at = now() + least(interval '1 hour', greatest(interval '5 seconds', (now() - claimed_at) / 2))
    from due, alerts a where d.alert_id = due.alert_id and d.position = due.position and a.id = d.alert_id
    returning d.alert_id as "alertId", d.position, d.attempt, d.phone, a.text,
      (d.claimed_at - make_interval(mins => ${CLOCK_TOLERANCE_MINUTES}))::text as since,
      d.status = 'sending' and d.claimed_at < now() - make_interval(mins => ${UNKNOWN_AFTER_MINUTES}) as overdue`);
  for (const delivery of open) {
    const found = await gateway.find({ to: delivery.phone, since: new Date(delivery.since) });
    const message = await findOwn(db, delivery, found);
    if (message) await recordReports(db, [{ ...delivery, ...reportOf(message) }]);
    else if (delivery.overdue) await giveUp(db, delivery);
  }
  return open.length;
}

/** The message with this text that no other delivery, and no test, is known by. */
async function findOwn(
  db: Database,
  { alertId, position, phone, text }: Open,
  found: ProviderMessage[],
): Promise<ProviderMessage | undefined> {
  const candidates = found.filter(({ body, to }) => body === text && to === phone);
  if (candidates.length === 0) return undefined;
  const taken = await db.execute<{ sid: string }>(sql`
    select message_sid as sid from deliveries
      where phone = ${phone} and message_sid is not null and (alert_id, position) <> (${alertId}, ${position})
    union all
    select detail ->> 'messageSid' from audit_entries where alert_id = ${alertId} and action = 'test sent'`);
  return candidates.find(({ sid }) => !taken.some((other) => other.sid === sid));
}

const giveUp = (db: Database, { alertId, position, attempt }: DeliveryRef) =>
  db.execute(sql`
    update deliveries set status = 'unknown', status_at = now()
    where alert_id = ${alertId} and position = ${position} and attempt = ${attempt} and status = 'sending'`);

const reportOf = ({ sid, status, errorCode, price }: ProviderMessage) => ({
  messageSid: sid,
  status,
  errorCode,
  price,
});

/**
 * Asks the provider for the last word and the price of deliveries that it has and that are due.
 *
 * @returns how many were asked about
 * @throws GatewayError
 */
export async function followUp(db: Database, gateway: Gateway, limit: number): Promise<number> {
  const due = await db.execute<DeliveryRef & { sid: string }>(sql`
    with due as materialized (
      select alert_id, position from deliveries
      where message_sid is not null and due_at < 'infinity' and due_at <= now() and status >= 'accepted'
      order by due_at limit ${limit} for update skip locked
    )
    update deliveries d set due_at = now() + interval '5 minutes'
    from due where d.alert_id = due.alert_id and d.position = due.position
    returning d.alert_id as "alertId", d.position, d.attempt, d.message_sid as sid`);
  for (const { sid, ...delivery } of due) {
    await recordReports(db, [{ ...delivery, ...reportOf(await gateway.fetch(sid)) }]);
  }
  return due.length;
}

import type postgres from "postgres";
import { LEASE_SECONDS } from "../../src/deliveries/claim.ts";

/**
 * As if this much time had passed since everything that was sent, claimed, asked or tried.
 *
 * @param claimedBefore only for what was claimed earlier, by the database's time
 */
export async function shiftTime(
  client: postgres.Sql,
  time: string,
  claimedBefore = "infinity",
): Promise<void> {
  const shift = client`${time}::text::interval`;
  const before = client`${claimedBefore}::text::timestamptz`;
  // Locked in the order in which the app locks them, so that neither waits for the other for ever.
  await client`
    with locked as materialized (
      select sending_id, position from deliveries where coalesce(claimed_at, '-infinity') < ${before}
      order by sending_id, position for update
    )
    update deliveries d set again_at = again_at - ${shift}, ask_at = ask_at - ${shift}, claimed_at = claimed_at - ${shift},
      lease_until = lease_until - ${shift}, accepted_at = accepted_at - ${shift}, status_at = status_at - ${shift}
    from locked where d.sending_id = locked.sending_id and d.position = locked.position`;
  await client`
    update attempts set claimed_at = claimed_at - ${shift}, accepted_at = accepted_at - ${shift}, status_at = status_at - ${shift}
    where coalesce(claimed_at, '-infinity') < ${before}`;
  // A lease lasts a minute, and so does a try to show what a member wrote (below).
  await client`update claims set lease_until = lease_until - ${shift} where lease_until - make_interval(secs => ${LEASE_SECONDS}) < ${before}`;
  await client`update alert_messages set shown_at = shown_at - ${shift} where trouble is not null`;
  await client`
    update board_messages set created_at = created_at - ${shift}, post_at = post_at - ${shift} where posted_at is null`;
  // At once: who takes one in between would find it due, and not as old as it is.
  await client`
    update inbound_texts set shown_at = shown_at - ${shift},
      received_at = case when shown_at is null then received_at - ${shift} else received_at end,
      show_at = case when shown_at is null and show_at - interval '1 minute' < ${before} then show_at - ${shift}
        else show_at end`;
  await client`update sendings set follow_at = follow_at - ${shift}`;
}

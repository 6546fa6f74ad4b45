// How tests move time. There are two ways, and neither can do what the other does:
// - `letPass` moves back when things were sent, claimed, asked or tried, while now() goes on. An alert's deadline and its
//   confirm stay where they are, so that hours of questions can pass and it is still under way; where now() was moved,
//   it would have expired. It can also leave alone what running instances have claimed, whose leases go by their own
//   clocks. And it works on any database, whoever made it.
// - A database with a clock (`createDatabaseWithClock`) is at another time altogether, deadlines and all: for what
//   depends on the hour, and for the simulation, whose time stands still within a step. Rows can't be moved for that,
//   and now() must be ours before the tables are made: their defaults keep the one that they were made with.
import type postgres from "postgres";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { type Connection, openDatabase } from "../../src/db/open.ts";
import { signal } from "../../src/db/signals.ts";
import { LEASE_SECONDS } from "../../src/deliveries/claim.ts";
import { createTestDatabase } from "./database.ts";

/** Has the jobs look again, as a signal between instances does. */
export const wakeJobs = ({ db }: Connection): Promise<void> =>
  db.transaction((tx) => signal(tx, { about: "work" }));

/**
 * As if this much time had passed since everything that was sent, claimed, asked or tried; and the jobs look again.
 *
 * @param claimedBefore only for what was claimed earlier, by the database's time
 */
export async function letPass(
  connection: Connection,
  time: string,
  claimedBefore = "infinity",
): Promise<void> {
  const { client } = connection;
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
  await wakeJobs(connection);
}

/** Migrated, with a `now()` of our own, which comes before PostgreSQL's in each session's search path. */
export async function createDatabaseWithClock(timeZone: string): Promise<string> {
  const url = await createTestDatabase({ template: "template1" });
  const { client, close } = openDatabase(url, { maxConnections: 1 });
  await client.unsafe(`
    create schema clock;
    create table clock.moved (by interval);
    insert into clock.moved values ('0');
    create function clock.now() returns timestamptz language sql stable as $$
      select coalesce(nullif(current_setting('clock.set', true), '')::timestamptz,
        (select pg_catalog.now() + by from clock.moved)) $$;
    do $$ begin
      execute format('alter database %I set search_path = public, clock, pg_catalog', current_database());
      execute format('alter database %I set timezone = %L', current_database(), '${timeZone}');
    end $$`);
  await close();
  await migrateDatabase({ url });
  return url;
}

/** From now on the database's time goes on from there, for everybody. */
export async function moveClock(client: postgres.Sql, time: Date): Promise<void> {
  const seconds = time.getTime() / 1000;
  await client`
    update clock.moved set by = make_interval(secs => ${seconds}::float8 - extract(epoch from pg_catalog.now())::float8)`;
}

/** From now on it is this time in this session, and stays so. */
export async function setClock(client: postgres.Sql, time: Date): Promise<void> {
  await client`select set_config('clock.set', ${time.toISOString()}, false)`;
}

// A database whose `now()` a test may set, in a session time zone of its choice.
import type postgres from "postgres";
import { openDatabase } from "../../src/db/open.ts";
import { createTestDatabase } from "./database.ts";

/** Our own `now` comes before PostgreSQL's in the search path of every session that begins after this. */
export async function createDatabaseWithClock(timeZone: string): Promise<string> {
  const url = await createTestDatabase();
  const { client, close } = openDatabase(url, { maxConnections: 1 });
  await client.unsafe(`
    create schema clock;
    create table clock.moved (by interval);
    insert into clock.moved values ('0');
    create function clock.now() returns timestamptz language sql stable
      as 'select pg_catalog.now() + by from clock.moved';
    do $$ begin
      execute format('alter database %I set search_path = clock, pg_catalog, public', current_database());
      execute format('alter database %I set timezone = %L', current_database(), '${timeZone}');
    end $$`);
  await close();
  return url;
}

/** From now on the database's time goes on from there. */
export async function setDatabaseClock(client: postgres.Sql, time: Date): Promise<void> {
  const seconds = time.getTime() / 1000;
  await client`
    update clock.moved set by = make_interval(secs => ${seconds}::float8 - extract(epoch from pg_catalog.now())::float8)`;
}

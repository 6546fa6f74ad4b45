// A list of the version before, with a history: its phones become numbers, and each alert still names who had one.
import { readMigrationFiles } from "drizzle-orm/migrator";
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { createTestDatabase } from "../helpers/database.ts";

test("each phone of the list and of its history is there after the upgrade, in the versions in which it was", async () => {
  const url = await createTestDatabase({ template: "template1" });
  const client = postgres(url, { max: 1, onnotice: () => {} });
  onTestFinished(() => client.end());
  await client.unsafe(`create schema drizzle; create table drizzle.__drizzle_migrations (
    id serial primary key, hash text not null, created_at bigint)`);
  for (const { sql, hash, folderMillis } of readMigrationFiles({ migrationsFolder: "migrations" }).slice(
    0,
    12,
  )) {
    await client.begin(async (tx) => {
      for (const statement of sql) await tx.unsafe(statement);
    });
    await client`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`;
  }
  await client.unsafe(`
    insert into zones (name, key) values ('North', 'north');
    insert into members (account, name, phone, zone_id, since) values
      ('1', 'Ana', '+12065550103', 1, 0), ('2', 'Leo', null, 1, 2), ('3', 'Ruth', '+12065550102', 1, 4);
    insert into member_changes (member_id, since, until, account, name, phone, zone) values
      (1, 0, 3, '1', 'Ana', '+12065550101', 'North'), (1, 3, 5, '1', 'Ana', '+12065550103', 'River'),
      (2, 2, 6, '2', 'Leo', '+12065550102', 'North');
    update member_list set version = 6;
    delete from reach_changes;
    insert into reach_changes values (1, 2, hashtextextended('+12065550103', 0)::numeric + hashtextextended('+12065550102', 0));`);

  await migrateDatabase({ url });

  const numbers =
    await client`select member, right(phone, 4) as phone, since, until from listed_numbers order by 1, 3`;
  expect(numbers.map(({ member, phone, since, until }) => [member, phone, since, until])).toEqual([
    [1, "0101", 0, 3],
    [1, "0103", 3, 5],
    [1, "0103", 5, null],
    [2, "0102", 2, 6],
    [3, "0102", 4, null],
  ]);
  const flags = await client`select has_number, reach_zone from members order by id`;
  expect(flags.map(({ has_number, reach_zone }) => [has_number, reach_zone])).toEqual([
    [true, 1],
    [false, 1],
    [true, 1],
  ]);
  expect(await client`select sum(members)::int as members from reach_changes`).toEqual([{ members: 2 }]);
  expect(await client`select 1 from addresses where not is_listed`).toHaveLength(0);
  // The triggers are at work again.
  await client`insert into addresses (member_id, address) values (2, '+12065550109')`;
  expect(await client`select sum(members)::int as members from reach_changes`).toEqual([{ members: 3 }]);
});

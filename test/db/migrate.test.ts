import { expect, onTestFinished, test } from "vitest";
import { FUNCTIONS_VERSION } from "../../src/db/functions.ts";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { openDatabase } from "../../src/db/open.ts";
import { createTestDatabase } from "../helpers/database.ts";
import { createReleaseDatabase } from "../helpers/release.ts";

test("instances that start together bring an empty database up to this version, once", async () => {
  const url = await createTestDatabase({ template: "template1" });
  const { client, close } = openDatabase(url, { maxConnections: 1 });
  onTestFinished(close);

  await Promise.all(Array.from({ length: 4 }, () => migrateDatabase({ url })));

  const applied = await client`select hash from drizzle.__drizzle_migrations`;
  expect(applied.length).toBeGreaterThan(1);
  expect(new Set(applied.map(({ hash }) => hash)).size).toBe(applied.length);
  expect(await client`select * from alerts`).toHaveLength(0);
});

test("all of a version goes in or nothing: where a function fails, the version before goes on", async () => {
  const url = await createReleaseDatabase("0.1.0");
  const { client, close } = openDatabase(url, { maxConnections: 1 });
  onTestFinished(close);
  const look = () => client`
    select relname::text as name, relkind from pg_class where relnamespace = 'public'::regnamespace
    union all select hash, 'm' from drizzle.__drizzle_migrations order by 1`;
  // In the place of a view that comes after all migrations.
  await client`create table barred_phones (phone text)`;
  const before = await look();

  await expect(migrateDatabase({ url })).rejects.toThrow(/barred_phones/);
  expect(await look()).toEqual(before);

  await client`drop table barred_phones`;
  await migrateDatabase({ url });
  expect(await client`select version from function_set`).toEqual([{ version: FUNCTIONS_VERSION }]);
});

test("a database that is up to this version stays as it is", async () => {
  const url = await createTestDatabase();
  const { client, close } = openDatabase(url, { maxConnections: 1 });
  onTestFinished(close);
  const applied = () => client`select * from drizzle.__drizzle_migrations`;
  const before = await applied();

  await migrateDatabase({ url });

  expect(await applied()).toEqual(before);
});

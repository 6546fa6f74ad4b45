import { expect, onTestFinished, test } from "vitest";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { openDatabase } from "../../src/db/open.ts";
import { createTestDatabase } from "../helpers/database.ts";

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

test("a database that is up to this version stays as it is", async () => {
  const url = await createTestDatabase();
  const { client, close } = openDatabase(url, { maxConnections: 1 });
  onTestFinished(close);
  const applied = () => client`select * from drizzle.__drizzle_migrations`;
  const before = await applied();

  await migrateDatabase({ url });

  expect(await applied()).toEqual(before);
});

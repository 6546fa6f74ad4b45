// A database as a release left it, with data of every kind: its migrations, and the dump in test/db/releases.
import { readFileSync } from "node:fs";
import { readMigrationFiles } from "drizzle-orm/migrator";
import postgres from "postgres";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { createTestDatabase } from "./database.ts";

/** By release, how many migrations it had. */
const MIGRATIONS = { "0.1.0": 7 };

export const releases = new URL("../db/releases/", import.meta.url);

/** The URL of a database of the test's own. The release's data ends at 2026-03-20 18:00 UTC. */
export async function createReleaseDatabase(release: keyof typeof MIGRATIONS): Promise<string> {
  const url = await createTestDatabase({ template: "template1" });
  const client = postgres(url, { max: 1, onnotice: () => {} });
  const migrations = readMigrationFiles({ migrationsFolder: "migrations" }).slice(0, MIGRATIONS[release]);
  await client.unsafe(`create schema drizzle; create table drizzle.__drizzle_migrations (
    id serial primary key, hash text not null, created_at bigint)`);
  for (const { sql, hash, folderMillis } of migrations) {
    for (const statement of sql) await client.unsafe(statement);
    await client`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`;
  }
  await client.unsafe(readFileSync(new URL(`${release}.sql`, releases), "utf8"));
  await client.end();
  return url;
}

/** As a version with this number of db/functions leaves it. */
export async function setFunctionsVersion(url: string, version: number): Promise<void> {
  await migrateDatabase({ url });
  const client = postgres(url, { max: 1, onnotice: () => {} });
  await client`update function_set set version = ${version}`;
  await client.end();
}

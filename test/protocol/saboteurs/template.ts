// The database that the tests of a build copy, where the build makes it another one.
import { inject } from "vitest";
import { migrateDatabase } from "../../../src/db/migrate.ts";
import { openDatabase } from "../../../src/db/open.ts";

export async function createTemplate(name: string): Promise<void> {
  const url = (database: string) => inject("serverUrl").replace("DATABASE", database);
  const { client, close } = openDatabase(url("postgres"), { maxConnections: 1 });
  await client`create database ${client(name)}`;
  await close();
  await migrateDatabase({ url: url(name) });
}

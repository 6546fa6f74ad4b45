// The databases that the tests of a build copy, where the build makes them other ones.
import { inject } from "vitest";
import { migrateDatabase } from "../../../src/db/migrate.ts";
import { openDatabase } from "../../../src/db/open.ts";
import { fillCooperative } from "../../../src/practice/start.ts";

/** @param withCooperative the name of the one that has the invented co-op in it */
export async function createTemplates(name: string, withCooperative: string): Promise<void> {
  const url = (database: string) => inject("serverUrl").replace("DATABASE", database);
  const { client, close } = openDatabase(url("postgres"), { maxConnections: 1 });
  for (const each of [name, withCooperative]) {
    await client`create database ${client(each)}`;
    await migrateDatabase({ url: url(each) });
  }
  await close();
  await fillCooperative(url(withCooperative));
}

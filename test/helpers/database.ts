import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { inject, onTestFinished } from "vitest";
import { type Connection, openDatabase } from "../../src/db/open.ts";

const urlOf = (database: string) => inject("serverUrl").replace("DATABASE", database);

async function asOwner(work: (client: postgres.Sql) => Promise<unknown>): Promise<void> {
  const client = postgres(urlOf("postgres"), { max: 1, onnotice: () => {} });
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** The URL of an empty database of the caller's own, migrated unless it has another template; dropped when the test ends. */
export async function createTestDatabase({ template = inject("template") } = {}): Promise<string> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await asOwner((client) => client`create database ${client(name)} template ${client(template)}`);
  onTestFinished(() => asOwner((client) => client`drop database if exists ${client(name)} with (force)`));
  return urlOf(name);
}

/** A connection of the test's own, such as to a scene's database. */
export function connectTo(url: string): Connection {
  const connection = openDatabase(url);
  onTestFinished(connection.close);
  return connection;
}

/** A connection to a database of the test's own. */
export const openTestDatabase = async (): Promise<Connection> => connectTo(await createTestDatabase());

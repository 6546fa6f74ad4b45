import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { inject, onTestFinished } from "vitest";
import { type Connection, openDatabase } from "../../src/db/open.ts";

const urlOf = (database: string) => inject("serverUrl").replace("DATABASE", database);

/** One connection for all databases that a file of tests makes; it ends by itself. */
let owner: postgres.Sql | undefined;
const asOwner = (work: (client: postgres.Sql) => Promise<unknown>): Promise<unknown> => {
  owner ??= postgres(urlOf("postgres"), { max: 1, idle_timeout: 5, onnotice: () => {} });
  return work(owner);
};

/** The URL of an empty database of the caller's own, migrated unless it has another template; dropped when the test ends. */
export async function createTestDatabase({ template = inject("template") } = {}): Promise<string> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  // Files are copied faster than they are written into the log.
  await asOwner(
    (client) => client`create database ${client(name)} template ${client(template)} strategy file_copy`,
  );
  onTestFinished(async () => {
    await asOwner((client) => client`drop database if exists ${client(name)} with (force)`);
  });
  return urlOf(name);
}

/** The same with the invented co-op in it. */
export const createFilledDatabase = (): Promise<string> =>
  createTestDatabase({ template: inject("cooperative") });

/** A connection of the test's own, such as to a scene's database. */
export function connectTo(url: string): Connection {
  const connection = openDatabase(url);
  onTestFinished(connection.close);
  return connection;
}

/** A connection to a database of the test's own. */
export const openTestDatabase = async (): Promise<Connection> => connectTo(await createTestDatabase());

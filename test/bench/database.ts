// The benchmark's PostgreSQL: the one that Headgate brings, with its default durability, in a folder that is removed at the end.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { startEmbedded } from "../../src/db/embedded.ts";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { type Database, openDatabase } from "../../src/db/open.ts";

export type BenchPostgres = {
  version: string;
  /** The URL of a new database; a copy of the migrated one, unless another is given. */
  create(original?: string): Promise<string>;
  drop(url: string): Promise<void>;
  /** Works on a database with time enough for millions of rows. */
  prepare<T>(url: string, work: (db: Database) => Promise<T>): Promise<T>;
  /** Writes out what earlier runs left to be written, so that no later run pays for it. */
  settle(): Promise<void>;
  stop(): Promise<void>;
};

const MIGRATED = "migrated";

const nameIn = (url: string): string => new URL(url).pathname.slice(1);

/** @param settings further server settings, as in postgresql.conf */
export async function startPostgres(settings: Record<string, string> = {}): Promise<BenchPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "headgate-bench-"));
  await chmod(folder, 0o755); // the server may run as another user
  const server = await startEmbedded(folder, { max_connections: "300", ...settings });
  await server.createDatabase(MIGRATED);
  await migrateDatabase({ url: server.url(MIGRATED) });

  async function prepare<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
    const { db, close } = openDatabase(url, { maxConnections: 1, statementTimeoutMs: 3_600_000 });
    try {
      return await work(db);
    } finally {
      await close();
    }
  }
  const asOwner = <T>(work: (db: Database) => Promise<T>) => prepare(server.url("postgres"), work);
  const [about] = await asOwner((db) => db.execute<{ server_version: string }>(sql`show server_version`));

  let made = 0;
  return {
    version: about?.server_version ?? "",
    async create(original = server.url(MIGRATED)) {
      const name = `bench_${++made}`;
      await server.createDatabase(name, { template: nameIn(original) });
      return server.url(name);
    },
    drop: async (url) => {
      await asOwner((db) => db.execute(sql`drop database ${sql.identifier(nameIn(url))} with (force)`));
    },
    prepare,
    settle: async () => {
      await asOwner((db) => db.execute(sql`checkpoint`));
    },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

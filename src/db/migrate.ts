import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { openDatabase } from "./open.ts";

const migrationsFolder = fileURLToPath(new URL("../../migrations", import.meta.url));

// Any number, as long as every instance uses the same.
const MIGRATION_LOCK = 7_283_451;

/** Brings the database up to this version. Instances that start together wait for each other. */
export async function migrateDatabase(url: string): Promise<void> {
  // One connection, because the lock belongs to the session; closing it lets go of the lock.
  const { db, close } = openDatabase(url, { maxConnections: 1, statementTimeoutMs: 600_000 });
  try {
    await db.execute(sql`select pg_advisory_lock(${MIGRATION_LOCK})`);
    await migrate(db, { migrationsFolder });
  } finally {
    await close();
  }
}

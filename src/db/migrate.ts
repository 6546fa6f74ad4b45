import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { type Database, openDatabase } from "./open.ts";

const migrationsFolder = fileURLToPath(new URL("../../migrations", import.meta.url));

// Any number, as long as every instance uses the same.
const MIGRATION_LOCK = 7_283_451;

export type DatabaseUrls = {
  url: string;
  /** The role that owns the tables, where the app runs as one that may do less. */
  migrationUrl?: string | undefined;
};

/** Brings the database up to this version. Instances that start together wait for each other. */
export async function migrateDatabase({ url, migrationUrl = url }: DatabaseUrls): Promise<void> {
  // One connection, because the lock belongs to the session; closing it lets go of the lock.
  const { db, close } = openDatabase(migrationUrl, { maxConnections: 1, statementTimeoutMs: 600_000 });
  try {
    await db.execute(sql`select pg_advisory_lock(${MIGRATION_LOCK})`);
    await migrate(db, { migrationsFolder });
    if (migrationUrl !== url) await grantTo(db, await roleOf(url));
  } finally {
    await close();
  }
}

/** All that the app needs and no more: with audit entries it may do nothing but add and read them. */
async function grantTo(db: Database, role: string): Promise<void> {
  const name = sql.identifier(role);
  await db.execute(sql`grant usage on schema public to ${name}`);
  await db.execute(sql`grant select, insert, update, delete on all tables in schema public to ${name}`);
  await db.execute(sql`grant usage on all sequences in schema public to ${name}`);
  await db.execute(sql`revoke update, delete on audit_entries from ${name}`);
}

async function roleOf(url: string): Promise<string> {
  const { db, close } = openDatabase(url, { maxConnections: 1 });
  try {
    const [row] = await db.execute<{ role: string }>(sql`select current_user::text as role`);
    if (!row) throw new Error("The database does not say who is connected.");
    return row.role;
  } finally {
    await close();
  }
}

// Brings the database up to this version: tables, functions, and what the app's role may do.
import { fileURLToPath } from "node:url";
import { is, sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import { PgTable, PgView } from "drizzle-orm/pg-core";
import { applyFunctions, FUNCTIONS_VERSION, readFunctionsVersion } from "./functions.ts";
import { type Db, openDatabase, type Tx } from "./open.ts";
import * as schema from "./schema.ts";

const migrationsFolder = fileURLToPath(new URL("../../migrations", import.meta.url));

// Any number, as long as every instance uses the same.
const MIGRATION_LOCK = 7_283_451;

export type DatabaseUrls = {
  url: string;
  /** The role that owns the tables, where the app runs as one that may do less. */
  migrationUrl?: string | undefined;
};

/**
 * Brings the database up to this version: all of it in one transaction, so that the version before can go on with
 * the database where something of it fails. Instances that start together wait for each other.
 *
 * @throws Error in plain words where a newer version has been at work; nothing was changed then
 */
export async function migrateDatabase({ url, migrationUrl = url }: DatabaseUrls): Promise<void> {
  // One connection, because the lock belongs to the session; closing it releases the lock.
  const { db, close } = openDatabase(migrationUrl, { maxConnections: 1, statementTimeoutMs: 600_000 });
  try {
    await db.execute(sql`select pg_advisory_lock(${MIGRATION_LOCK})`);
    await refuseNewer(db);
    const role = migrationUrl === url ? undefined : await roleOf(url);
    await db.transaction(async (tx) => {
      await applyMigrations(tx);
      await applyFunctions(tx);
      if (role !== undefined) await grantTo(tx, role);
    });
  } finally {
    await close();
  }
}

/**
 * As drizzle's own migrator keeps its record, which would commit before the functions are in. It also passes over a
 * migration that is older than one that is in; this one goes by what is missing.
 */
async function applyMigrations(tx: Tx): Promise<void> {
  await tx.execute(sql`create schema if not exists drizzle`);
  await tx.execute(sql`create table if not exists drizzle.__drizzle_migrations (
    id serial primary key, hash text not null, created_at bigint)`);
  const applied = await listApplied(tx);
  for (const { sql: statements, hash, folderMillis } of readMigrationFiles({ migrationsFolder })) {
    if (applied.has(folderMillis)) continue;
    for (const statement of statements) await tx.execute(sql.raw(statement));
    await tx.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`,
    );
  }
}

/** By the number that drizzle-kit gave each: when it was made. */
async function listApplied(db: Db): Promise<Set<number>> {
  const rows = await db.execute<{ at: string }>(
    sql`select created_at::text as at from drizzle.__drizzle_migrations`,
  );
  return new Set(rows.map(({ at }) => Number(at)));
}

/** A newer version may have given the tables another meaning: an older one must not write there. */
async function refuseNewer(db: Db): Promise<void> {
  const isThere = async (table: string): Promise<boolean> => {
    const [row] = await db.execute<{ found: boolean }>(
      sql`select to_regclass(${table}) is not null as found`,
    );
    return row?.found ?? false;
  };
  const known = new Set(readMigrationFiles({ migrationsFolder }).map(({ folderMillis }) => folderMillis));
  const applied = (await isThere("drizzle.__drizzle_migrations")) ? await listApplied(db) : new Set<number>();
  const functions = (await isThere("function_set")) ? await readFunctionsVersion(db) : 0;
  if (applied.isSubsetOf(known) && functions <= FUNCTIONS_VERSION) return;
  throw new Error(
    "The database has been used by a newer version of Headgate, so this one left it as it is. " +
      "Start the newer version again.",
  );
}

const tables = Object.values(schema).filter((each) => is(each, PgTable));
const views = Object.values(schema).filter((each) => is(each, PgView));

/**
 * All that the app needs and no more: audit entries it may only add and read, and what others keep in the same
 * database is none of its business.
 */
async function grantTo(db: Tx, role: string): Promise<void> {
  const name = sql.identifier(role);
  await db.execute(sql`grant usage on schema public to ${name}`);
  for (const table of tables)
    await db.execute(sql`grant select, insert, update, delete on ${table} to ${name}`);
  for (const view of views) await db.execute(sql`grant select on ${view} to ${name}`);
  await db.execute(sql`revoke update, delete, truncate on ${schema.auditEntries} from ${name}`);
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

// SQL that decides, as it is now: a file for each function and view in functions/, all under one number.
import { readdirSync, readFileSync } from "node:fs";
import { sql } from "drizzle-orm";
import type { Reader, Tx } from "./open.ts";
import { functionSet } from "./schema.ts";

/**
 * Raised with every change in functions/: a database with a lower number gets the whole set. A function
 * whose arguments change is a new one; the old one is dropped by a migration of the release after, because
 * instances of the release before may still call it. Only 0.1.0 could not be spared: the tables that its claim
 * reads are no longer there.
 */
export const FUNCTIONS_VERSION = 8;

const folder = new URL("./functions/", import.meta.url);

/** By name, in the order in which they are put in. Each is one statement. */
export const readFunctions = (): { name: string; code: string }[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => ({
      name: file.replace(/\.sql$/, ""),
      code: readFileSync(new URL(file, folder), "utf8"),
    }));

/** The number of the set that this database has; 0 where it has none yet. */
export async function readFunctionsVersion(db: Reader): Promise<number> {
  const [found] = await db.select({ version: functionSet.version }).from(functionSet);
  return found?.version ?? 0;
}

/** Puts the set in where the database's is older. The caller holds the lock of the migrations. */
export async function applyFunctions(tx: Tx): Promise<void> {
  if ((await readFunctionsVersion(tx)) >= FUNCTIONS_VERSION) return;
  for (const { code } of readFunctions()) await tx.execute(sql.raw(code));
  await tx
    .insert(functionSet)
    .values({ version: FUNCTIONS_VERSION })
    .onConflictDoUpdate({ target: functionSet.id, set: { version: FUNCTIONS_VERSION } });
}

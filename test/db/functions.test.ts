// SQL that decides: every database of this version has it as it stands in db/functions.
import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { FUNCTIONS_VERSION, readFunctions } from "../../src/db/functions.ts";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { type Database, openDatabase } from "../../src/db/open.ts";
import { createTestDatabase, openTestDatabase } from "../helpers/database.ts";
import { createReleaseDatabase } from "../helpers/release.ts";

/** By number, the digest of all files. A change gets the next number, and a line here. */
const DIGESTS: Record<number, string> = {
  1: "a9fea7ef755a268d",
  2: "8d070342bf73503e",
  3: "2a1495aaaf97b59f",
  4: "9ba85ea780ca2211",
  5: "8c587552a5b4574d",
  6: "6c66d209a81f8cdb",
  7: "8bd70abfb826302e",
  8: "679197250dbc67b2",
};

test("the number stands for exactly these files", () => {
  const digest = createHash("sha256").update(JSON.stringify(readFunctions())).digest("hex").slice(0, 16);
  expect(Object.keys(DIGESTS).map(Number)).toEqual(
    Array.from({ length: FUNCTIONS_VERSION }, (_, index) => index + 1),
  );
  expect(digest, "raise FUNCTIONS_VERSION, and add its digest here").toBe(DIGESTS[FUNCTIONS_VERSION]);
});

/** Every function and view, by name, as PostgreSQL tells it. */
async function listDefinitions(db: Database): Promise<Record<string, string>> {
  const rows = await db.execute<{ name: string; definition: string }>(sql`
    select proname || '(' || pg_get_function_identity_arguments(oid) || ')' as name, pg_get_functiondef(oid) as definition
    from pg_proc where pronamespace = 'public'::regnamespace
    union all select viewname, definition from pg_views where schemaname = 'public' order by 1`);
  return Object.fromEntries(rows.map(({ name, definition }) => [name, definition]));
}

test("a new database has all of them and no other", async () => {
  const { db } = await openTestDatabase();
  const before = await listDefinitions(db);
  for (const { code } of readFunctions()) await db.execute(sql.raw(code));
  expect(await listDefinitions(db)).toEqual(before);
  const names = Object.keys(before).map((name) => /^[a-z_]+/.exec(name)?.[0]);
  expect(new Set(names)).toEqual(new Set(readFunctions().map(({ name }) => name)));
});

test("a database of the release before, with data, has the same after its upgrade", async () => {
  const { db } = await openTestDatabase();
  const url = await createReleaseDatabase("0.1.0");
  const upgraded = openDatabase(url, { maxConnections: 1 });
  onTestFinished(upgraded.close);

  await migrateDatabase({ url });

  expect(await listDefinitions(upgraded.db)).toEqual(await listDefinitions(db));
});

test("what an older version left is brought up to the files, and only once", async () => {
  const url = await createTestDatabase();
  const { db, close } = openDatabase(url, { maxConnections: 1 });
  onTestFinished(close);
  const before = await listDefinitions(db);
  const spoil = sql.raw(
    "create or replace function refuse_change() returns trigger language plpgsql as $$ begin return null; end $$",
  );
  await db.execute(spoil);

  await migrateDatabase({ url });
  expect(await listDefinitions(db), "the same number: nothing is done").not.toEqual(before);
  await db.execute(sql`update function_set set version = ${FUNCTIONS_VERSION - 1}`);
  await migrateDatabase({ url });

  expect(await listDefinitions(db)).toEqual(before);
  expect(await db.execute(sql`select version from function_set`)).toEqual([{ version: FUNCTIONS_VERSION }]);
});

test.each([
  ["a newer number of the functions", sql`update function_set set version = ${FUNCTIONS_VERSION + 1}`],
  [
    "a migration that is not known here",
    sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 99999999999999)`,
  ],
])("a database with %s is left as it is", async (_, newer) => {
  const url = await createTestDatabase();
  const { db, close } = openDatabase(url, { maxConnections: 1 });
  onTestFinished(close);
  await db.execute(newer);
  await db.execute(sql`drop view barred_phones`);

  await expect(migrateDatabase({ url })).rejects.toThrow(/newer version of Headgate.*left it as it is/);

  expect(Object.keys(await listDefinitions(db))).not.toContain("barred_phones");
});

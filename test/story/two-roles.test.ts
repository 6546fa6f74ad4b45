// The owner gives two URLs: the app runs as a role that can't touch what was recorded.
import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { expect, onTestFinished, test as story } from "vitest";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { createTestDatabase } from "../helpers/database.ts";
import { openScene } from "../helpers/scene.ts";

async function withTwoRoles() {
  const migrationUrl = await createTestDatabase();
  const owner = postgres(migrationUrl, { max: 1, onnotice: () => {} });
  const role = `app_${randomBytes(4).toString("hex")}`;
  await owner.unsafe(`create role ${role} login password 'app'`);
  const url = new URL(migrationUrl);
  url.username = role;
  url.password = "app";
  onTestFinished(async () => {
    await owner.unsafe(`drop owned by ${role}`);
    await owner.unsafe(`drop role ${role}`);
    await owner.end();
  });
  return { url: url.href, migrationUrl };
}

story(
  "as the lesser role the app does all that it does, and finds its rights anew at each start",
  async () => {
    const database = await withTwoRoles();
    const scene = await openScene({ database });
    await scene.sends(scene.priya);
    await scene.messageSaying(/^Sent \d+ of \d+: \d+ delivered, \d+ not reached\./);
    await scene.twilio.reply(scene.twilio.ledger[0]?.to ?? "", "STOP");
    expect(await scene.audit("confirmed")).toHaveLength(1);
  },
);

story("the lesser role is given Headgate's own tables, all of them, and none of anybody else's", async () => {
  const database = await withTwoRoles();
  const owner = postgres(database.migrationUrl, { max: 1, onnotice: () => {} });
  onTestFinished(() => owner.end());
  const own =
    await owner`select relname, relkind from pg_class where relkind in ('r', 'v') and relnamespace = 'public'::regnamespace`;
  await owner`create table meter_readings (id int generated always as identity, at timestamptz)`;
  await owner`create sequence invoice_numbers`;
  await migrateDatabase(database);
  const role = new URL(database.url).username;
  const given = await owner<{ table_name: string; rights: string }[]>`
    select table_name, string_agg(lower(privilege_type), ' ' order by privilege_type) as rights
    from information_schema.role_table_grants where grantee = ${role} group by table_name`;
  const usual = "delete insert select update";
  const expected = own.map(({ relname, relkind }) => {
    if (relkind === "v") return { table_name: relname, rights: "select" };
    return { table_name: relname, rights: relname === "audit_entries" ? "insert select" : usual };
  });
  const byName = (one: { table_name: string }, other: { table_name: string }) =>
    one.table_name < other.table_name ? -1 : 1;
  expect([...given].sort(byName)).toEqual(expected.sort(byName));
  const [sequence] = await owner`select has_sequence_privilege(${role}, 'invoice_numbers', 'usage') as may`;
  expect(sequence).toEqual({ may: false });
});

story.each([
  "update audit_entries set actor = 'somebody else'",
  "delete from audit_entries",
  "truncate audit_entries",
  "alter table audit_entries disable trigger all",
  "drop table audit_entries",
])("the lesser role can't: %s", async (statement) => {
  const database = await withTwoRoles();
  await migrateDatabase(database);
  const app = postgres(database.url, { max: 1, onnotice: () => {} });
  onTestFinished(() => app.end());
  await app`insert into audit_entries (actor, action) values ('U1', 'opened')`;

  // By its rights, which nobody can switch off: the trigger, which refuses the owner too, has other words.
  await expect(app.unsafe(statement)).rejects.toThrow(
    /^(permission denied for|must be owner of) table audit_entries$/,
  );

  expect(await app`select actor from audit_entries`).toEqual([{ actor: "U1" }]);
});

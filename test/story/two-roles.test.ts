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

  await expect(app.unsafe(statement)).rejects.toMatchObject({ code: "42501" });

  expect(await app`select actor from audit_entries`).toEqual([{ actor: "U1" }]);
});

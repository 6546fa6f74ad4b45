// A list from Slack is applied once, whoever works on it, and nothing of it is kept for longer than a day.
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { listAllEntries } from "../../src/audit/audit.ts";
import { addBoardMember } from "../../src/board/allowlist.ts";
import { imports, members } from "../../src/db/schema.ts";
import {
  beginImport,
  decideImport,
  forgetImports,
  moveImport,
  takeImport,
} from "../../src/members/imports/rows.ts";
import { workOn } from "../../src/slack/lists/import/worker.ts";
import { openTestDatabase } from "../helpers/database.ts";

const ana = { teamId: "T1", userId: "U1" };
const LIST = "Account,Name,Phone,Zone\r\n1001,Ana Ruiz,206-555-0142,North\r\n";

async function openDesk() {
  const { db } = await openTestDatabase();
  await addBoardMember(db, ana, "admin", "command line");
  await db.transaction((tx) => beginImport(tx, ana, { fileId: "F1", fileName: "list.csv", viewId: "V1" }));
  const taken = await takeImport(db);
  if (!taken) throw new Error("There is nothing to fetch.");
  await moveImport(db, taken, "to read", { bytes: Buffer.from(LIST) });
  const place = { country: "US" as const, timeZone: "America/Denver", gateway: "twilio" };
  const task = { databaseUrl: "", id: taken.id, ...ana, ...place };
  const work = () => workOn({ db, task, tell: () => {} });
  const version = async () => (await db.select().from(imports))[0]?.version ?? 0;
  const apply = async () =>
    db.transaction(async (tx) =>
      decideImport(tx, { id: taken.id, version: await version() }, ana, { apply: true }),
    );
  return { db, work, apply };
}

const actionsOf = async (db: Parameters<typeof listAllEntries>[0]) =>
  (await listAllEntries(db)).map(({ action }) => action);

test("two that have the same list apply it once; it is done wholly with its entry and its words", async () => {
  const { db, work, apply } = await openDesk();
  await work();
  expect(await apply()).toBe(true);
  // A second press of the same button does nothing.
  expect(await db.transaction((tx) => decideImport(tx, { id: 1, version: 3 }, ana, { apply: true }))).toBe(
    false,
  );
  await Promise.allSettled([work(), work()]);
  expect((await actionsOf(db)).filter((action) => action === "imported")).toEqual(["imported"]);
  expect(await db.$count(members)).toBe(1);
  const [kept] = await db.select().from(imports);
  expect(kept).toMatchObject({ state: "over", bytes: null, words: expect.stringContaining("1 added") });
  await db.update(imports).set({ at: sql`now() - interval '25 hours'` });
  await forgetImports(db);
  expect(await db.$count(imports)).toBe(0);
});

test("whoever is no admin any more when it is applied has imported nothing", async () => {
  const { db, work, apply } = await openDesk();
  await work();
  await apply();
  await db.execute(sql`update board_members set role = 'operator'`);
  await work();
  expect(await db.$count(members)).toBe(0);
  expect((await actionsOf(db)).at(-1)).toBe("refused");
  expect((await db.select().from(imports))[0]?.words).toContain("Only admins can import a list");
});

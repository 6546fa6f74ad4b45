// What stands between a press and the tables: who may, until when, and whether it was kept.
import { eq, sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { addBoardMember, removeBoardMember } from "../../src/board/allowlist.ts";
import { CommitInDoubt, changesOf } from "../../src/board/change.ts";
import { codesOf, openDatabase, type Tx } from "../../src/db/open.ts";
import { zones } from "../../src/db/schema.ts";
import { createTestDatabase, openTestDatabase } from "../helpers/database.ts";
import { openProxy } from "../helpers/database-proxy.ts";
import { eventually } from "../helpers/eventually.ts";

const user = { teamId: "T1", userId: "U1" };

async function openBoard() {
  const connection = await openTestDatabase();
  await addBoardMember(connection.db, user, "operator", "command line");
  await connection.db.insert(zones).values({ name: "North", key: "north" });
  return connection;
}

const rename = (tx: Tx, name: string) => tx.update(zones).set({ name }).where(eq(zones.key, "north"));

test("whoever makes a change stays on the board until it has ended", async () => {
  const { db, client } = await openBoard();
  const isWaiting = async () => {
    const rows = await client`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    return rows.length > 0;
  };
  const events: string[] = [];
  const ended: Promise<unknown>[] = [];
  await changesOf(
    db,
    user,
    "operator",
    "rename",
  )(async (tx) => {
    ended.push(removeBoardMember(db, user, "command line").then((what) => events.push(what)));
    await eventually(isWaiting, "the removal to wait");
    await rename(tx, "Upper North");
    events.push("renamed");
  });
  await Promise.all(ended);
  expect(events).toEqual(["renamed", "removed"]);
});

test.each([
  { conflicts: 4, done: true },
  { conflicts: 5, done: false },
])(
  "what conflicts with another change $conflicts times is tried at most five times",
  async ({ conflicts, done }) => {
    const { db } = await openBoard();
    let tries = 0;
    const change = changesOf(db, user, "operator", "rename");
    const changed = change(
      async (tx) => {
        tries++;
        if (tries <= conflicts) await db.update(zones).set({ name: `by another, ${tries}` });
        await rename(tx, "by us");
      },
      { isolationLevel: "repeatable read" },
    );
    const code = await changed.then(
      () => undefined,
      (error) => codesOf(error).join(),
    );
    expect({ tries, code }).toEqual({ tries: 5, code: done ? undefined : "40001" });
    const names = await db.select({ name: zones.name }).from(zones);
    expect(names).toEqual([{ name: done ? "by us" : "by another, 5" }]);
  },
);

/** A change through a proxy whose connections break at one moment. */
async function changeThrough(breakAt: "in the work" | "at the commit") {
  const url = await createTestDatabase();
  const direct = openDatabase(url);
  onTestFinished(direct.close);
  await addBoardMember(direct.db, user, "operator", "command line");
  await direct.db.insert(zones).values({ name: "North", key: "north" });
  const proxy = await openProxy(url);
  const { db, close } = openDatabase(proxy.url, { maxConnections: 1 });
  onTestFinished(close);
  const name = async () => (await direct.db.select({ name: zones.name }).from(zones))[0]?.name;

  const changed = changesOf(
    db,
    user,
    "operator",
    "rename",
  )(async (tx) => {
    await rename(tx, "Upper North");
    if (breakAt === "in the work") {
      proxy.cut();
      await tx.execute(sql`select 1`);
    }
    // The commit arrives; what the database answers does not.
    proxy.freeze("answers");
  }).catch((error: unknown) => error);
  if (breakAt === "at the commit") {
    await eventually(async () => (await name()) === "Upper North", "the commit");
    proxy.cut();
  }
  return { error: await changed, name: await name() };
}

test("a commit whose answer is lost is told from a change that was never asked to be kept", async () => {
  const lost = await changeThrough("at the commit");
  expect(lost).toEqual({ error: expect.any(CommitInDoubt), name: "Upper North" });
  const broken = await changeThrough("in the work");
  expect(broken).toEqual({ error: expect.any(Error), name: "North" });
  expect(broken.error).not.toBeInstanceOf(CommitInDoubt);
  // Both still say that the database is away: what people are told goes by that.
  for (const { error } of [lost, broken])
    expect(codesOf(error)).toContainEqual(expect.stringMatching(/^CONNECTION_|^ECONN/));
});

test("a commit that the database refuses was asked for all the same", async () => {
  const { db } = await openBoard();
  await db.execute(sql`
    create function refuse_name() returns trigger language plpgsql as
      $$ begin raise exception 'not that name'; end $$`);
  await db.execute(sql`
    create constraint trigger refuse_name after update on zones deferrable initially deferred
      for each row execute function refuse_name()`);
  const changed = changesOf(db, user, "operator", "rename")((tx) => rename(tx, "Upper North"));
  await expect(changed).rejects.toBeInstanceOf(CommitInDoubt);
  expect(await db.select({ name: zones.name }).from(zones)).toEqual([{ name: "North" }]);
});

// What stands between a press and the tables: who may, until when, and whether it was kept.
import { setTimeout as wait } from "node:timers/promises";
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

/** A change through a proxy that breaks at the commit, in the one direction or in both. */
async function changeThrough(breaks: "before it arrives" | "before it is answered" | "in the work") {
  const url = await createTestDatabase();
  const direct = openDatabase(url);
  onTestFinished(direct.close);
  await addBoardMember(direct.db, user, "operator", "command line");
  await direct.db.insert(zones).values({ name: "North", key: "north" });
  const proxy = await openProxy(url);
  const { db, close } = openDatabase(proxy.url, { maxConnections: 1 });
  onTestFinished(close);
  const name = async () => (await direct.db.select({ name: zones.name }).from(zones))[0]?.name;
  const stopping = new AbortController();

  let isAnswered = false;
  const asked = Promise.withResolvers<void>();
  const changed = changesOf(
    db,
    user,
    "operator",
    "rename",
    stopping.signal,
  )(async (tx) => {
    await rename(tx, "Upper North");
    if (breaks === "in the work") {
      proxy.cut();
      await tx.execute(sql`select 1`);
    }
    proxy.freeze(breaks === "before it is answered" ? "answers" : "all");
    asked.resolve();
    return "renamed";
  })
    .catch((error: unknown) => error)
    .finally(() => {
      isAnswered = true;
      asked.resolve();
    });
  await asked.promise;
  // The commit is asked for right after the work.
  await wait(50);
  return { proxy, direct: direct.db, name, changed, stopping, isAnswered: () => isAnswered };
}

test("a commit whose answer is lost is asked about: it was kept, and that is what is told", async () => {
  const { proxy, name, changed, isAnswered } = await changeThrough("before it is answered");
  await eventually(async () => (await name()) === "Upper North", "the commit");
  // The network is gone for a while: nobody says anything yet.
  proxy.cut();
  await wait(1_500);
  expect(isAnswered()).toBe(false);
  proxy.thaw();
  proxy.cut();
  expect(await changed).toBe("renamed");
});

test("a commit that never arrived was not kept, and that is what is told", async () => {
  const { proxy, name, changed } = await changeThrough("before it arrives");
  proxy.thaw();
  proxy.cut();
  expect(codesOf(await changed)).toContainEqual(expect.stringMatching(/^CONNECTION_|^ECONN/));
  expect(await name()).toBe("North");
});

test("while the database still works at the transaction, nothing is said", async () => {
  const { proxy, direct, changed, isAnswered } = await changeThrough("before it arrives");
  // Its connection is gone for us, and the database has not heard of that.
  await direct.execute(sql`select 1`);
  proxy.forget();
  await wait(1_500);
  expect(isAnswered()).toBe(false);
  await direct.execute(sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and state = 'idle in transaction'`);
  expect(await changed).toBeInstanceOf(Error);
  expect(await changed).not.toBeInstanceOf(CommitInDoubt);
});

test("what breaks before the commit was not kept, and nobody is kept waiting for it", async () => {
  const { name, changed } = await changeThrough("in the work");
  const error = await changed;
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(CommitInDoubt);
  expect(await name()).toBe("North");
});

test("when we stop before the database is back, nobody claims to know", async () => {
  const { proxy, name, changed, stopping } = await changeThrough("before it is answered");
  await eventually(async () => (await name()) === "Upper North", "the commit");
  proxy.cut();
  await wait(100);
  stopping.abort();
  expect(await changed).toBeInstanceOf(CommitInDoubt);
});

test("a commit that the database refuses was not kept", async () => {
  const { db } = await openBoard();
  await db.execute(sql`
    create function refuse_name() returns trigger language plpgsql as
      $$ begin raise exception 'not that name'; end $$`);
  await db.execute(sql`
    create constraint trigger refuse_name after update on zones deferrable initially deferred
      for each row execute function refuse_name()`);
  const changed = changesOf(db, user, "operator", "rename")((tx) => rename(tx, "Upper North"));
  await expect(changed).rejects.toThrow("not that name");
  expect(await db.select({ name: zones.name }).from(zones)).toEqual([{ name: "North" }]);
});

// The built-in PostgreSQL: it is found again, it comes back, and it is not taken from others.
import { readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { startEmbedded } from "../../src/db/embedded.ts";
import { eventually } from "../helpers/eventually.ts";
import { emptyFolder } from "../helpers/program.ts";

async function startOwn() {
  const folder = await emptyFolder();
  const server = await startEmbedded(folder, { fsync: "off" });
  onTestFinished(server.stop);
  await server.createDatabase("headgate");
  const client = postgres(server.url("headgate"), { max: 1, onnotice: () => {}, backoff: () => 0.05 });
  onTestFinished(() => client.end({ timeout: 1 }));
  const pid = async () =>
    Number((await readFile(join(folder, "postgres", "postmaster.pid"), "utf8")).split("\n")[0]);
  return { folder, server, client, pid };
}

test("a second start finds the server that runs", async () => {
  const { folder, server, pid } = await startOwn();
  const before = await pid();
  const again = await startEmbedded(folder);
  expect(again.url("headgate")).toBe(server.url("headgate"));
  expect(await pid()).toBe(before);
});

test("a server that died is started again where it was looked for", async () => {
  const { server, client, pid } = await startOwn();
  await client`create table kept as select 1 as one`;
  const died = await pid();
  process.kill(died, "SIGKILL");
  while (isAlive(died)) await new Promise((soon) => setImmediate(soon));

  await server.revive();

  expect(await client`select one from kept`.catch(() => client`select one from kept`)).toEqual([{ one: 1 }]);
  await server.revive();
  expect(await client`select one from kept`).toEqual([{ one: 1 }]);
});

test("the server's log is a file for each day, and those that are old enough go", async () => {
  const { folder, server, client } = await startOwn();
  await client`select no_such_column`.catch(() => {});
  const logs = join(folder, "postgres", "headgate-logs");
  const today = await eventually(async () => {
    const [name = ""] = await readdir(logs);
    return (await readFile(join(logs, name), "utf8")).includes("no_such_column") && name;
  }, "the log to tell it");
  expect(today).toMatch(/^server-\d{4}-\d\d-\d\d\.log$/);
  const age = async (name: string, days: number) => {
    await writeFile(join(logs, name), "old\n");
    const then = new Date(Date.now() - days * 86_400_000);
    await utimes(join(logs, name), then, then);
  };
  await age("server-2026-01-01.log", 91);
  await age("server-2026-01-03.log", 89);
  await age("something-else.log", 91);
  await server.forgetLogs(90);
  const left = ["server-2026-01-03.log", "something-else.log", today];
  expect(await readdir(logs)).toEqual(expect.arrayContaining(left));
  expect(await readdir(logs)).toHaveLength(left.length);
});

test("where the server does not start, what it says is told", async () => {
  const folder = await emptyFolder();
  await (await startEmbedded(folder, { fsync: "off" })).stop();
  await expect(startEmbedded(folder, { shared_buffers: "plenty" })).rejects.toThrow(
    /did not start.*invalid value for parameter "shared_buffers": "plenty"/s,
  );
  // Said after it has a log of its own.
  await writeFile(join(folder, "postgres", "global", "pg_control"), "");
  await expect(startEmbedded(folder)).rejects.toThrow(/did not start.*(FATAL|PANIC)/s);
});

test("it is not stopped while somebody else is connected", async () => {
  const { server, client } = await startOwn();
  await client`select 1`;
  await server.stop();
  expect(await client`select 1 as one`).toEqual([{ one: 1 }]);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

// The built-in PostgreSQL: it is found again, it comes back, and it is not taken from others.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { startEmbedded } from "../../src/db/embedded.ts";
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

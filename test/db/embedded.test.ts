// The built-in PostgreSQL: it is found again, it comes back, it is not taken from others, and there is never a second
// one on a folder.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import postgres from "postgres";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { type EmbeddedOptions, startEmbedded } from "../../src/db/embedded.ts";
import { takeLock } from "../../src/db/postgres/locks.ts";
import { eventually } from "../helpers/eventually.ts";
import { emptyFolder } from "../helpers/program.ts";

const run = promisify(execFile);
const hasFlock = await run("flock", ["--version"]).then(
  () => true,
  () => false,
);

const startIn = async (folder: string, options?: EmbeddedOptions) => {
  const server = await startEmbedded(folder, { fsync: "off" }, options);
  onTestFinished(server.stop);
  await server.createDatabase("headgate");
  const client = postgres(server.url("headgate"), { max: 1, onnotice: () => {}, backoff: () => 0.05 });
  onTestFinished(() => client.end({ timeout: 1 }));
  return { server, client };
};

/** A folder with data, and no server; setting up takes longer than all the rest, so it is done once. */
async function ownFolder(): Promise<string> {
  const folder = await emptyFolder();
  await run("cp", ["-a", join(ready, "postgres"), folder]);
  return folder;
}
let ready: string;
beforeAll(async () => {
  ready = await mkdtemp(join(tmpdir(), "headgate-embedded-"));
  await chmod(ready, 0o755); // the server may run as another user
  const server = await startEmbedded(ready, { fsync: "off" });
  await server.createDatabase("headgate");
  await server.stop();
  return () => rm(ready, { recursive: true, force: true });
});

async function startOwn() {
  const folder = await ownFolder();
  const data = join(folder, "postgres");
  const pid = async () => Number((await readFile(join(data, "postmaster.pid"), "utf8")).split("\n")[0]);
  /** The power goes: nothing of it is left but its files. */
  const kill = async () => {
    const died = await pid();
    process.kill(died, "SIGKILL");
    await eventually(async () => !isAlive(died), "the server's end");
  };
  return { folder, data, pid, kill, ...(await startIn(folder)) };
}

test("a second start finds the server that runs", async () => {
  const { folder, server, pid } = await startOwn();
  const before = await pid();
  const again = await startEmbedded(folder);
  expect(again.url("headgate")).toBe(server.url("headgate"));
  expect(await pid()).toBe(before);
});

test("those who start together on a new folder have one server, and one database", async () => {
  const folder = await emptyFolder();
  const all = await Promise.all(Array.from({ length: 3 }, () => startIn(folder)));
  expect(new Set(all.map(({ server }) => server.url("headgate"))).size).toBe(1);
});

test("a server that died is started again where it was looked for", async () => {
  const { server, client, kill } = await startOwn();
  await client`create table kept as select 1 as one`;
  await kill();

  await server.revive();

  expect(await client`select one from kept`.catch(() => client`select one from kept`)).toEqual([{ one: 1 }]);
  await server.revive();
  expect(await client`select one from kept`).toEqual([{ one: 1 }]);
});

test("whoever joined starts it again where both the server and its first Headgate are gone", async () => {
  const { folder, server: first, client: kept, kill } = await startOwn();
  const { server: second, client } = await startIn(folder);
  await Promise.all([kept`select 1`, client`select 1`]);
  await first.stop(); // somebody is connected, so it only lets go
  await kill();

  await second.revive();

  expect(second.url("headgate")).toBe(first.url("headgate"));
  const look = () => client`select 1 as one`;
  expect(await look().catch(look)).toEqual([{ one: 1 }]);
  await kept.end({ timeout: 1 });
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
  await age("server-2026-01-01.log.kept", 91);
  await server.forgetLogs(90);
  const left = ["server-2026-01-03.log", "something-else.log", "server-2026-01-01.log.kept", today];
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
  await writeFile(join(folder, "postgres", "headgate-logs", "server-2026-01-01.log"), "long ago\n");
  await writeFile(join(folder, "postgres", "global", "pg_control"), "");
  await expect(startEmbedded(folder)).rejects.toThrow(/did not start(?!.*long ago).*(FATAL|PANIC)/s);
});

test("a machine without flock(1) starts it too", async () => {
  const folder = await ownFolder();
  const { PATH } = process.env;
  onTestFinished(() => {
    process.env.PATH = PATH;
  });
  // By which root finds the server's user.
  const programs = await emptyFolder();
  await symlink((await run("which", ["id"])).stdout.trim(), join(programs, "id"));
  process.env.PATH = programs;
  const { client } = await startIn(folder);
  expect(await client`select 1 as one`).toEqual([{ one: 1 }]);
});

test("a database that can't be made is an error, and one that is there already is none", async () => {
  const { server } = await startOwn();
  await server.createDatabase("headgate");
  await expect(server.createDatabase("another", { template: "nowhere" })).rejects.toThrow(/"nowhere"/);
});

test("it is not stopped while somebody else is connected", async () => {
  const { server, client } = await startOwn();
  await client`select 1`;
  await server.stop();
  expect(await client`select 1 as one`).toEqual([{ one: 1 }]);
});

test("a number in a stale postmaster.pid that is another program's by now keeps nobody from starting", async () => {
  const { folder, data, server, client, kill } = await startOwn();
  await client`create table kept as select 1 as one`;
  const stale = await readFile(join(data, "postmaster.pid"), "utf8");
  await kill();
  await server.stop(); // there is none any more: it lets go of the folder
  const { uid, gid } = await stat(data);
  const other = spawn("sleep", ["60"], { uid, gid, stdio: "ignore" });
  onTestFinished(() => void other.kill());
  await writeFile(join(data, "postmaster.pid"), stale.replace(/^\d+/, String(other.pid)));

  const again = await startIn(folder);

  expect(await again.client`select one from kept`).toEqual([{ one: 1 }]);
  expect(isAlive(other.pid ?? 0)).toBe(true);
});

/** Starts while another has the folder, who can't be reached, and lets go only then. */
async function startMeanwhile(folder: string, letGo: () => void | Promise<void>) {
  const said: string[] = [];
  let isUp = false;
  const starting = startIn(folder, { onWait: (why) => said.push(why) }).then((started) => {
    isUp = true;
    return started;
  });
  await eventually(async () => said.length > 0, "a word that it waits");
  expect(isUp).toBe(false);
  await letGo();
  const started = await starting;
  expect(said).toEqual([expect.stringMatching(/^Another Headgate has the database in .* This one waits/)]);
  return started;
}

test("while another Headgate has the folder it waits, says so once, and takes over", async () => {
  const folder = await ownFolder();
  const lock = takeLock(join(folder, "headgate.lock"));
  const { client } = await startMeanwhile(folder, () => lock?.release());
  expect(await client`select 1 as one`).toEqual([{ one: 1 }]);
});

test.runIf(hasFlock)("while any process of another server lives it waits, and takes over then", async () => {
  const folder = await ownFolder();
  const last = spawn("flock", ["-n", join(folder, "postgres", "headgate-server.lock"), "sleep", "60"], {
    detached: true,
  });
  const ended = once(last, "close");
  await once(last, "spawn");
  const end = async () => {
    process.kill(-(last.pid ?? 0), "SIGKILL");
    await ended;
  };
  await startMeanwhile(folder, end);
});

test.runIf(hasFlock)("the server's own processes hold its lock, whoever started them", async () => {
  const { data, client, kill } = await startOwn();
  const isHeld = () =>
    run("flock", ["-n", join(data, "headgate-server.lock"), "true"]).then(
      () => false,
      () => true,
    );
  await client`select 1`;
  expect(await isHeld()).toBe(true);
  await kill();
  await eventually(async () => !(await isHeld()), "the end of its children");
});

test("who does not want to wait is told where to go", async () => {
  const folder = await emptyFolder();
  const lock = takeLock(join(folder, "headgate.lock"));
  onTestFinished(() => lock?.release());
  await expect(startEmbedded(folder, {}, { patienceMs: 0 })).rejects.toThrow(
    /can't be reached from here\. Run this where that one runs\.$/,
  );
});

test("a copy of the folder of a running server is not taken for it", async () => {
  const { folder, server, client } = await startOwn();
  await client`create table kept as select 1 as one`;
  const copy = await emptyFolder();
  await run("cp", ["-a", `${folder}/.`, copy]);
  const copied = await startIn(copy);
  expect(copied.server.url("headgate")).not.toBe(server.url("headgate"));
  await copied.client`drop table if exists kept`;
  expect(await client`select one from kept`).toEqual([{ one: 1 }]);
});

test("it listens on this machine alone, and only its own user can read its password and its data", async () => {
  const { data, client } = await startOwn();
  expect(await client`show listen_addresses`).toEqual([{ listen_addresses: "127.0.0.1" }]);
  expect(await client`show unix_socket_directories`).toEqual([{ unix_socket_directories: "" }]);
  const { uid } = await stat(data);
  for (const path of [data, join(data, "headgate-password")]) {
    const { mode, uid: owner } = await lstat(path);
    expect({ path, mode: mode & 0o077, owner }).toEqual({ path, mode: 0, owner: uid });
  }
  const methods = await client<
    { method: string }[]
  >`select distinct auth_method as method from pg_hba_file_rules`;
  expect(methods).toEqual([{ method: "scram-sha-256" }]);
});

test.each(["17", "19", "9.6"])("data of PostgreSQL %s are left alone, and it says so", async (major) => {
  const folder = await ownFolder();
  await writeFile(join(folder, "postgres", "PG_VERSION"), `${major}\n`);
  const look = async () => {
    const names = await readdir(folder, { recursive: true });
    return Promise.all(names.sort().map(async (name) => [name, (await lstat(join(folder, name))).mtimeMs]));
  };
  const before = await look();

  await expect(startEmbedded(folder)).rejects.toThrow(
    new RegExp(`was written by PostgreSQL ${RegExp.escape(major)}, .* Nothing was changed\\.`),
  );

  expect(await look()).toEqual(before);
});

test("a folder that can't be locked is not used", async () => {
  const folder = await emptyFolder();
  await writeFile(join(folder, "headgate.lock"), "This is no lock, but somebody's notes about one.");
  await expect(startEmbedded(folder)).rejects.toThrow(/can't be locked/);
  expect(await readdir(folder)).toEqual(["headgate.lock"]);
});

test("where only a folder with data will do, none is made", async () => {
  const folder = join(await emptyFolder(), "data");
  await expect(startEmbedded(folder, {}, { mayCreate: false })).rejects.toThrow(/There is no database in/);
  await expect(stat(folder)).rejects.toThrow("ENOENT");
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

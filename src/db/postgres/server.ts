// One server on one data folder: is it there, and can it be reached; start it and stop it.
import { execFile } from "node:child_process";
import { readFile, realpath, rm, stat } from "node:fs/promises";
import { uptime } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import postgres from "postgres";
import { freePort } from "../../free-port.ts";
import { lastWords, logSettings } from "../server-logs.ts";
import type { Binaries } from "./binaries.ts";
import { underServerLock } from "./locks.ts";
import type { Runner } from "./runner.ts";

const run = promisify(execFile);

const HOST = "127.0.0.1";
/** A server that does not answer by then can't be used now, whatever the reason. */
const REACH_WITHIN_SECONDS = 5;

export type DataFolder = { data: string; runner: Runner; password: string };

export const urlOf = ({ password }: DataFolder, port: number, database: string) =>
  `postgres://headgate:${password}@${HOST}:${port}/${database}`;

/** One question to the server, over a connection of its own. */
export async function ask<T>(url: string, work: (client: postgres.Sql) => Promise<T>): Promise<T> {
  const client = postgres(url, {
    max: 1,
    onnotice: () => {},
    connect_timeout: REACH_WITHIN_SECONDS,
    connection: { statement_timeout: 60_000 },
  });
  try {
    return await work(client);
  } finally {
    await client.end({ timeout: 1 });
  }
}

/** @returns the port of the server of this very folder, where it can be used from here */
export async function reach(folder: DataFolder): Promise<number | undefined> {
  // The 4th line is the port: https://www.postgresql.org/docs/current/storage-file-layout.html
  const noted = await readFile(join(folder.data, "postmaster.pid"), "utf8").catch(() => "");
  const port = Number(noted.split("\n")[3]);
  if (!port) return undefined;
  try {
    const [row] = await ask(
      urlOf(folder, port, "postgres"),
      (client) =>
        client<{ at: string }[]>`select setting as at from pg_settings where name = 'data_directory'`,
    );
    // A copied folder has the password and the port of the one that it was copied from.
    const isOurs = row !== undefined && (await realpath(row.at)) === (await realpath(folder.data));
    return isOurs ? port : undefined;
  } catch {
    return undefined;
  }
}

/** The port of the server before this one: who was connected looks for it there. */
async function lastPort({ data }: DataFolder): Promise<number> {
  const command = await readFile(join(data, "postmaster.opts"), "utf8").catch(() => "");
  const port = Number(/"-p" "(\d+)"/.exec(command)?.[1] ?? 0);
  return freePort(port).catch(() => freePort());
}

const lockFileOf = (data: string) => join(data, "headgate-server.lock");

/**
 * Starts the server; the caller holds Node's lock.
 *
 * @returns whether it was started; if not, another one lives on this folder
 * @throws Error with the end of its log where it ends by itself
 */
export async function start(
  folder: DataFolder,
  bin: Binaries,
  settings: Record<string, string>,
): Promise<boolean> {
  const { data, runner } = folder;
  const lockFile = lockFileOf(data);
  const all = { listen_addresses: HOST, unix_socket_directories: "", ...logSettings, ...settings };
  const flags = Object.entries(all).map(([name, value]) => `-c ${name}='${value}'`);
  // Until the server has a log of its own.
  const log = join(data, "headgate-server.log");
  await rm(log, { force: true });
  const options = `-p ${await lastPort(folder)} ${flags.join(" ")}`;
  // pg_ctl lets the server go into the background, where a killed Node doesn't take it along.
  const pgCtl = [bin.pg_ctl, "-D", data, "-w", "-t", "60", "-l", log, "-o", options, "start"];
  // Who holds both locks knows that no server lives, whoever has the number in a postmaster.pid by now.
  const program = (await mayBeOfNow(data, lockFile))
    ? pgCtl
    : ["sh", "-c", 'rm -f "$1" && shift && exec "$@"', "sh", join(data, "postmaster.pid"), ...pgCtl];

  const within = { ...runner, cwd: data };
  const outcome = await underServerLock(lockFile, program, within);
  if (outcome === "held") return false;
  if (outcome === "done") return true;
  const started =
    outcome === "no flock"
      ? await run(bin.pg_ctl, pgCtl.slice(1), within).then(
          () => true,
          () => false,
        )
      : // It takes longer to be ready than pg_ctl waits: after a power cut there may be much to recover.
        (await underServerLock(lockFile, ["true"], within)) === "held";
  if (started) return outcome === "no flock";
  throw new Error(`PostgreSQL did not start in ${data}. Its log ends with:\n${await lastWords(data, log)}`);
}

/**
 * Whether postmaster.pid may be that of a server without our lock, which is alive: an older version of Headgate
 * started it, and the machine was not started again since.
 */
async function mayBeOfNow(data: string, lockFile: string): Promise<boolean> {
  if (await stat(lockFile).catch(() => undefined)) return false;
  const noted = await stat(join(data, "postmaster.pid")).catch(() => undefined);
  return noted !== undefined && noted.mtimeMs > Date.now() - uptime() * 1000;
}

/** Stops the server, unless somebody else is connected. @returns whether it is stopped */
export async function stop(folder: DataFolder, bin: Binaries): Promise<boolean> {
  const port = await reach(folder);
  if (port === undefined) return true;
  const others = await ask(
    urlOf(folder, port, "postgres"),
    (client) =>
      client`select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  );
  if (others.length > 0) return false;
  await run(bin.pg_ctl, ["-D", folder.data, "-m", "fast", "-w", "stop"], folder.runner);
  return true;
}

/**
 * Gives a folder that was nobody's to the user who is to run it; the caller holds Node's lock.
 *
 * @returns whether that is done; if not, a server lives on it
 */
export async function giveTo(runner: Runner, data: string): Promise<boolean> {
  const { uid } = await stat(data);
  if (runner.uid === undefined || uid === runner.uid) return true;
  const own = ["-hR", `${runner.uid}:${runner.gid}`, data];
  const outcome = await underServerLock(lockFileOf(data), ["chown", ...own]);
  if (outcome === "failed") throw new Error(`The folder ${data} can't be given to the user ${runner.uid}.`);
  if (outcome === "no flock") await run("chown", own);
  return outcome !== "held";
}

// The PostgreSQL that comes with Headgate, used where there is no DATABASE_URL: the real server, from
// npm packages, in a folder of its own. It runs on when Node is killed, and the next start finds it again.
import { lchown, mkdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { codesOf } from "./open.ts";
import { findPackage, runnableBinaries } from "./postgres/binaries.ts";
import { type Lock, takeLock } from "./postgres/locks.ts";
import { whoRuns } from "./postgres/runner.ts";
import { ask, type DataFolder, giveTo, reach, start, stop, urlOf } from "./postgres/server.ts";
import { readPassword, refuseOtherMajor, setUp } from "./postgres/set-up.ts";
import { forgetServerLogs } from "./server-logs.ts";

export type EmbeddedPostgres = {
  /** The connection URL of one database in it. */
  url(database: string): string;
  /** Creates the database where it is missing; with `fresh`, instead of the one that is there. */
  createDatabase(name: string, options?: { fresh?: boolean; template?: string }): Promise<void>;
  /** Starts the server again where it has died. @throws Error where another Headgate has taken over its folder */
  revive(): Promise<void>;
  /** Removes the server's log files that are older than this. */
  forgetLogs(days: number): Promise<void>;
  /** Stops the server, unless somebody else is still connected. */
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  /** False where the data are real: the user `nobody` does not run it then. */
  mayBeNobody?: boolean;
  /** False where only a folder with data will do. */
  mayCreate?: boolean;
  /** Told once, in a whole sentence, where another has the folder. This waits until that one has let go. */
  onWait?: (why: string) => void;
  /** Waits at most this long. */
  patienceMs?: number;
};

const LOOK_EVERY_MS = 250;
/** Who is just starting or ending is soon done: that is not worth a word. */
const WORTH_A_WORD_MS = 1_000;
/** The last processes of a server that died are gone by then. */
const REVIVE_WITHIN_MS = 5_000;

/**
 * Starts the server in `folder`, creating it there the first time. One that already runs there is used, where it can
 * be reached; otherwise this waits for its end. There is never a second one.
 *
 * @param settings further server settings, as in postgresql.conf
 * @throws Error in plain words where this machine can't run it
 */
export async function startEmbedded(
  folder: string,
  settings: Record<string, string> = {},
  {
    mayBeNobody = true,
    mayCreate = true,
    onWait,
    patienceMs = Number.POSITIVE_INFINITY,
  }: EmbeddedOptions = {},
): Promise<EmbeddedPostgres> {
  const data = join(resolve(folder), "postgres");
  const npm = await findPackage();
  await refuseOtherMajor(data, npm.major);
  if (!mayCreate && !(await exists(data)))
    throw new Error(
      `There is no database in ${dirname(data)}. Start Headgate first (npm start), and run this in the folder ` +
        "that it was started in.",
    );
  const runner = await whoRuns(data, mayBeNobody);
  await mkdir(dirname(data), { recursive: true });
  const binaries = () => runnableBinaries(npm, dirname(data), runner);
  const lockFile = join(dirname(data), "headgate.lock");
  const isTaken = `Another Headgate has the database in ${data}, and it can't be reached from here.`;
  let lock: Lock | undefined;

  /** One try. @returns undefined where another has the folder just now, and can't be reached */
  async function reachOrStart(): Promise<{ server: DataFolder; port: number } | undefined> {
    lock ??= await takeOwn();
    try {
      if (lock) {
        if (await exists(data)) await adopt();
        else await setUp(await binaries(), data, runner);
      }
      if (!(await exists(data))) return undefined;
      const server = { data, runner, password: await readPassword(data) };
      const running = await reach(server);
      if (running !== undefined) return { server, port: running };
      if (!lock || !(await start(server, await binaries(), settings))) return giveWay();
      const port = await reach(server);
      return port === undefined ? giveWay() : { server, port };
    } catch (error) {
      giveWay();
      throw error;
    }
  }

  /** Who waits holds nothing: the other may need it to go on. */
  function giveWay(): undefined {
    lock?.release();
    lock = undefined;
  }

  async function takeOwn(): Promise<Lock | undefined> {
    const taken = takeLock(lockFile);
    // Where Headgate is root today and the server's user tomorrow.
    if (taken && runner.uid !== undefined) await lchown(lockFile, runner.uid, runner.gid);
    return taken;
  }

  /** What ran as nobody gets its user; a server that still does is stopped first. */
  async function adopt(): Promise<void> {
    const { uid, gid } = await stat(data);
    if (runner.uid === undefined || uid === runner.uid) return;
    const before = { data, runner: { uid, gid }, password: await readPassword(data) };
    const isStopped = await stop(before, await runnableBinaries(npm, dirname(data), before.runner));
    if (!isStopped || !(await giveTo(runner, data)))
      throw new Error(
        `The database in ${data} runs as nobody, and is in use. Stop every other Headgate first.`,
      );
  }

  /** @returns undefined where that is not done in time */
  async function tryFor(milliseconds: number, whenItTakesLong?: () => void) {
    const begun = performance.now();
    for (;;) {
      const reached = await reachOrStart();
      if (reached) return reached;
      const passed = performance.now() - begun;
      if (passed > milliseconds) return undefined;
      if (passed > WORTH_A_WORD_MS) {
        whenItTakesLong?.();
        whenItTakesLong = undefined;
      }
      await pause(LOOK_EVERY_MS);
    }
  }

  const found = await tryFor(patienceMs, () =>
    onWait?.(`${isTaken} This one waits, and takes over when that one has ended.`),
  );
  if (!found) throw new Error(`${isTaken} Run this where that one runs.`);
  const { server, port } = found;
  const askServer = <T>(work: Parameters<typeof ask<T>>[1]) => ask(urlOf(server, port, "postgres"), work);
  let reviving: Promise<void> | undefined;

  return {
    url: (database) => urlOf(server, port, database),
    createDatabase: (name, { fresh = false, template = "template1" } = {}) =>
      askServer(async (client) => {
        if (fresh) await client`drop database if exists ${client(name)} with (force)`;
        const there = await client`select from pg_database where datname = ${name}`;
        if (there.length > 0) return;
        await client`create database ${client(name)} template ${client(template)}`.catch((error) => {
          if (!codesOf(error).some((code) => BY_ANOTHER.has(code))) throw error;
        });
      }),
    forgetLogs: (days) => forgetServerLogs(data, days),
    // On the same port, where those who were connected look for it.
    revive: () => {
      reviving ??= tryFor(REVIVE_WITHIN_MS)
        .then((again) => {
          if (!again) throw new Error(isTaken);
        })
        .finally(() => {
          reviving = undefined;
        });
      return reviving;
    },
    stop: async () => {
      try {
        await stop(server, await binaries());
      } finally {
        giveWay();
      }
    },
  };
}

/** Two who start together create the database together. */
const BY_ANOTHER = new Set(["42P04", "23505"]);

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

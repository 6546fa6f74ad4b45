// A PostgreSQL of the test's own, which it may kill and bring back.
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { startEmbedded } from "../../src/db/embedded.ts";

const run = promisify(execFile);

export type RestartablePostgres = {
  url: string;
  /** As if the power went: sessions are cut off, and nothing is finished or rolled back first. */
  kill(): Promise<void>;
  /** Returns when the server answers again, at the same address. */
  start(): Promise<void>;
  remove(): Promise<void>;
};

export async function startRestartablePostgres(): Promise<RestartablePostgres> {
  const folder = await mkdtemp(join(tmpdir(), "headgate-restart-"));
  await chmod(folder, 0o755); // the server may run as another user
  const server = await startEmbedded(folder, { fsync: "off" });
  await server.createDatabase("restarts");

  const data = join(folder, "postgres");
  const { uid, gid } = await stat(data);
  // The server notes down the command that started it, and `pg_ctl restart` repeats that.
  const command = await readFile(join(data, "postmaster.opts"), "utf8");
  const pgCtl = join(dirname(command.slice(0, command.indexOf(' "'))), "pg_ctl");
  const control = (...args: string[]) =>
    run(pgCtl, ["-D", data, "-w", "-l", join(data, "headgate-server.log"), ...args], { uid, gid, cwd: data });

  const kill = async () => {
    await control("-m", "immediate", "stop");
  };
  return {
    url: server.url("restarts"),
    kill,
    start: async () => {
      await control("restart");
    },
    remove: async () => {
      await kill().catch(() => {}); // a failed test may have left it down
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// What processes take of the memory, as Linux counts it: what several share is divided among them (PSS), so that the
// sum over Node and all of PostgreSQL is what they take together.
import { readdir, readFile } from "node:fs/promises";
import { sql } from "drizzle-orm";
import type { Database } from "../../src/db/open.ts";

/** In MB; 0 where the process is gone. */
export async function pssOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return Number(/^Pss: +(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024;
}

/** What a process has of the memory by itself, in MB: the same whatever else runs. */
export async function rssOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}

async function parentOf(pid: number | string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^PPid:\t(\d+)/m.exec(status)?.[1] ?? 0);
}

export async function postmasterOf(db: Database): Promise<number> {
  const [row] = await db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  return parentOf(row?.pid ?? 0);
}

/** The server and all that it has started. */
export async function serverPids(postmaster: number): Promise<number[]> {
  const all = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const children = await Promise.all(
    all.map(async (pid) => ((await parentOf(pid)) === postmaster ? [Number(pid)] : [])),
  );
  return [postmaster, ...children.flat()];
}

export const sumPss = async (pids: readonly number[]): Promise<number> =>
  (await Promise.all(pids.map(pssOf))).reduce((sum, each) => sum + each, 0);

/** Looks ten times a second until it is ended. @returns the most that was seen */
export function watchPeak(look: () => Promise<number>): () => Promise<number> {
  let most = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      most = Math.max(most, await look());
      await new Promise((again) => setTimeout(again, 100));
    }
  })();
  return async () => {
    isOver = true;
    await watching;
    return most;
  };
}

// Who may start a server on a data folder. Two servers on one folder destroy it, and PostgreSQL's own postmaster.pid
// does not keep them apart: in another container its number is nobody's, or somebody else's.
//
// There are two locks. Node's is held by the Headgate that sets up, starts or owns the server: SQLite's lock on a file,
// which the system frees however that process ends. The server's own is held by PostgreSQL itself: flock(1) passes it
// to pg_ctl, and that to the postmaster and all its children, so it is free only when none of them lives.
import { execFile } from "node:child_process";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { z } from "zod";

const run = promisify(execFile);

export type Lock = { release(): void };

/** https://www.sqlite.org/rescode.html#busy */
const BUSY = 5;
const SqliteError = z.object({ errcode: z.number() });

/**
 * Node's lock. The file is left empty. Nothing else of this process may open it: closing it would free the lock.
 *
 * @returns undefined where another holds it
 * @throws Error in plain words where the folder has no locks
 */
export function takeLock(path: string): Lock | undefined {
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(path);
    // Nothing is written, so there is nothing to undo.
    file.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    const held = file;
    return { release: () => held.close() };
  } catch (error) {
    file?.close();
    const { errcode = 0 } = SqliteError.safeParse(error).data ?? {};
    // The lower byte is the kind; the rest tells more of it.
    if ((errcode & 0xff) === BUSY) return undefined;
    throw new Error(
      `The file ${path} can't be locked, so it is not certain that nobody else uses the database there. ` +
        `The folder must be on a disk of this machine, and belong to the user who starts Headgate. (${error})`,
    );
  }
}

/** flock(1)'s own exit status where another holds the lock; ours where the program in it failed. */
const HELD = 1;
const FAILED = 3;
const ExitStatus = z.object({ code: z.union([z.number(), z.string()]) });

export type UnderLock = "done" | "held" | "failed" | "no flock";

/**
 * Runs a program that holds the server's lock, as do all processes that come of it.
 *
 * @returns "held" where another holds it; "no flock" where this machine has no flock(1): nothing was run then
 * @throws Error in plain words where the folder has no locks
 */
export async function underServerLock(
  lockFile: string,
  program: readonly string[],
  options: { uid?: number; gid?: number; cwd?: string } = {},
): Promise<UnderLock> {
  const script = `"$@" || exit ${FAILED}`;
  try {
    await run("flock", ["-n", lockFile, "sh", "-c", script, "sh", ...program], options);
    return "done";
  } catch (error) {
    const { code } = ExitStatus.parse(error);
    if (code === HELD) return "held";
    if (code === FAILED) return "failed";
    if (code === "ENOENT") return "no flock";
    throw new Error(
      `The file ${lockFile} can't be locked, so it is not certain that no other PostgreSQL uses this folder. ` +
        `It must be on a disk of this machine. (${error})`,
    );
  }
}

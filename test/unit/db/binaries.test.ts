// Where the programs of PostgreSQL can't be reached by its user, a copy lies beside the data: root's, and no one else's.
import { execFile } from "node:child_process";
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { runnableBinaries } from "../../../src/db/postgres/binaries.ts";
import { whoRuns } from "../../../src/db/postgres/runner.ts";

const isRoot = process.getuid?.() === 0;
const NOBODY = { uid: 65_534, gid: 65_534 };
const OTHER = 4_242;
const VERSION = "18.4.0-beta.17";

async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "headgate-binaries-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  return folder;
}

/** Programs that only say who they are, with everything that may be written by others as npm may leave it. */
async function writePrograms(native: string, says: string) {
  await mkdir(join(native, "bin"), { recursive: true });
  const paths = { pg_ctl: "pg_ctl", initdb: "initdb", postgres: "postgres" };
  for (const name of Object.keys(paths)) {
    const path = join(native, "bin", name);
    await writeFile(path, `#!/bin/sh\necho ${says}\n`);
    await chmod(path, 0o777);
  }
}

/** Programs in a folder that only root may enter. */
async function outOfReach() {
  const home = await openFolder();
  const native = join(home, "native");
  await writePrograms(native, "ours");
  await chmod(home, 0o700);
  const at = (name: string) => join(native, "bin", name);
  const binaries = { pg_ctl: at("pg_ctl"), initdb: at("initdb"), postgres: at("postgres") };
  return { binaries, version: VERSION, major: 18 };
}

const says = async (path: string) => (await promisify(execFile)(path, ["--version"], NOBODY)).stdout.trim();

async function expectRoots(path: string) {
  const { uid, mode } = await lstat(path);
  expect({ path, uid, others: mode & 0o022 }).toEqual({ path, uid: 0, others: 0 });
}

test.runIf(isRoot)("it is made once, lies beside the data, and nobody but root can change it", async () => {
  const folder = await openFolder();
  const npm = await outOfReach();
  const { postgres } = await runnableBinaries(npm, folder, NOBODY);
  expect(await says(postgres)).toBe("ours");
  for (const path of [postgres, dirname(postgres), dirname(dirname(postgres))]) await expectRoots(path);
  expect(dirname(dirname(dirname(postgres)))).toBe(folder);
  const { mtimeMs } = await lstat(postgres);
  await runnableBinaries(npm, folder, NOBODY);
  expect((await lstat(postgres)).mtimeMs).toBe(mtimeMs);
});

test.runIf(isRoot).each<[string, (copy: string) => Promise<void>]>([
  [
    "a folder of another user's",
    async (copy) => {
      await writePrograms(copy, "theirs");
      await chown(copy, OTHER, OTHER);
    },
  ],
  [
    "a link to one",
    async (copy) => {
      const theirs = await openFolder();
      await writePrograms(theirs, "theirs");
      await symlink(theirs, copy);
    },
  ],
  [
    "a folder that others may write to",
    async (copy) => {
      await writePrograms(copy, "theirs");
      await chmod(copy, 0o777);
    },
  ],
])("what was planted there is not run: %s", async (_, plant) => {
  const folder = await openFolder();
  await plant(join(folder, `postgres-binaries-${VERSION}`));
  const { postgres } = await runnableBinaries(await outOfReach(), folder, NOBODY);
  expect(await readFile(postgres, "utf8")).toContain("ours");
  await expectRoots(dirname(dirname(postgres)));
});

test.runIf(isRoot)("it is not laid where others could take its place", async () => {
  const folder = await openFolder();
  await chmod(folder, 0o777);
  await expect(runnableBinaries(await outOfReach(), folder, NOBODY)).rejects.toThrow(/chmod go-w/);
  await chmod(folder, 0o755);
  await chown(folder, OTHER, OTHER);
  await expect(runnableBinaries(await outOfReach(), folder, NOBODY)).rejects.toThrow(/chown root/);
});

/** A machine that has these users beside root. */
async function withUsers(...users: string[]) {
  const folder = await openFolder();
  const known = users.map((user) => `"$2" = ${user}`).join(" -o ") || "1 = 2";
  await writeFile(join(folder, "id"), `#!/bin/sh\n[ ${known} ] && echo ${OTHER}\n`);
  await chmod(join(folder, "id"), 0o755);
  const { PATH } = process.env;
  process.env.PATH = `${folder}:${PATH}`;
  onTestFinished(() => {
    process.env.PATH = PATH;
  });
}

test.runIf(isRoot)(
  "a machine with no user but nobody: practice runs, live says the line that makes one",
  async () => {
    await withUsers("nobody");
    const data = join(await openFolder(), "postgres");
    expect(await whoRuns(data, true)).toEqual({ uid: OTHER, gid: OTHER });
    await expect(whoRuns(data, false)).rejects.toThrow(/\n {2}useradd --system .* headgate\n/);
    await withUsers("nobody", "headgate");
    expect(await whoRuns(data, false)).toEqual({ uid: OTHER, gid: OTHER });
  },
);

test.runIf(isRoot)(
  "what is nobody's already gets another user, and what is another's stays theirs",
  async () => {
    await withUsers("postgres");
    const data = await openFolder();
    await chown(data, NOBODY.uid, NOBODY.gid);
    expect(await whoRuns(data, false)).toEqual({ uid: OTHER, gid: OTHER });
    expect(await whoRuns(data, true)).toEqual(NOBODY);
    await chown(data, 77, 78);
    expect(await whoRuns(data, false)).toEqual({ uid: 77, gid: 78 });
  },
);

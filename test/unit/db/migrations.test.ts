// The migrations as drizzle-kit wrote them: in order, whole, and in step with schema.ts.
import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const migrations = join(root, "migrations");

const Journal = z.object({ entries: z.array(z.object({ idx: z.int(), when: z.int(), tag: z.string() })) });
const Snapshot = z.object({ id: z.string(), prevId: z.string() });

const readJson = async (...path: string[]): Promise<unknown> =>
  JSON.parse(await readFile(join(migrations, ...path), "utf8"));
const readJournal = async () => Journal.parse(await readJson("meta", "_journal.json")).entries;

test("each is later than the one before: a merged one with an older time stamp would be skipped silently", async () => {
  const times = (await readJournal()).map(({ when }) => when);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
});

test("the journal names every file, in their order", async () => {
  const entries = await readJournal();
  const files = (await readdir(migrations)).filter((file) => file.endsWith(".sql"));
  expect(entries.map(({ tag }) => `${tag}.sql`)).toEqual(files.sort());
  expect(entries.map(({ idx }) => idx)).toEqual(entries.map((_, index) => index));
});

test("each begins where the one before ended: two made side by side would contradict each other", async () => {
  const entries = await readJournal();
  const snapshots = await Promise.all(
    entries.map(async ({ tag }) =>
      Snapshot.parse(await readJson("meta", `${tag.slice(0, 4)}_snapshot.json`)),
    ),
  );
  const [, ...later] = snapshots;
  expect(later.map(({ prevId }) => prevId)).toEqual(snapshots.slice(0, -1).map(({ id }) => id));
});

test("schema.ts is in step: drizzle-kit finds nothing to do", async () => {
  const folder = await mkdtemp(join(tmpdir(), "headgate-migrations-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(migrations, join(folder, "migrations"), { recursive: true });
  const schema = join(root, "src/db/schema.ts");
  const kit = join(root, "node_modules/drizzle-kit/bin.cjs");

  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      kit,
      "generate",
      "--dialect=postgresql",
      `--schema=${schema}`,
      "--out=migrations",
      "--casing=snake_case",
    ],
    { cwd: folder },
  );

  expect(stdout).toContain("No schema changes");
  expect(await readdir(join(folder, "migrations"))).toEqual(await readdir(migrations));
});

// Folders of a test's own, and what an export would have in its files.
import { mkdtemp, readdir, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { readSnapshot } from "../../src/db/snapshot.ts";
import type { Contents } from "../../src/slack/files/send.ts";

/** Removed when the test ends. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "headgate-folder-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What this process has open in a folder, also what has no name any more; nothing where the system does not tell. */
export async function listOpenIn(folder: string): Promise<string[]> {
  const all = await readdir("/proc/self/fd").catch(() => []);
  const paths = all.map((fd) => `/proc/self/fd/${fd}`);
  const targets = await Promise.all(paths.map((path) => readlink(path).catch(() => "")));
  return paths.filter((_, index) => targets[index]?.startsWith(folder));
}

/** By the files' names. */
export const readContents = (url: string, contents: Contents): Promise<Record<string, string>> =>
  readSnapshot(url, async (rows) => {
    const files: Record<string, string> = {};
    for (const [name, contentOf] of Object.entries(contents))
      files[name] = (await Array.fromAsync(contentOf(rows))).join("");
    return files;
  });

// The log of the built-in PostgreSQL: a file for each day, written by the server itself, and kept for a time.
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";

const FOLDER = "headgate-logs";
const DAY_MS = 86_400_000;

/** https://www.postgresql.org/docs/current/runtime-config-logging.html */
export const logSettings: Record<string, string> = {
  logging_collector: "on",
  log_directory: FOLDER,
  log_filename: "server-%Y-%m-%d.log",
  log_rotation_age: "1d",
  log_rotation_size: "0",
};

/** Removes what the server wrote longer ago. @param data the server's folder */
export async function forgetServerLogs(data: string, days: number): Promise<void> {
  for (const file of await listLogs(data)) {
    // Another instance may remove it at the same moment.
    const written = await stat(file).catch(() => undefined);
    if (written && Date.now() - written.mtimeMs > days * DAY_MS) await rm(file, { force: true });
  }
}

/** What the server said last. @param first what it said before it had a log of its own */
export async function lastWords(data: string, first: string): Promise<string> {
  const files = [first, ...(await listLogs(data)).slice(-1)];
  const said = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")));
  return said.map((text) => text.slice(-1500)).join("");
}

/** Their names tell their day. */
const listLogs = async (data: string): Promise<string[]> =>
  (await readdir(join(data, FOLDER)).catch(() => []))
    .filter((name) => /^server-.*\.log$/.test(name))
    .sort()
    .map((name) => join(data, FOLDER, name));

// Runs one of Headgate's programs as a person does: in a process of its own, in an empty folder.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** Writes down every connection that the process makes, however it makes it. */
const WATCHED = `import net from "node:net";
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const [first, second] = args.flat();
  const to = typeof first === "object" ? (first.path ?? first.host + ":" + first.port) : second + ":" + first;
  process.stderr.write("CONNECTS TO " + to + "\\n");
  return connect.apply(this, args);
};`;

export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "headgate-program-"));
  await chmod(folder, 0o755); // a PostgreSQL in it may run as another user
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export type Program = ReturnType<typeof runProgram>;

/** @param file below src/ @param settings the whole environment, but for the PATH */
export function runProgram(
  file: string,
  {
    cwd,
    settings = {},
    args = [],
    watched = false,
    preload,
  }: {
    cwd: string;
    settings?: Record<string, string>;
    args?: string[];
    watched?: boolean;
    /** A module's source, loaded before all else. */
    preload?: string;
  },
) {
  const path = fileURLToPath(new URL(`../../src/${file}`, import.meta.url));
  const modules = [...(watched ? [WATCHED] : []), ...(preload === undefined ? [] : [preload])];
  const imports = modules.flatMap((code) => ["--import", `data:text/javascript,${encodeURIComponent(code)}`]);
  const child = spawn(process.execPath, [...imports, path, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...settings },
  });
  const said = { out: "", err: "" };
  const looks = new Set<() => void>();
  const hear = (where: keyof typeof said) => (words: string) => {
    said[where] += words;
    for (const look of looks) look();
  };
  child.stdout.setEncoding("utf8").on("data", hear("out"));
  child.stderr.setEncoding("utf8").on("data", hear("err"));
  const closed = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await closed;
  });

  return {
    said,
    pid: child.pid ?? 0,
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    /** How it ended, when it has. */
    end: async () => {
      await closed;
      return { code: child.exitCode, ...said };
    },
    /** Waits for words on standard output. @throws Error if it ends without them */
    says: async (words: RegExp): Promise<RegExpExecArray> => {
      const heard = Promise.withResolvers<RegExpExecArray>();
      const look = () => {
        const found = words.exec(said.out);
        if (found) heard.resolve(found);
      };
      looks.add(look);
      look();
      const ended = closed.then(() => {
        throw new Error(`It ended without saying ${words}:\n${said.out}${said.err}`);
      });
      return Promise.race([heard.promise, ended]).finally(() => looks.delete(look));
    },
  };
}

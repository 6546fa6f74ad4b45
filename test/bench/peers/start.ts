// Installs the peers where they are missing, and starts the Redis that one of them needs.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../src/free-port.ts";
import { keep } from "../processes.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** @throws Error where npm can't */
export function installPeers(): void {
  if (existsSync(join(folder, "node_modules", ".package-lock.json"))) return;
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) throw new Error("The peers could not be installed; npm's own message is above.");
}

export type Redis = { port: number; stop(): Promise<void> };

/** An empty one that keeps what it is told, each second; undefined where there is none on this machine. */
export async function startRedis(): Promise<Redis | undefined> {
  const isThere = spawnSync("redis-server", ["--version"]).status === 0;
  if (!isThere) return undefined;
  const port = await freePort();
  const data = await mkdtemp(join(tmpdir(), "headgate-bench-redis-"));
  const settings = { port, bind: "127.0.0.1", dir: data, save: "", appendonly: "yes" };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn("redis-server", args, { stdio: "ignore" });
  const ended = keep(child).then(() => rm(data, { recursive: true, force: true }));
  while (!(await isOpen(port))) {
    if (child.exitCode !== null) throw new Error("redis-server ended as soon as it was started.");
    await wait(20);
  }
  return {
    port,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });

// Headgate as it is started by `npm start`: src/main.ts in a process of its own.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { freePort } from "../../src/free-port.ts";
import { SIGNING_SECRET } from "../../src/practice/stand-ins/slack/send.ts";
import { keep, type Place, pidOf, startHelper } from "./processes.ts";
import type { Provider, ProviderFiles } from "./provider/start.ts";
import type { BenchSlack } from "./slack.ts";
import { account, publicUrl, sender } from "./text.ts";

const { scripts } = z
  .object({ scripts: z.object({ start: z.string() }) })
  .parse(JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")));

/** Node as `npm start` starts it: for whatever runs Headgate's own code, and for nothing that it is measured against. */
export const asStarted = { NODE_OPTIONS: scripts.start.split(" ").slice(1, -1).join(" ") };

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

export type HeadgateOptions = {
  databaseUrl: string;
  slack: BenchSlack;
  provider: Provider;
  files: ProviderFiles;
  settings?: Record<string, string>;
};

export type Headgate = {
  port: number;
  pid: number;
  startedInMs: number;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

const environmentOf = (options: HeadgateOptions, port: number): Record<string, string> => ({
  ...asStarted,
  ...options.files.trust,
  DATABASE_URL: options.databaseUrl,
  SLACK_BOT_TOKEN: "xoxb-bench",
  SLACK_SIGNING_SECRET: SIGNING_SECRET,
  SLACK_ALERT_CHANNEL: "C0BOARD",
  SLACK_API_URL: options.slack.apiUrl,
  TWILIO_ACCOUNT_SID: account.accountSid,
  TWILIO_AUTH_TOKEN: account.authToken,
  TWILIO_FROM: sender.from,
  TWILIO_API_BASE_URL: options.provider.url,
  PUBLIC_URL: publicUrl,
  PORT: String(port),
  TIME_ZONE: "America/Los_Angeles",
  SEGMENTS_PER_SECOND: "1000",
  LOG_LEVEL: "warn",
  ...options.settings,
});

/** Away from any .env, and gone afterwards. */
const makeHome = () => mkdtemp(join(tmpdir(), "headgate-bench-home-"));

/** Returns as soon as its port is open. */
export async function startHeadgate(options: HeadgateOptions): Promise<Headgate> {
  const port = await freePort();
  const cwd = await makeHome();
  const begun = performance.now();
  const child = spawn(process.execPath, [main], {
    cwd,
    env: { PATH: process.env.PATH, ...environmentOf(options, port) },
    stdio: ["ignore", 2, 2],
  });
  const closed = keep(child);
  while (!(await isOpen(port))) {
    if (child.exitCode !== null) throw new Error("Headgate ended before its port was open.");
  }
  return {
    port,
    pid: pidOf(child),
    startedInMs: performance.now() - begun,
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      await closed;
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

const Delays = z.object({ p999Ms: z.number(), maxMs: z.number() });

/** The same, and it tells how its event loop fares. @param port where its callbacks are to go, if known before */
export async function startWatchedHeadgate(
  options: HeadgateOptions & { port?: number; core?: number },
): Promise<
  Omit<Headgate, "startedInMs"> & {
    beginWatch(): Promise<unknown>;
    /** How long the event loop was held up since the watch began. */
    delays(): Promise<z.infer<typeof Delays>>;
  }
> {
  const port = options.port ?? (await freePort());
  const cwd = await makeHome();
  const place: Place = { cwd, ...(options.core !== undefined && { core: options.core }) };
  const env = environmentOf(options, port);
  const { pid, ask, kill } = await startHelper("runs/headgate.ts", null, z.literal(true), env, place);
  while (!(await isOpen(port)));
  return {
    port,
    pid,
    beginWatch: () => ask("begin", z.literal(true)),
    delays: () => ask("end", Delays),
    stop: async (signal = "SIGTERM") => {
      await kill(signal);
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect({ port, host: "localhost" });
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    // Not at once again: looking must not slow down what is looked at.
    socket.once("error", () => setTimeout(done, 2, false));
  });

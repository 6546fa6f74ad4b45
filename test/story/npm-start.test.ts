// The two programs as a person starts them: live with and without its settings, and practice.

import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { takeLock } from "../../src/db/postgres/locks.ts";
import { freePort } from "../../src/free-port.ts";
import { people } from "../../src/practice/co-op/people.ts";
import { connectWorld, settingsFor } from "../../src/practice/start.ts";
import { startWorld, type World } from "../../src/practice/world.ts";
import { createTestDatabase } from "../helpers/database.ts";
import { emptyFolder, type Program, runProgram } from "../helpers/program.ts";
import { createReleaseDatabase, setFunctionsVersion } from "../helpers/release.ts";

const NEEDED = [
  "SLACK_BOT_TOKEN",
  "SLACK_SIGNING_SECRET",
  "TWILIO_ACCOUNT_SID",
  "TWILIO_AUTH_TOKEN",
  "PUBLIC_URL",
  "TIME_ZONE",
  "TWILIO_MESSAGING_SERVICE_SID or TWILIO_FROM",
];
/** Real in form, and nobody's. */
const LIVE = {
  SLACK_BOT_TOKEN: "xoxb-live-0000000000-live",
  SLACK_SIGNING_SECRET: "00000000000000000000000000000000",
  TWILIO_ACCOUNT_SID: `AC${"1".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "11111111111111111111111111111111",
  TWILIO_FROM: "+12065550100",
  PUBLIC_URL: "https://alerts.example.org",
  TIME_ZONE: "America/Denver",
};

const SOON = 20_000;

const inLines = ({ err }: { err: string }) => err.split("\n").filter((line) => line.startsWith("  "));

test("without settings it says in one message all that is missing, and that practice needs none", async () => {
  const cwd = await emptyFolder();
  // Where the machine's own time zone can't be the co-op's either, as on most servers.
  const ended = await runProgram("main.ts", { cwd, settings: { TZ: "UTC" } }).end();

  expect(ended).toMatchObject({ code: 1, out: "" });
  expect(inLines(ended).map((line) => line.trim())).toEqual(
    NEEDED.map((name) => expect.stringMatching(new RegExp(`^${name} (is|says|names|proves) .{20,}`))),
  );
  expect(ended.err).toContain("npm run practice");
  expect(ended.err).not.toContain("    at "); // no stack trace
  expect(await readdir(cwd)).toEqual([]);
});

test.each(["", "UTC", "Etc/UTC", "Nowhere", "EST5"])(
  "a machine whose time zone is %j is no co-op's: it does not start, and says what to set",
  async (TZ) => {
    const { TIME_ZONE: _, ...settings } = LIVE;
    const ended = await runProgram("main.ts", {
      cwd: await emptyFolder(),
      settings: { ...settings, TZ },
    }).end();
    expect(ended).toMatchObject({ code: 1, out: "" });
    expect(inLines(ended)).toEqual([
      expect.stringMatching(/^ {2}TIME_ZONE is .*, such as America\/Denver: /),
    ]);
  },
);

test("what is malformed is named as well, without what was typed there", async () => {
  const cwd = await emptyFolder();
  const wrong = {
    SLACK_BOT_TOKEN: "xoxp-somebodys-secret",
    TWILIO_ACCOUNT_SID: "AC123",
    TWILIO_FROM: "our number",
    PUBLIC_URL: "http://alerts.example.org",
    PORT: "eighty",
    TIME_ZONE: "Mill Creek",
    DATABASE_URL: "mysql://localhost/water",
    SLACK_ALERT_CHANNEL: "#board",
  };
  const ended = await runProgram("main.ts", { cwd, settings: wrong }).end();

  expect(ended).toMatchObject({ code: 1, out: "" });
  const lines = inLines(ended);
  for (const name of Object.keys(wrong)) {
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^  ${name} \\(malformed\\) must `)));
  }
  expect(lines).toHaveLength(Object.keys(wrong).length + 2); // and the two that are missing
  expect(ended.err).not.toContain("somebodys-secret");
});

test("a database that a newer version has used is left alone, and it says so", async () => {
  const url = await createReleaseDatabase("0.1.0");
  await setFunctionsVersion(url, 1_000);
  const settings = { ...LIVE, DATABASE_URL: url, PORT: "0" };
  const ended = await runProgram("main.ts", { cwd: await emptyFolder(), settings }).end();

  expect(ended.code).toBe(1);
  expect(ended.err).toMatch(/^Headgate could not start\. The database has been used by a newer version/);
});

test.runIf(process.platform !== "win32").each([
  [0o644, true],
  [0o640, true],
  [0o622, true],
  [0o600, false],
])("a file .env of mode %o: that others get at its secrets is said: %s", async (mode, isSaid) => {
  const cwd = await emptyFolder();
  const file = join(cwd, ".env");
  await writeFile(
    file,
    Object.entries(LIVE)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
  await chmod(file, mode);
  // Nothing listens there, so that it ends.
  const settings = { DATABASE_URL: "postgres://x:x@127.0.0.1:1/x", PORT: "0" };
  const { out } = await runProgram("main.ts", { cwd, settings }).end();
  expect(out.includes("chmod 600 .env")).toBe(isSaid);
});

test("settings may stand in a file named .env", async () => {
  const cwd = await emptyFolder();
  await writeFile(join(cwd, ".env"), "SLACK_BOT_TOKEN=xoxb-1\nPUBLIC_URL=https://alerts.example.org\n");
  const ended = await runProgram("main.ts", { cwd, settings: { PUBLIC_URL: "nowhere" } }).end();

  expect(ended.err).not.toContain("SLACK_BOT_TOKEN");
  expect(ended.err).toContain("PUBLIC_URL (malformed)"); // the environment wins
});

test("live against stand-ins: takes what the command line brought in and a signed /alert, and stops when told to", async () => {
  const world = await openWorld();
  const { ana } = people;
  const cwd = await emptyFolder();
  const settings = { ...settingsFor(world, 0), DATABASE_URL: await createTestDatabase(), LOG_LEVEL: "info" };
  await writeFile(
    join(cwd, "members.csv"),
    "Account,Name,Phone,Zone\n1,Ruth Abbott,(206) 555-0101,Hillside\n",
  );
  const imported = await runProgram("cli.ts", { cwd, settings, args: ["import", "members.csv"] }).end();
  expect(imported).toMatchObject({ code: 0, err: "" });

  const program = runProgram("main.ts", { cwd, settings });
  const port = await portOf(program);
  connectWorld(world, port);
  await isReady(port);

  await world.slack.runCommand(ana.id, "/alert", "The water is off.");
  const modal = await world.slack.until(() => world.slack.topView(ana.id), "the modal");
  expect(JSON.stringify(modal.content.blocks)).toContain("Hillside (1 member)");
  expect(program.said.out).toContain('"practice":true');

  program.signal("SIGTERM");
  expect(await program.end()).toMatchObject({ code: 0, err: "" });
  await expect(fetch(`http://localhost:${port}/healthz`)).rejects.toThrow();
});

test("live without a database of one's own: the built-in one, in ./data, which stops with it", async () => {
  const world = await openWorld();
  const cwd = await emptyFolder();
  const program = runProgram("main.ts", { cwd, settings: settingsFor(world, 0) });
  const port = await portOf(program);
  await isReady(port);
  expect(await readdir(join(cwd, "data", "postgres"))).toContain("postmaster.pid");

  program.signal("SIGINT");
  expect(await program.end()).toMatchObject({ code: 0, err: "" });
  expect(await readdir(join(cwd, "data", "postgres"))).not.toContain("postmaster.pid");
});

test("while another Headgate has ./data: alive, turns all else away, and takes over", async () => {
  const world = await openWorld();
  const cwd = await emptyFolder();
  await mkdir(join(cwd, "data"));
  const other = takeLock(join(cwd, "data", "headgate.lock"));
  const port = await freePort();
  const program = runProgram("main.ts", { cwd, settings: settingsFor(world, port) });
  await program.says(/Another Headgate has the database/);

  const ask = async (method: string, path: string) => {
    const response = await fetch(`http://localhost:${port}${path}`, { method });
    return `${response.status} ${await response.text()}`;
  };
  expect(await ask("GET", "/healthz")).toBe("200 ok\n");
  for (const [method, path] of [
    ["GET", "/readyz"],
    ["POST", "/slack/events"],
    ["POST", "/twilio/inbound"],
    ["GET", "/"],
  ] as const) {
    expect(await ask(method, path), path).toMatch(
      /^503 Another Headgate has the database in .* This one waits/,
    );
  }
  expect(await readdir(join(cwd, "data"))).toEqual(["headgate.lock"]);

  other?.release();
  await program.says(/"msg":"Headgate runs"/);
  await isReady(port);
  program.signal("SIGTERM");
  expect(await program.end()).toMatchObject({ code: 0, err: "" });
});

test.runIf(process.getuid?.() === 0)(
  "root on a machine with no user but nobody: the one line that makes one",
  async () => {
    const world = await openWorld();
    const cwd = await emptyFolder();
    await writeFile(join(cwd, "id"), '#!/bin/sh\n[ "$2" = nobody ] && echo 65534\n', { mode: 0o755 });
    const settings = { ...settingsFor(world, 0), PATH: `${cwd}:${process.env.PATH}` };
    const ended = await runProgram("main.ts", { cwd, settings }).end();
    expect(ended.code).toBe(1);
    expect(ended.err).toMatch(/^Headgate could not start\. .*\n\n {2}useradd --system .* headgate\n/);
    expect(await readdir(cwd)).toEqual(["id"]);
  },
);

test("the command line makes no database: it says where Headgate has to be started", async () => {
  const cwd = await emptyFolder();
  await writeFile(join(cwd, ".env"), `TIME_ZONE=${LIVE.TIME_ZONE}\n`);
  const ended = await runProgram("cli.ts", { cwd, args: ["board", "list"] }).end();
  expect(ended).toMatchObject({ code: 1, out: "" });
  expect(ended.err).toMatch(/^Nothing was changed\. There is no database in .*data\. Start Headgate first/);
  expect(await readdir(cwd)).toEqual([".env"]);
});

test.each<[string, (real: string) => string, string]>([
  ["nobody listens", () => "postgres://headgate:secret@127.0.0.1:1/x", "can't be reached"],
  ["there is no such machine", () => "postgres://headgate:secret@nowhere.invalid/x", "can't be reached"],
  ["the password is wrong", (real) => real.replace(/:\w+@/, ":secret@"), "the password in DATABASE_URL"],
  ["there is no such database", (real) => real.replace(/\w+$/, "secret"), "is not there. Create it first."],
])("a database of one's own where %s: one plain sentence", async (_, make, words) => {
  const world = await openWorld();
  const settings = { ...settingsFor(world, 0), DATABASE_URL: make(await createTestDatabase()) };
  const { code, err } = await runProgram("main.ts", { cwd: await emptyFolder(), settings }).end();

  expect({ code, lines: err.trim().split("\n") }).toEqual({
    code: 1,
    lines: [expect.stringContaining(words)],
  });
  expect(err).not.toContain("secret");
});

test("where Slack can't be reached, it runs all the same, and says so", async () => {
  const world = await openWorld();
  world.troubles.begin("slack-unreachable");
  const settings = { ...settingsFor(world, 0), DATABASE_URL: await createTestDatabase() };
  const program = runProgram("main.ts", { cwd: await emptyFolder(), settings });
  const port = await portOf(program);
  const text = expect.stringContaining("Slack can't be reached");
  await vi.waitFor(async () => expect(await readiness(port)).toMatchObject({ status: 503, text }), SOON);
});

test("practice sends an alert without a look at live credentials, and speaks to nobody outside", async () => {
  const trap = await openTrap();
  const live = {
    ...LIVE,
    SLACK_API_URL: `http://127.0.0.1:${trap.port}/api/`,
    TWILIO_API_BASE_URL: `http://127.0.0.1:${trap.port}`,
    DATABASE_URL: `postgres://live:live@127.0.0.1:${trap.port}/live`,
    HTTP_PROXY: `http://127.0.0.1:${trap.port}`,
    HTTPS_PROXY: `http://127.0.0.1:${trap.port}`,
    TWILIO_REGION: "au1",
    TWILIO_EDGE: "sydney",
  };
  const cwd = await emptyFolder();
  const lines = Object.entries(live).map(([name, value]) => `${name}=${value}`);
  await writeFile(join(cwd, ".env"), lines.join("\n"));
  const program = runProgram("practice/main.ts", { cwd, settings: { ...live, PORT: "0" }, watched: true });
  const [, url = ""] = await program.says(/Open (http:\/\/localhost:\d+)\//);
  expect(program.said.out).toContain("PRACTICE");

  await sendAlert(url);

  const wall = await vi.waitFor(async () => {
    const phones = Wall.parse(await (await fetch(`${url}/practice/phones`)).json());
    expect(phones.latest?.phones).toBeGreaterThan(0);
    return phones;
  }, SOON);
  expect(wall.latest?.body).toContain("The water is off.");
  program.signal("SIGTERM");
  const { code, err } = await program.end();

  expect(code).toBe(0);
  const hosts = [...err.matchAll(/^CONNECTS TO (.*):(\d+)$/gm)];
  expect(hosts.length).toBeGreaterThan(5);
  expect(hosts.filter(([, host]) => !/^(localhost|127\.0\.0\.1|::1)$/.test(host ?? ""))).toEqual([]);
  expect(trap.visits()).toBe(0);
}, 60_000);

test("npm's scripts start these programs", async () => {
  const file = new URL("../../package.json", import.meta.url);
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(file, "utf8")));
  expect(scripts.start).toMatch(/\bnode (--\S+ )*src\/main\.ts$/);
  expect(scripts.practice).toMatch(/\bnode src\/practice\/main\.ts$/);
});

async function openWorld(): Promise<World> {
  const world = await startWorld({ port: 0 });
  onTestFinished(world.close);
  return world;
}

const portOf = async (program: Program): Promise<number> =>
  Number((await program.says(/"port":(\d+),"msg":"Headgate runs"/))[1]);

async function readiness(port: number) {
  const response = await fetch(`http://localhost:${port}/readyz`);
  return { status: response.status, text: await response.text() };
}
/** The jobs have to go round once before they count as running. */
const isReady = (port: number): Promise<void> =>
  vi.waitFor(
    async () =>
      expect(await readiness(port)).toMatchObject({ status: 200, text: expect.stringMatching(/^ready\n/) }),
    SOON,
  );

/** Where nobody should ever come. */
async function openTrap() {
  let visits = 0;
  const server = createServer((socket) => {
    visits += 1;
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  onTestFinished(() => new Promise((closed) => server.close(() => closed())));
  const address = server.address();
  return { port: typeof address === "object" && address ? address.port : 0, visits: () => visits };
}

const Wall = z.object({ latest: z.object({ body: z.string(), phones: z.number() }).nullable() });
const State = z.object({
  channels: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      messages: z.array(z.object({ ts: z.string(), text: z.string() })),
    }),
  ),
  views: z.array(z.object({ id: z.string() })),
});

/** What a person does on the practice page, by what the page itself asks for and says. */
async function sendAlert(url: string): Promise<void> {
  const user = people.priya.id;
  const see = async () => State.parse(await (await fetch(`${url}/practice/slack/state?user=${user}`)).json());
  const act = async (deed: string, what: object) => {
    const body = JSON.stringify({ user, ...what });
    const answer = await fetch(`${url}/practice/slack/${deed}`, { method: "POST", body });
    expect(await answer.json()).toEqual({ errors: {} });
  };

  const board = (await see()).channels.find(({ name }) => name === "board-alerts");
  await act("type", { channelId: board?.id, text: "/alert The water is off." });
  const viewId = await vi.waitFor(async () => z.string().parse((await see()).views.at(-1)?.id), SOON);
  await act("submit", { viewId, typed: { "zones/zones": ["all"], "kind/kind": "emergency" } });
  const messageTs = await vi.waitFor(async () => {
    const { channels } = await see();
    const messages = channels.find(({ id }) => id === board?.id)?.messages ?? [];
    return z.string().parse(messages.find(({ text }) => text.startsWith("Please review"))?.ts);
  }, SOON);
  await act("click", { actionId: "confirm", at: { messageTs, channelId: board?.id } });
}

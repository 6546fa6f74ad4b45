// Whoever sends far too much, or nonsense, or a byte now and then, is refused and holds up nobody.
import { execFile } from "node:child_process";
import { connect, type Socket } from "node:net";
import { promisify } from "node:util";
import { expect, onTestFinished } from "vitest";
import { freePort } from "../../../src/free-port.ts";
import { connectWorld, settingsFor } from "../../../src/practice/start.ts";
import { startWorld } from "../../../src/practice/world.ts";
import { createTestDatabase } from "../../helpers/database.ts";
import { eventually } from "../../helpers/eventually.ts";
import { emptyFolder, runProgram } from "../../helpers/program.ts";
import { campaign } from "./campaign.ts";

const run = promisify(execFile);
const MEGABYTE = 1024 * 1024;
const FORM = "application/x-www-form-urlencoded";
const PATHS = ["/twilio/status?alert=1&delivery=1&attempt=1", "/twilio/inbound", "/slack/events"] as const;

/** What any of the three would be asked with, but for the body. */
const head = (path: string, more: string) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Twilio-Signature: x\r\nX-Slack-Signature: v0=0\r\n` +
  `X-Slack-Request-Timestamp: ${Math.floor(Date.now() / 1000)}\r\n${more}\r\n`;

const withBody =
  (body: string | Buffer, type = FORM) =>
  (path: string) =>
    Buffer.concat([
      Buffer.from(head(path, `Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`)),
      Buffer.from(body),
    ]);

const hostile: Record<string, (path: string) => Buffer> = {
  "one byte too many": withBody("x".repeat(MEGABYTE + 1)),
  "a megabyte of &": withBody("&".repeat(MEGABYTE)),
  "a megabyte of %": withBody("%".repeat(MEGABYTE)),
  "a megabyte of +": withBody(`Body=${"+".repeat(MEGABYTE - 5)}`),
  "a hundred thousand fields": withBody(Array.from({ length: 100_000 }, (_, n) => `a${n}=1`).join("&")),
  "one field a hundred thousand times": withBody("a=1&".repeat(100_000)),
  "deep JSON": withBody(`payload=${"[".repeat(500_000)}`),
  "a deep object": withBody(`payload=${'{"a":'.repeat(100_000)}`),
  "names of our own objects": withBody(
    "__proto__=1&constructor=2&toString=3&payload=%7B%22__proto__%22%3A1%7D",
  ),
  "no text at all": withBody(Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28, 0x80])),
  "compressed, it says": (path) =>
    Buffer.from(
      `${head(path, `Content-Type: ${FORM}\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n`)}a=1`,
    ),
  "several parts": withBody("--x\r\n\r\n1\r\n--x--", "multipart/form-data; boundary=x"),
  JSON: withBody('{"type":"event_callback"}', "application/json"),
  "no type": (path) => Buffer.from(`${head(path, "Content-Length: 3\r\n")}a=1`),
  nothing: withBody(""),
  "chunks of one byte": (path) =>
    Buffer.from(
      `${head(path, `Content-Type: ${FORM}\r\nTransfer-Encoding: chunked\r\n`)}${"1\r\na\r\n".repeat(20_000)}0\r\n\r\n`,
    ),
  "a chunk without an end": (path) =>
    Buffer.from(`${head(path, `Content-Type: ${FORM}\r\nTransfer-Encoding: chunked\r\n`)}zz\r\n`),
  "two lengths": (path) => Buffer.from(`${head(path, "Content-Length: 3\r\nContent-Length: 4\r\n")}a=1`),
  "a length and chunks": (path) =>
    Buffer.from(`${head(path, "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n")}0\r\n\r\n`),
  "a header of 20 KB": (path) => Buffer.from(head(path, `X-Long: ${"x".repeat(20_000)}\r\n`)),
  "ten thousand headers": (path) => Buffer.from(head(path, "X: y\r\n".repeat(10_000))),
  "a path of 20 KB": (path) => Buffer.from(head(`${path}${"x".repeat(20_000)}`, "")),
  "no HTTP": () => Buffer.from("\0\x01\x02 STOP\r\n\r\n"),
};

/** A connection that has said this much, and whatever was answered when it is closed. */
function say(port: number, words: Buffer): { socket: Socket; answer: Promise<string> } {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (data) => {
    answer += data;
  });
  socket.on("error", () => {});
  const closed = Promise.withResolvers<string>();
  socket.on("close", () => closed.resolve(answer));
  socket.write(words);
  return { socket, answer: closed.promise };
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

/** Each falls silent at another point of its request. */
const slow = (n: number): Buffer => {
  const path = PATHS[n % PATHS.length] ?? "/";
  const promised = head(path, `Content-Type: ${FORM}\r\nContent-Length: 500000\r\n`);
  switch (n % 4) {
    case 0:
      return Buffer.from("");
    case 1:
      return Buffer.from(promised.slice(0, 60));
    case 2:
      return Buffer.from(`${promised}Body=ST`);
    default:
      return Buffer.from(`${promised}Body=${"x".repeat(200_000)}`);
  }
};

campaign(
  "oversized, malformed and hostile bodies, slow connections",
  { short: 60, long: 500 },
  async (count, did) => {
    const world = await startWorld({ port: 0 });
    onTestFinished(world.close);
    const settings = {
      ...settingsFor(world, 0),
      DATABASE_URL: await createTestDatabase(),
      LOG_LEVEL: "error",
    };
    const port = await freePort();
    const program = runProgram("main.ts", {
      cwd: await emptyFolder(),
      settings: { ...settings, PORT: String(port), PUBLIC_URL: `http://localhost:${port}` },
    });
    connectWorld(world, port);
    await eventually(
      async () => (await fetch(`http://localhost:${port}/healthz`).catch(() => undefined))?.ok,
      "the port",
      { patience: 30_000 },
    );

    const memory = async () => {
      const { stdout } = await run("ps", ["-o", "rss=", "-p", String(program.pid)]);
      return Number(stdout) / 1024;
    };
    const isGoodAnswered = async () => {
      const { answer } = await world.twilio.reply("+15095550101", "is it safe for the cat?");
      expect(answer?.status).toBe(204);
    };
    let longest = 0;
    const refuseAll = async () => {
      for (const path of PATHS) {
        for (const [what, words] of Object.entries(hostile)) {
          const began = performance.now();
          const request = words(path);
          const status = statusOf(await say(port, request).answer);
          longest = Math.max(longest, performance.now() - began);
          // Where the rest of a large body is not read, TCP's reset may overtake the answer.
          const isHungUpOn = Number.isNaN(status) && request.length > MEGABYTE;
          expect
            .soft([what, path, isHungUpOn || (status >= 400 && status < 500) ? "4xx" : status])
            .toEqual([what, path, "4xx"]);
        }
      }
    };

    // Once everything is loaded, compiled and has been used.
    await refuseAll();
    await refuseAll();
    await isGoodAnswered();
    longest = 0;
    const before = await memory();
    const lingering = Array.from({ length: count }, (_, n) => say(port, slow(n)));
    onTestFinished(() => lingering.forEach(({ socket }) => void socket.destroy()));
    await isGoodAnswered();
    await refuseAll();
    let most = await memory();
    const allClosed = Promise.all(lingering.map(({ answer }) => answer));
    let isOver = false;
    void allClosed.then(() => {
      isOver = true;
    });
    // Until the last of them is cut off, everybody else is served.
    await eventually(
      async () => {
        await isGoodAnswered();
        most = Math.max(most, await memory());
        return isOver;
      },
      "the slow ones to be cut off",
      { patience: 60_000 },
    );
    const answers = await allClosed;
    // Whoever had said anything is told; the others are hung up on.
    const told = answers.map(statusOf).filter((status) => !Number.isNaN(status));
    expect(told.filter((status) => status !== 408 && status !== 413)).toEqual([]);
    expect(told).toContain(408);
    expect(longest).toBeLessThan(5_000);
    expect(most - before).toBeLessThan(50);
    expect(program.said.err).toBe("");
    did(
      `${count} slow connections cut off, ${PATHS.length * Object.keys(hostile).length} hostile requests beside them refused, ` +
        `the slowest after ${Math.round(longest)} ms, ${Math.round(most - before)} MB more at most`,
    );
  },
  0.2,
);

import { Agent, get, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { answer, listen, readBody } from "../../src/http.ts";
import { createLog } from "../../src/log.ts";

test("a connection that is kept alive does not keep the server open", { timeout: 3_000 }, async () => {
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const { server, port, serve } = await listen({ port: 0 }, createLog("silent"));
  serve({
    "GET /slow": async (_, response) => {
      arrived.resolve();
      await released.promise;
      answer(response, 200, "done");
    },
  });
  // As a proxy does, or a provider that has much to tell.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  const asked = new Promise<string>((resolve, reject) => {
    get({ port, path: "/slow", agent }, (response) => resolve(text(response))).on("error", reject);
  });
  await arrived.promise;

  const closed = new Promise((resolve) => server.close(resolve));
  released.resolve();

  expect(await asked).toBe("done");
  await closed;
});

test("who comes before there is anything to answer waits, and is answered then", async () => {
  const { server, port, serve } = await listen({ port: 0 }, createLog("silent"));
  onTestFinished(() => void server.close());
  const early = Promise.withResolvers<void>();
  server.once("request", () => early.resolve());
  const asked = fetch(`http://localhost:${port}/early`);
  await early.promise;
  serve({ "GET /early": (_, response) => answer(response, 200, "done") });
  expect(await (await asked).text()).toBe("done");
});

test("who waits for an answer for too long is told to come again", async () => {
  const clock = { ...systemClock, after: (_: number, run: () => void) => systemClock.after(0, run) };
  const { server, port } = await listen({ port: 0 }, createLog("silent"), clock);
  onTestFinished(() => void server.close());
  const { status } = await fetch(`http://localhost:${port}/early`);
  expect(status).toBe(503);
});

test("large bodies share a limit, so that many at once can't fill the memory; afterwards there is room again", async () => {
  const { server, port, serve } = await listen({ port: 0 }, createLog("silent"));
  onTestFinished(() => void server.close());
  serve({
    "POST /": async (request, response) => answer(response, 200, String((await readBody(request)).length)),
  });
  const SIZE = 1_000_000;
  const begin = () => {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const sent = request({ port, path: "/", method: "POST", headers: { "content-length": SIZE } }, (got) => {
      got.resume();
      resolve(got.statusCode);
    });
    sent.on("error", () => resolve(undefined));
    onTestFinished(() => void sent.destroy());
    sent.write(Buffer.alloc(SIZE - 1));
    return { answered: promise, end: () => sent.end("x") };
  };
  const many = Array.from({ length: 12 }, begin);
  // The rest is held back until the first is turned away.
  expect(await Promise.race(many.map(({ answered }) => answered))).toBe(413);
  for (const { end } of many) end();
  const statuses = await Promise.all(many.map(({ answered }) => answered));
  expect(statuses).toContain(200);
  const later = begin();
  later.end();
  expect(await later.answered).toBe(200);
});

test("it listens at the address that it is given, and at no other", async () => {
  const { server, port, serve } = await listen({ port: 0, host: "127.0.0.2" }, createLog("silent"));
  onTestFinished(() => void server.close());
  serve({ "GET /": (_, response) => answer(response, 200, "done") });
  expect(server.address()).toMatchObject({ address: "127.0.0.2" });
  expect(await (await fetch(`http://127.0.0.2:${port}/`)).text()).toBe("done");
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
});

test.each([
  ["a port that is taken", async () => (await openPort()).port, undefined, /^Port \d+ is taken/],
  [
    "an address that is not this machine's",
    async () => 0,
    "192.0.2.1",
    /^192\.0\.2\.1 is no address of this machine.*HOST/,
  ],
])("%s is said in plain words", async (_, findPort, host, words) => {
  const port = await findPort();
  await expect(listen({ port, host }, createLog("silent"))).rejects.toThrow(words);
});

async function openPort() {
  const listening = await listen({ port: 0 }, createLog("silent"));
  onTestFinished(() => void listening.server.close());
  return listening;
}

test("who hangs up before there is anything to answer is not waited for", { timeout: 3_000 }, async () => {
  const { server, port, serve } = await listen({ port: 0 }, createLog("silent"));
  onTestFinished(() => void server.close());
  const arrived = Promise.withResolvers<IncomingMessage>();
  server.once("request", arrived.resolve);
  const socket = connect(port, "localhost");
  socket.write("POST /early HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nhalf");
  const request = await arrived.promise;
  const gone = new Promise((resolve) => request.once("close", resolve));
  socket.destroy();
  await gone;
  const read = Promise.withResolvers<string>();
  serve({ "POST /early": (early) => read.resolve(readBody(early)) });
  await expect(read.promise).rejects.toThrow("aborted");
});

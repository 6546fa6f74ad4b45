// How we speak to Slack: once, and with posts that unfurl nothing.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { createLog } from "../../../src/log.ts";
import { createClients } from "../../../src/slack/wire/clients.ts";

/** A Slack that answers like this, and remembers what it was asked. */
async function openSlack(status: number, headers: Record<string, string> = {}, body = '{"ok":true}') {
  const asked: URLSearchParams[] = [];
  const server = createServer(async (request, response) => {
    asked.push(new URLSearchParams(await text(request)));
    if (status === 0) request.socket.destroy();
    else response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const apiUrl = `http://127.0.0.1:${address.port}/api/`;
  const dates: (string | null)[] = [];
  const log = createLog("silent");
  const clients = createClients({ botToken: "xoxb-1", apiUrl }, log, (date) => dates.push(date));
  return { asked, dates, clients: Object.values(clients) };
}

test.each([
  ["breaks off", 0, {}],
  ["fails", 500, {}],
  ["is away", 503, {}],
  ["has had enough for now", 429, { "retry-after": "0" }],
])("where Slack %s, nothing is asked a second time: it may have been done", async (_, status, headers) => {
  const { asked, clients } = await openSlack(status, headers);
  for (const client of clients) {
    await expect(client.chat.postMessage({ channel: "C1", text: "Boil your water." })).rejects.toThrow();
  }
  expect(asked).toHaveLength(clients.length);
});

test("no post unfurls anything, whatever it asks for; and the time of each answer is told", async () => {
  const { asked, dates, clients } = await openSlack(200);
  const message = { channel: "C1", text: "https://example.org", unfurl_links: true };
  for (const client of clients) await client.chat.postMessage(message);
  const unfurls = asked.map((form) => [form.get("unfurl_links"), form.get("unfurl_media")]);
  expect(unfurls).toEqual(clients.map(() => ["false", "false"]));
  expect(dates).toEqual(clients.map(() => expect.stringMatching(/GMT$/)));
});

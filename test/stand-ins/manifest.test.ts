// The stand-in Slack goes by the manifest of the app that is installed, whatever app that is.

import { createServer } from "node:http";
import { type ErrorCode, LogLevel, WebClient } from "@slack/web-api";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { channels, slackPeople } from "../../src/practice/co-op/people.ts";
import { readBody } from "../../src/practice/stand-ins/http.ts";
import { startWorld } from "../../src/practice/world.ts";
import headgate from "../../src/slack/manifest.json" with { type: "json" };
import { listen } from "../helpers/listen.ts";
import { manifestOf } from "../helpers/manifest.ts";

const [ana] = slackPeople;
const person = ana?.id ?? "";

/** A world with this app in it, and all that Slack sends to the app. */
async function install(manifest: unknown) {
  const world = await startWorld({ port: 0, slack: { manifest } });
  onTestFinished(world.close);
  const heard: string[] = [];
  const app = createServer(async (request, response) => {
    const body = (await readBody(request)).toString("utf8");
    heard.push(`${request.url} ${new URLSearchParams(body).get("command") ?? "something else"}`);
    response.end();
  });
  world.slack.connect(await listen(app));
  const client = new WebClient(world.slack.botToken, {
    slackApiUrl: `${world.url}/slack/api/`,
    retryConfig: { retries: 0 },
    logLevel: LogLevel.ERROR,
  });
  const state = await (await fetch(`${world.url}/practice/slack/state?user=${person}`)).json();
  return { ...world, client, heard, shown: Shown.parse(state) };
}

const Shown = z.object({
  app: z.object({ name: z.string() }),
  commands: z.array(z.object({ command: z.string(), description: z.string(), usageHint: z.string() })),
});

const answerTo = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => "ok",
    (error: { code?: ErrorCode; data?: unknown }) => error.data,
  );

test("practice installs Headgate as its manifest says", async () => {
  const { shown, slack } = await install(headgate);
  expect(shown.app.name).toBe(headgate.display_information.name);
  expect(shown.commands).toEqual(
    headgate.features.slash_commands.map(({ command, description, usage_hint = "" }) => ({
      command,
      description,
      usageHint: usage_hint,
    })),
  );
  expect([...slack.workspace.app.scopes]).toEqual(headgate.oauth_config.scopes.bot);
});

test("another app has another name, other commands and its own addresses", async () => {
  const { shown, slack, heard, client } = await install({
    ...manifestOf({ name: "Tea Round" }),
    features: {
      slash_commands: [
        { command: "/tea", url: "https://tea.example.com/pour", description: "Ask who wants tea" },
      ],
    },
  });
  expect(shown.app.name).toBe("Tea Round");
  expect(shown.commands).toEqual([{ command: "/tea", description: "Ask who wants tea", usageHint: "" }]);
  expect(await client.auth.test()).toMatchObject({ user: "tea round" });

  expect((await slack.runCommand(person, "/tea")).failure).toBeUndefined();
  expect((await slack.runCommand(person, "/alert")).failure).toBe("/alert is not a valid command.");
  await slack.send({ payload: JSON.stringify({ type: "block_actions" }) });
  expect(heard).toEqual(["/pour /tea", "/slack/events something else"]);
});

test("a scope that is not in the manifest is missing, and no other", async () => {
  const { client, slack } = await install(manifestOf({ scopes: ["chat:write", "commands", "files:write"] }));
  expect(await answerTo(client.users.info({ user: person }))).toMatchObject({
    error: "missing_scope",
    needed: "users:read",
    provided: "chat:write,commands,files:write",
  });
  const { id: channel } = channels.board;
  expect(await answerTo(client.chat.postMessage({ channel, text: "Hello" }))).toBe("ok");
  expect((await slack.runCommand(person, "/alert")).failure).toBeUndefined();

  const without = await install(manifestOf({ scopes: ["chat:write"] }));
  expect((await without.slack.runCommand(person, "/alert")).failure).toBe("/alert is not a valid command.");
});

test.each([
  ["no name", { ...manifestOf({}), display_information: {} }],
  ["a command without its slash", manifestOf({ commands: ["alert"] })],
  ["no scopes", { ...manifestOf({}), oauth_config: {} }],
])("a manifest with %s can't be installed", async (_, manifest) => {
  await expect(install(manifest)).rejects.toThrow();
});

// What Slack tells an app by itself, by the makers' rules: https://docs.slack.dev/apis/events-api

import { createServer } from "node:http";
import { expect, test } from "vitest";
import { z } from "zod";
import { readBody } from "../../src/practice/stand-ins/http.ts";
import { signSlack } from "../../src/practice/stand-ins/slack/slack.ts";
import { directChannel } from "../../src/practice/stand-ins/slack/workspace.ts";
import { listen } from "../helpers/listen.ts";
import { manifestOf } from "../helpers/manifest.ts";
import { home, setUp } from "../helpers/stand-in-slack.ts";

const url = "https://app.example.com/slack/told";
/** An app that people can write to, and that has asked for this. */
function manifestWith(events: string[], scopes: string[], takesMessages = true) {
  const manifest = manifestOf({ scopes: ["chat:write", "commands", "im:write", ...scopes] });
  return {
    ...manifest,
    features: {
      ...manifest.features,
      app_home: { messages_tab_enabled: true, messages_tab_read_only_enabled: !takesMessages },
    },
    settings: { ...manifest.settings, event_subscriptions: { request_url: url, bot_events: events } },
  };
}
const both = manifestWith(["message.im", "app_mention"], ["im:history", "app_mentions:read"]);

/** The app, which answers as the test says. */
async function listening(answers: number[], { manifest = both as unknown } = {}) {
  const { slack, client } = await setUp({ manifest, ackTimeout: 200, eventRetriesMs: [20, 40, 60] });
  const told: { url: string | undefined; headers: Record<string, unknown>; body: string; at: number }[] = [];
  const app = createServer(async (request, response) => {
    const body = (await readBody(request)).toString("utf8");
    told.push({ url: request.url, headers: request.headers, body, at: performance.now() });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    // 0: no answer at all.
    if (answer) response.writeHead(answer).end();
  });
  slack.connect(await listen(app));
  const write = (text: string) => slack.type("U0ANA", directChannel(slack.workspace, "U0ANA").id, text);
  return { slack, client, told, write };
}

const Told = z.looseObject({
  type: z.literal("event_callback"),
  team_id: z.string(),
  event_id: z.string(),
  event: z.looseObject({ type: z.string(), text: z.string().optional() }),
});
const eventOf = ({ body }: { body: string }) => Told.parse(JSON.parse(body));
const settle = (ms = 300) => new Promise((done) => setTimeout(done, ms));

test("a direct message is told as signed JSON, once where it is taken", async () => {
  const { slack, told, write } = await listening([200]);
  await write("Hello & <b>");
  await settle();
  expect(told).toHaveLength(1);
  const [first] = told;
  if (!first) throw new Error("nothing was told");
  expect(first.url).toBe("/slack/told");
  expect(first.headers["content-type"]).toBe("application/json");
  const stamp = String(first.headers["x-slack-request-timestamp"]);
  expect(first.headers["x-slack-signature"]).toBe(signSlack(slack.signingSecret, stamp, first.body));
  expect(first.headers["x-slack-retry-num"]).toBeUndefined();
  expect(eventOf(first)).toMatchObject({
    team_id: slack.teamId,
    event: { type: "message", channel_type: "im", user: "U0ANA", text: "Hello & <b>", team: slack.teamId },
  });
});

test.each([
  { how: "with an error", answers: [500, 500, 200], reasons: [undefined, "http_error", "http_error"] },
  { how: "too late", answers: [0, 200], reasons: [undefined, "http_timeout"] },
  { how: "never well", answers: [500], reasons: [undefined, "http_error", "http_error", "http_error"] },
])(
  "what is answered $how is told again, at most three times, by the same id",
  async ({ answers, reasons }) => {
    const { told, write } = await listening(answers);
    await write("Hello");
    await settle(800);
    expect(told.map(({ headers }) => headers["x-slack-retry-reason"])).toEqual(reasons);
    expect(told.map(({ headers }) => headers["x-slack-retry-num"])).toEqual(
      reasons.map((_, nth) => (nth === 0 ? undefined : String(nth))),
    );
    expect(new Set(told.map((each) => eventOf(each).event_id)).size).toBe(1);
  },
);

test("the app's own direct messages are told too, as a bot's, and what is changed as a change", async () => {
  const { client, told } = await listening([200]);
  const posted = await client.chat.postMessage({ channel: "U0ANA", text: "From the app" });
  await client.chat.update({ channel: posted.channel ?? "", ts: posted.ts ?? "", text: "Changed" });
  await settle();
  expect(told.map((each) => eventOf(each).event)).toMatchObject([
    { type: "message", bot_id: expect.stringMatching(/^B/), text: "From the app" },
    { type: "message", subtype: "message_changed", message: { text: "Changed" } },
  ]);
});

test("a mention is told where the app is named, and nothing else of a channel", async () => {
  const { slack, told } = await listening([200]);
  await slack.type("U0ANA", home.id, "Good morning");
  await slack.type("U0ANA", home.id, "@The App are you there?");
  await settle();
  expect(told.map((each) => eventOf(each).event)).toMatchObject([
    { type: "app_mention", text: `<@${slack.workspace.app.userId}> are you there?`, channel: home.id },
  ]);
});

test.each([
  ["an event that it has not asked for", manifestWith([], ["im:history"])],
  ["an event without its scope", manifestWith(["message.im"], [])],
])("an app is not told of %s", async (_, manifest) => {
  const { told, write } = await listening([200], { manifest });
  await write("Hello");
  await settle();
  expect(told).toEqual([]);
});

test("nobody can write to an app whose manifest does not let them, nor is an uninstalled one told", async () => {
  const closed = await listening([200], { manifest: manifestWith(["message.im"], ["im:history"], false) });
  expect(await closed.write("Hello")).toMatchObject({ failure: expect.stringContaining("turned off") });
  const open = await listening([200]);
  open.slack.uninstallApp();
  await open.write("Hello");
  await settle();
  expect([...closed.told, ...open.told]).toEqual([]);
});

test("a change to somebody's account is told where the app asks for it and may read people, and no other", async () => {
  const names = ["user_change", "user_guest_status_changed"];
  const { slack, told, client } = await listening([200], { manifest: manifestWith(names, ["users:read"]) });
  const deeds: Parameters<typeof slack.changePerson>[] = [
    ["U0ANA", { realName: "Ana Ortiz-Lee" }],
    ["U0BEN", { isRestricted: true }],
    ["U0BEN", { deleted: true }],
    ["U0ANA", { deleted: true }],
  ];
  for (const deed of deeds) slack.changePerson(...deed);
  await settle();
  const heard = told.map((each) => eventOf(each).event);
  expect(heard.map(({ type }) => type).sort()).toEqual([
    ...Array(4).fill("user_change"),
    ...Array(2).fill("user_guest_status_changed"),
  ]);
  const user = { id: "U0BEN", is_restricted: true, team_id: slack.teamId };
  expect(heard).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        type: "user_change",
        user: expect.objectContaining({ id: "U0ANA", real_name: "Ana Ortiz-Lee", deleted: false }),
      }),
      expect.objectContaining({
        type: "user_guest_status_changed",
        user: expect.objectContaining({ ...user, deleted: false }),
        cache_ts: expect.any(Number),
        event_ts: expect.any(String),
      }),
      expect.objectContaining({
        type: "user_change",
        user: expect.objectContaining({ ...user, deleted: true }),
      }),
    ]),
  );
  expect((await client.users.info({ user: "U0ANA" })).user).toMatchObject({ deleted: true });
  expect(slack.messages("U0ANA", home.id)).toEqual([]);
  expect(slack.workspace.channels.get(home.id)?.members.has("U0ANA")).toBe(false);
  slack.changePerson("U0ANA", { deleted: false });
  expect(slack.workspace.channels.get(home.id)?.members.has("U0ANA")).toBe(true);
});

test.each([
  ["without its scope", manifestWith(["user_change", "user_guest_status_changed"], [])],
  ["without asking", manifestWith(["message.im"], ["users:read", "im:history"])],
])("an app is not told of people %s", async (_, manifest) => {
  const { slack, told } = await listening([200], { manifest });
  slack.changePerson("U0ANA", { isRestricted: true });
  await settle();
  expect(told).toEqual([]);
});

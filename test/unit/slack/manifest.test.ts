// The Slack app's manifest against the code: every scope it needs, and no more.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { methods } from "../../../src/practice/stand-ins/slack/methods/methods.ts";
import {
  accountNews,
  commands,
  type EventName,
  messages,
  openings,
  shortcuts,
} from "../../../src/slack/index.ts";
import manifestFile from "../../../src/slack/manifest.json" with { type: "json" };

const url = z.literal("https://YOUR-PUBLIC-URL/slack/events");
/** Strict: it notices a feature that is switched on here and that no code serves. */
const manifest = z
  .strictObject({
    display_information: z.strictObject({
      name: z.string().max(35),
      description: z.string().max(140),
      background_color: z.string().regex(/^#[0-9a-f]{6}$/),
    }),
    features: z.strictObject({
      app_home: z.strictObject({
        home_tab_enabled: z.literal(true),
        messages_tab_enabled: z.literal(true),
        messages_tab_read_only_enabled: z.literal(false),
      }),
      bot_user: z.strictObject({ display_name: z.string().max(80), always_online: z.boolean() }),
      shortcuts: z.array(
        z.strictObject({
          name: z.string().max(24),
          type: z.literal("global"),
          callback_id: z.string().max(255),
          description: z.string().max(150),
        }),
      ),
      slash_commands: z.array(
        z.strictObject({
          command: z.string().max(32),
          url,
          description: z.string().max(2000),
          usage_hint: z.string().max(1000).optional(),
          should_escape: z.literal(false),
        }),
      ),
    }),
    oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
    settings: z.strictObject({
      interactivity: z.strictObject({
        is_enabled: z.literal(true),
        request_url: url,
        message_menu_options_url: url,
      }),
      event_subscriptions: z.strictObject({ request_url: url, bot_events: z.array(z.string()) }),
      org_deploy_enabled: z.literal(false),
      socket_mode_enabled: z.literal(false),
      token_rotation_enabled: z.literal(false),
    }),
  })
  .parse(manifestFile);

const src = new URL("../../../src/", import.meta.url);
const code = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.startsWith("practice"))
  .map((file) => readFileSync(new URL(file.replaceAll("\\", "/"), src), "utf8"))
  .join("\n");

/** By what is called, whatever the client's name: every family of methods that Slack has. */
const families =
  "api|apps|auth|bookmarks|bots|canvases|chat|conversations|dnd|emoji|files|migration|pins|reactions|" +
  "reminders|search|team|usergroups|users|views|workflows|admin|functions|assistant";
const called = new Set(
  [...code.matchAll(new RegExp(`\\.\\s*(${families})\\s*\\.\\s*(\\w+)\\(`, "g"))].map(
    ([, family, name]) => `${family}.${name}`,
  ),
);

test("the commands are those of the listener table", () => {
  const { slash_commands } = manifest.features;
  expect(slash_commands.map(({ command }) => command).sort()).toEqual(Object.keys(commands).sort());
});

test("the shortcuts are those of the listener table", () => {
  const names = manifest.features.shortcuts.map(({ callback_id }) => callback_id);
  expect(names.sort()).toEqual(Object.keys(shortcuts).sort());
});

test("the events are those of the listener table", () => {
  expect(manifest.settings.event_subscriptions.bot_events.sort()).toEqual(
    [...Object.keys({ ...messages, ...openings }), ...accountNews].sort(),
  );
});

test("Slack calls the very address that is served", () => {
  expect(code).toContain('"POST /slack/events"');
});

test("calls of the Web API are written out by their names, so that they are found here", () => {
  expect(code).not.toMatch(/(?<!super)\.apiCall\(|slack\.com\/api\/\w/);
  expect([...called]).toEqual(
    expect.arrayContaining(["auth.test", "chat.update", "files.completeUploadExternal", "views.open"]),
  );
});

/** By method, where it depends on what is asked: the board's channel may be public or private. */
const byKind: Record<string, string[]> = {
  "conversations.info": ["channels:read", "groups:read"],
  "conversations.history": ["channels:history", "groups:history"],
};
/** By event: https://docs.slack.dev/reference/events */
const ofEvents = {
  "message.im": "im:history",
  app_mention: "app_mentions:read",
  app_home_opened: undefined,
  user_change: "users:read",
} satisfies Record<EventName, string | undefined>;
const ofEventsNeeded = Object.values(ofEvents).filter((scope) => scope !== undefined);

test("every scope that a call needs is there, and none without a call", () => {
  const needed = [...called].flatMap((name) => {
    const method = methods[name];
    if (!method) throw new Error(`The stand-in Slack knows no ${name}, so nobody knows its scope.`);
    if (typeof method.scope !== "function") return method.scope === undefined ? [] : [method.scope];
    return byKind[name] ?? [`the scopes of ${name}`];
  });
  const scopes = new Set(["commands", ...ofEventsNeeded, ...needed]);
  expect([...manifest.oauth_config.scopes.bot].sort()).toEqual([...scopes].sort());
});

// What people of a workspace do to an app, and what Slack then answers, by the makers' documentation.
import type { BlockAction } from "@slack/bolt";
import { expect, test } from "vitest";
import { manifestOf } from "../helpers/manifest.ts";
import { elsewhere, home, plain, setUp, slackError } from "../helpers/stand-in-slack.ts";

const secret = { id: "C0SECRET", name: "secret", hasApp: true, isPrivate: true };
const scopes = ["chat:write", "commands", "files:write", "im:write", "users:read"];
const reading = [...scopes, "channels:read", "groups:read", "im:read"];
const button = (value = "7", text = "Stop") => ({
  type: "actions",
  elements: [{ type: "button", action_id: "stop", value, text: plain(text) }],
});

async function setUpWith(given = reading, more: Parameters<typeof setUp>[0] = {}) {
  const channels = [home, elsewhere, secret] as const;
  const set = await setUp({ channels, manifest: manifestOf({ scopes: given }), ...more });
  const { client } = set;
  const { ts = "" } = await client.chat.postMessage({ channel: home.id, text: "Hello" });
  /** What each method that writes answers for a channel. */
  const answers = async (channel: string, at = ts) => ({
    post: await slackError(client.chat.postMessage({ channel, text: "hi" })),
    update: await slackError(client.chat.update({ channel, ts: at, text: "changed" })),
    whisper: await slackError(client.chat.postEphemeral({ channel, user: "U0ANA", text: "psst" })),
    upload: await slackError(
      client.files.uploadV2({ channel_id: channel, filename: "a.csv", content: "a", initial_comment: "a" }),
    ),
  });
  const all = (error: string) => ({ post: error, update: error, whisper: error, upload: error });
  const info = (channel: string) => client.conversations.info({ channel, include_num_members: true });
  return { ...set, ts, answers, all, info };
}

test("the app was taken out of a public channel, and is invited again", async () => {
  const { slack, answers, all, info } = await setUpWith();
  expect(await answers(home.id)).toEqual(all("ok"));
  slack.removeApp(home.id);
  expect(await answers(home.id)).toEqual(all("not_in_channel"));
  expect((await info(home.id)).channel).toMatchObject({
    is_member: false,
    is_private: false,
    num_members: 2,
  });
  await slack.type("U0ANA", home.id, "/invite @the app");
  expect(await answers(home.id)).toEqual(all("ok"));
  expect((await info(home.id)).channel).toMatchObject({ name: home.name, is_member: true, num_members: 3 });
  await slack.type("U0ANA", home.id, "/remove @The App");
  expect(await answers(home.id)).toEqual(all("not_in_channel"));
});

test("a private channel that the app is not in does not exist for it", async () => {
  const { slack, client, answers, all, info } = await setUpWith();
  const { ts = "" } = await client.chat.postMessage({ channel: secret.id, text: "hi" });
  expect((await info(secret.id)).channel).toMatchObject({ is_private: true, is_member: true });
  slack.removeApp(secret.id);
  expect(await answers(secret.id, ts)).toEqual(all("channel_not_found"));
  expect(await slackError(info(secret.id))).toBe("channel_not_found");
  const link = client.chat.getPermalink({ channel: secret.id, message_ts: ts });
  expect(await slackError(link)).toBe("channel_not_found");
});

test("in an archived channel nobody writes, neither the app nor a person", async () => {
  const { slack, answers, all, info } = await setUpWith();
  slack.archive(home.id);
  expect(await answers(home.id)).toEqual({ ...all("is_archived"), update: "is_inactive" });
  expect((await info(home.id)).channel).toMatchObject({ is_archived: true });
  for (const line of ["hello", "/alert"]) {
    expect((await slack.type("U0ANA", home.id, line)).failure).toMatch(/archived/);
  }
  slack.archive(home.id, false);
  expect(await answers(home.id)).toEqual(all("ok"));
});

test.each(["account_inactive", "token_revoked"] as const)(
  "uninstalled: %s, and nothing works",
  async (error) => {
    const { slack, app, client, answers, all, info } = await setUpWith();
    app.command("/alert", async ({ ack }) => ack("Hello"));
    app.action("stop", async ({ ack }) => ack());
    const blocks = [button()];
    const { ts = "" } = await client.chat.postMessage({ channel: home.id, text: "Stop?", blocks });
    slack.uninstallApp(error);
    expect(await answers(home.id)).toEqual(all(error));
    expect(await slackError(info(home.id))).toBe(error);
    expect(await slackError(client.auth.test())).toBe(error);
    expect((await slack.runCommand("U0ANA", "/alert")).failure).toBe("/alert is not a valid command.");
    expect(await slack.click("U0ANA", { messageTs: ts, actionId: "stop" })).toMatchObject({
      failure: "Oh no, something went wrong. Please try that again.",
      answer: undefined,
    });
    slack.reinstallApp();
    expect(await answers(home.id)).toEqual(all("ok"));
    expect((await slack.runCommand("U0ANA", "/alert")).failure).toBeUndefined();
  },
);

test("a message can be changed as long as the workspace allows, and only as long as it is there", async () => {
  let now = new Date();
  const { slack, client, ts } = await setUpWith(reading, { now: () => now });
  const update = () => slackError(client.chat.update({ channel: home.id, ts, text: "changed" }));
  slack.allowEditing(5);
  expect(await update()).toBe("ok");
  now = new Date(now.getTime() + 5 * 60_000 + 1000);
  expect(await update()).toBe("edit_window_closed");
  slack.allowEditing(undefined);
  expect(await update()).toBe("ok");
  const [message] = slack.messages("U0ANA");
  if (message) slack.deleteMessage(message);
  expect(await update()).toBe("message_not_found");
  const reply = client.chat.postMessage({ channel: home.id, thread_ts: ts, text: "more" });
  expect(await slackError(reply)).toBe("thread_not_found");
});

test("a person's id is a place to post to, and none to change a message in", async () => {
  const { client } = await setUpWith();
  const { channel = "", ts = "" } = await client.chat.postMessage({ channel: "U0ANA", text: "psst" });
  const update = (at: string) => slackError(client.chat.update({ channel: at, ts, text: "changed" }));
  expect(await update("U0ANA")).toBe("channel_not_found");
  expect(await update(channel)).toBe("ok");
});

test("conversations.info needs the scope of just this kind of channel, and the app a new installation", async () => {
  const { slack, client } = await setUpWith(scopes);
  const ask = (channel: string) =>
    client.conversations.info({ channel }).then(
      () => "ok",
      ({ data }) => [data.error, data.needed].filter(Boolean).join(" "),
    );
  const every = "channels:read,groups:read,im:read,mpim:read";
  expect(await ask(home.id)).toBe(`missing_scope ${every}`);
  slack.reinstallApp([...scopes, "channels:read"]);
  expect(await ask(home.id)).toBe("ok");
  expect(await ask(secret.id)).toBe("missing_scope groups:read");
  const { channel } = await client.conversations.open({ users: "U0ANA" });
  expect(await ask(channel?.id ?? "")).toBe("missing_scope im:read");
  slack.reinstallApp(reading);
  expect(await ask(secret.id)).toBe("ok");
  expect(await ask(channel?.id ?? "")).toBe("ok");
  expect(await ask("C0NOWHERE")).toBe("channel_not_found");
});

test("conversations.history: the channel's own messages, the newest first, page by page, each kind with its scope", async () => {
  const { slack, client, ts } = await setUpWith([...scopes, "channels:history"]);
  const other = await client.chat.postMessage({ channel: home.id, text: "Once more" });
  await client.chat.postMessage({ channel: home.id, thread_ts: ts, text: "in the thread" });
  await client.chat.postEphemeral({ channel: home.id, user: "U0ANA", text: "psst" });
  await slack.type("U0ANA", home.id, "Good morning");
  const ask = (channel: string, more: object = {}) => client.conversations.history({ channel, ...more });

  const all = await ask(home.id);
  expect(all.messages?.map(({ text }) => text)).toEqual(["Good morning", "Once more", "Hello"]);
  expect(all.messages?.map(({ bot_id }) => bot_id !== undefined)).toEqual([false, true, true]);
  expect(all).toMatchObject({ has_more: false });
  const first = await ask(home.id, { limit: 2 });
  expect(first).toMatchObject({ has_more: true, messages: [{ user: "U0ANA" }, { ts: other.ts }] });
  const rest = await ask(home.id, { limit: 2, cursor: first.response_metadata?.next_cursor });
  expect(rest).toMatchObject({ has_more: false, messages: [{ ts }] });
  expect(await slackError(ask(home.id, { cursor: "elsewhere" }))).toBe("invalid_cursor");

  expect(await slackError(ask(secret.id))).toBe("missing_scope");
  expect(await slackError(ask("C0NOWHERE"))).toBe("channel_not_found");
  expect(await slackError(ask(elsewhere.id))).toBe("not_in_channel");
  slack.reinstallApp(scopes);
  expect(await slackError(ask(home.id))).toBe("missing_scope");
});

test("a permalink names the channel, the message and its thread", async () => {
  const { client, ts } = await setUpWith();
  const reply = await client.chat.postMessage({ channel: home.id, thread_ts: ts, text: "more" });
  const linkTo = async (message_ts = "") =>
    (await client.chat.getPermalink({ channel: home.id, message_ts })).permalink;
  const place = `https://practice.slack.com/archives/${home.id}`;
  expect(await linkTo(ts)).toBe(`${place}/p${ts.replace(".", "")}`);
  const inThread = `p${reply.ts?.replace(".", "")}?thread_ts=${ts}&cid=${home.id}`;
  expect(await linkTo(reply.ts)).toBe(`${place}/${inThread}`);
  expect(await slackError(linkTo("1.1"))).toBe("message_not_found");
});

test("a reply stands in the channel too where it is broadcast, and only then", async () => {
  const { slack, client, ts } = await setUpWith();
  const post = (more: object) =>
    client.chat.postMessage({ channel: home.id, text: "more", ...more }).then(({ message }) => message);
  expect(await post({ thread_ts: ts })).not.toHaveProperty("subtype");
  expect(await post({ thread_ts: ts, reply_broadcast: true })).toMatchObject({
    subtype: "thread_broadcast",
    root: { ts, text: "Hello" },
  });
  // Without a thread there is nothing to broadcast.
  expect(await post({ reply_broadcast: true })).not.toHaveProperty("subtype");
  expect(slack.messages("U0ANA").map(({ isBroadcast }) => isBroadcast)).toEqual([false, false, true, false]);
  expect(slack.thread(home.id, ts)).toHaveLength(2);
});

test("each change of a message gives its blocks new ids; who was still reading the old ones is heard", async () => {
  const { slack, app, client } = await setUpWith();
  const seen: unknown[] = [];
  app.action<BlockAction>("stop", async ({ ack, action, body }) => {
    await ack();
    const shown: unknown = body.message?.blocks?.[0]?.block_id;
    seen.push({ pressed: action.block_id, value: "value" in action && action.value, shown });
  });
  const blocks = [button("7"), button("8")];
  const { ts = "" } = await client.chat.postMessage({ channel: home.id, text: "1", blocks });
  const ids = () =>
    slack
      .messages("U0ANA")
      .find((it) => it.ts === ts)
      ?.blocks.map((it) => it.block_id) ?? [];
  const [first = "", second = ""] = ids();
  const update = (next: ReturnType<typeof button>[]) =>
    client.chat.update({ channel: home.id, ts, text: "2", blocks: next });
  const press = (value: string, blockId: string) =>
    slack.click("U0BEN", { messageTs: ts, actionId: "stop", value, blockId });

  await update([button("7"), button("8"), button("9")]);
  await update([button("7", "Stop it"), button("8")]);
  const [now = ""] = ids();
  expect([first, second]).not.toContain(now);
  await press("8", second);
  await press("7", first);
  // What is gone by now was there when the person looked: the app hears of it, and must know what to say.
  await press("9", "b-of-then");
  await update([]);
  await press("8", second);
  expect(seen).toEqual([
    { pressed: second, value: "8", shown: now },
    { pressed: first, value: "7", shown: now },
    { pressed: "b-of-then", value: "9", shown: now },
    { pressed: second, value: "8", shown: undefined },
  ]);
  await expect(press("10", first)).rejects.toThrow(/nothing to press/);
});

test("an ephemeral message has buttons that work, and goes where its answer says", async () => {
  const { slack, app, client } = await setUpWith();
  app.action<BlockAction>("stop", async ({ ack, respond }) => {
    await ack();
    await respond({ delete_original: true });
  });
  const whisper = { channel: home.id, user: "U0BEN", text: "Stop?", blocks: [button()] };
  const { message_ts = "" } = await client.chat.postEphemeral(whisper);
  expect(slack.ephemerals("U0BEN")).toHaveLength(1);
  await slack.click("U0BEN", { messageTs: message_ts, actionId: "stop", value: "7" });
  await slack.until(() => slack.ephemerals("U0BEN").length === 0);
  const link = client.chat.getPermalink({ channel: home.id, message_ts });
  expect(await slackError(link)).toBe("message_not_found");
});

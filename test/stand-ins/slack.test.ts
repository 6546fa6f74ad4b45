// The stand-in Slack as the real Bolt and the real Web API client meet it.
import type { BlockAction } from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import { expect, test } from "vitest";
import { type Behaviour, inTurn } from "../../src/practice/stand-ins/misbehaviour.ts";
import { behaviours, rateLimited, refuses } from "../../src/practice/stand-ins/slack/misbehaviour.ts";
import { signSlack } from "../../src/practice/stand-ins/slack/slack.ts";
import { manifestOf } from "../helpers/manifest.ts";
import { elsewhere, modal, people, person, plain, setUp, slackError } from "../helpers/stand-in-slack.ts";

test("a command opens a modal; what is typed arrives; the app's errors stand at their field", async () => {
  const { slack, app } = await setUp();
  const submitted: unknown[] = [];
  app.command("/alert", async ({ ack, body, client }) => {
    await client.views.open({ trigger_id: body.trigger_id, view: modal("Alert") });
    await ack();
  });
  app.view("form", async ({ ack, view }) => {
    submitted.push(view.state.values);
    const isShouted = view.state.values.message?.text?.value === "LOUD";
    await (isShouted
      ? ack({ response_action: "errors", errors: { message: "Please don't shout." } })
      : ack());
  });

  await slack.runCommand("U0ANA", "/alert", "hello");
  const view = slack.topView("U0ANA");
  if (view === undefined) throw new Error("no modal");

  expect(await slack.submit("U0ANA", view.id, { zones: ["1"] })).toMatchObject({
    errors: { message: "Please complete this required field." },
    answer: undefined,
  });
  expect(await slack.submit("U0ANA", view.id, { message: "LOUD" })).toMatchObject({
    errors: { message: "Please don't shout." },
  });
  await slack.submit("U0ANA", view.id, { message: "Water & sewer" });

  expect(slack.topView("U0ANA")).toBeUndefined();
  expect(submitted[1]).toEqual({
    message: { text: { type: "plain_text_input", value: "Water & sewer" } },
    zones: {
      zones: {
        type: "multi_static_select",
        selected_options: [{ text: { type: "plain_text", text: "North Ridge", emoji: true }, value: "1" }],
      },
    },
  });
});

test("a trigger serves once, and for three seconds only", async () => {
  let now = new Date();
  const { slack, app, client } = await setUp({ now: () => now });
  const triggers: string[] = [];
  app.command("/alert", async ({ ack, body }) => {
    triggers.push(body.trigger_id);
    await ack();
  });
  await slack.runCommand("U0ANA", "/alert");
  await slack.runCommand("U0ANA", "/alert");
  const [first = "", second = ""] = triggers;
  const open = (trigger_id: string) => slackError(client.views.open({ trigger_id, view: modal("Alert") }));

  expect(await open(first)).toBe("ok");
  expect(await open(first)).toBe("exchanged_trigger_id");
  now = new Date(now.getTime() + 3_001);
  expect(await open(second)).toBe("expired_trigger_id");
  expect(await open("1.2.made-up")).toBe("invalid_trigger_id");
});

test("at most three views lie on each other, and closing shows the one below as it was", async () => {
  const { slack, app } = await setUp();
  const pushed: unknown[] = [];
  app.command("/alert", async ({ ack, body, client }) => {
    await client.views.open({ trigger_id: body.trigger_id, view: modal("1") });
    await ack();
  });
  app.action<BlockAction>("deeper", async ({ ack, body, client }) => {
    const push = client.views.push({ trigger_id: body.trigger_id, view: modal("deeper") });
    pushed.push(await slackError(push));
    await ack();
  });
  await slack.runCommand("U0ANA", "/alert");
  const first = slack.topView("U0ANA")?.id ?? "";
  const press = (typed = {}) =>
    slack.click("U0ANA", { viewId: slack.topView("U0ANA")?.id ?? "", actionId: "deeper", typed });

  await press({ message: "kept" });
  await press();
  await press();

  expect(pushed).toEqual(["ok", "ok", "push_limit_reached"]);
  expect(slack.views("U0ANA").map((view) => view.rootViewId)).toEqual([first, first, first]);
  await slack.close("U0ANA", slack.topView("U0ANA")?.id ?? "");
  await slack.close("U0ANA", slack.topView("U0ANA")?.id ?? "");
  expect(slack.topView("U0ANA")?.state.message?.text?.value).toBe("kept");
});

test("views.update keeps what was typed only where block and action ids stay, and minds the hash", async () => {
  const { slack, app, client } = await setUp();
  app.command("/alert", async ({ ack, body }) => {
    await client.views.open({ trigger_id: body.trigger_id, view: modal("1") });
    await ack();
  });
  app.action("deeper", async ({ ack }) => ack());
  await slack.runCommand("U0ANA", "/alert");
  const { id: view_id = "", hash = "" } = slack.topView("U0ANA") ?? {};
  await slack.click("U0ANA", {
    viewId: view_id,
    actionId: "deeper",
    typed: { message: "kept", zones: ["2"] },
  });
  const [message, zones] = modal("2").blocks;
  const changed = { ...modal("2"), blocks: [message, { ...zones, block_id: "zones-2" }] };
  const update = (more: object) =>
    slackError(client.apiCall("views.update", { view_id, view: changed, ...more }));

  expect(await update({ hash: "1.stale" })).toBe("hash_conflict");
  expect(await update({ hash })).toBe("ok");
  expect(slack.topView("U0ANA")?.state).toMatchObject({
    message: { text: { value: "kept" } },
    "zones-2": { zones: { selected_options: [] } },
  });
  expect(await slackError(client.apiCall("views.update", { view_id: "V0GONE", view: changed }))).toBe(
    "not_found",
  );
});

test("an app that is late, broken or away: the person reads Slack's own words", async () => {
  const { slack, app } = await setUp({ ackTimeout: 50 });
  app.command("/alert", async () => {});
  const command = () => slack.runCommand("U0ANA", "/alert");

  expect((await command()).failure).toBe('/alert failed with the error "operation_timeout"');
  slack.connect("http://127.0.0.1:9");
  expect((await command()).failure).toBe('/alert failed with the error "dispatch_failed"');
  expect(slack.ephemerals("U0ANA").map((message) => message.text)).toEqual([
    '/alert failed with the error "operation_timeout"',
    '/alert failed with the error "dispatch_failed"',
  ]);
});

test("messages: who may post where, who may change what, and what is too long", async () => {
  const { slack, client } = await setUp();
  const post = (channel: string, rest = {}) =>
    slackError(client.chat.postMessage({ channel, text: "hi", ...rest }));
  expect(await post(slack.channelId)).toBe("ok");
  expect(await post(elsewhere.id)).toBe("not_in_channel");
  expect(await post("C0NOWHERE")).toBe("channel_not_found");
  expect(await post(slack.channelId, { thread_ts: "1.1" })).toBe("thread_not_found");
  expect(await post(slack.channelId, { text: "" })).toBe("no_text");
  expect(await post(slack.channelId, { blocks: [{ type: "section" }] })).toBe("invalid_blocks");

  const [{ ts = "" } = {}] = slack.messages("U0ANA");
  await slack.type("U0ANA", slack.channelId, "I am here too");
  const others = slack.messages("U0ANA").at(-1)?.ts ?? "";
  const update = (at: string, text: string) =>
    slackError(client.chat.update({ channel: slack.channelId, ts: at, text }));
  expect(await update(ts, "changed")).toBe("ok");
  expect(await update(ts, "x".repeat(4_001))).toBe("msg_too_long");
  expect(await update(others, "mine")).toBe("cant_update_message");
  expect(await update("1.1", "gone")).toBe("message_not_found");

  const whisper = (user: string) =>
    slackError(client.chat.postEphemeral({ channel: slack.channelId, user, text: "psst" }));
  expect(await whisper("U0ANA")).toBe("ok");
  expect(await whisper("U0OUT")).toBe("user_not_in_channel");
  expect(slack.messages("U0BEN").map((message) => message.text)).toEqual(["changed", "I am here too"]);
  expect(slack.messages("U0ANA").map((message) => message.text)).toContain("psst");
});

test("a button tells the app who pressed what where, and a response URL serves five times", async () => {
  const { slack, app, client } = await setUp();
  const seen: unknown[] = [];
  const answers: unknown[] = [];
  app.action<BlockAction>("stop", async ({ ack, body, action, respond }) => {
    await ack();
    seen.push([body.user.id, body.user.team_id, body.channel?.id, action]);
    for (const round of [1, 2, 3, 4, 5, 6]) answers.push(await slackError(respond(`answer ${round}`)));
    seen.push("done");
  });
  const { ts = "" } = await client.chat.postMessage({
    channel: slack.channelId,
    text: "An alert",
    blocks: [
      {
        type: "actions",
        block_id: "row",
        elements: [{ type: "button", action_id: "stop", value: "7", text: plain("Stop") }],
      },
    ],
  });
  await slack.click("U0BEN", { messageTs: ts, actionId: "stop" });
  await slack.until(() => slack.ephemerals("U0BEN").length === 5);
  await expect.poll(() => seen.at(-1)).toBe("done");

  expect(seen[0]).toMatchObject(["U0BEN", "T0PRACTICE", slack.channelId, { action_id: "stop", value: "7" }]);
  expect(answers.slice(0, 5)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
  expect(answers[5]).toMatch(/404/);
});

test("tokens and scopes are asked for", async () => {
  const { slack, client, clientOptions } = await setUp({ manifest: manifestOf({ scopes: ["chat:write"] }) });
  const as = (token: string | undefined) => slackError(new WebClient(token, clientOptions).auth.test());
  expect(await as(undefined)).toBe("not_authed");
  expect(await as("xoxb-wrong")).toBe("invalid_auth");
  expect(await as(slack.botToken)).toBe("ok");
  expect(await slackError(client.users.info({ user: "U0ANA" }))).toBe("missing_scope");
  expect(await slackError(client.apiCall("views.fly"))).toBe("unknown_method");
});

test("a file reaches one person's direct messages", async () => {
  const { slack, client, url } = await setUp();
  const { channel } = await client.conversations.open({ users: "U0ANA" });
  await client.files.uploadV2({
    channel_id: channel?.id ?? "",
    filename: "log.csv",
    content: "a,b\r\n1,é\r\n",
    initial_comment: "The whole log",
  });
  const [message] = slack.directMessages("U0ANA");
  const [file] = message?.files ?? [];
  const download = (user: string) => fetch(`${url}/practice/slack/file/${file?.id}?user=${user}`);

  expect(message?.text).toBe("The whole log");
  expect(await (await download("U0ANA")).text()).toBe("a,b\r\n1,é\r\n");
  expect((await download("U0BEN")).status).toBe(404);
});

test("what goes wrong can be brought about: busy, broken, lost replies, nobody there", async () => {
  const { slack, client } = await setUp();
  const post = () => slackError(client.chat.postMessage({ channel: slack.channelId, text: "hi" }));
  slack.misbehave({ "chat.postMessage": inTurn(refuses("internal_error"), rateLimited(7)) });
  expect(await post()).toBe("internal_error");
  expect(await post()).toMatch(/rate-limit/i);
  slack.misbehave({ "*": inTurn(behaviours.error503Before) });
  expect(await post()).toMatch(/503/);
  slack.misbehave({ "chat.postMessage": inTurn(behaviours.resetAfter) });
  expect(await post()).toMatch(/error/i);
  slack.misbehave({ "*": () => behaviours.resetBefore });
  expect(await post()).toMatch(/error/i);
  slack.misbehave({});
  expect(await post()).toBe("ok");
  expect(slack.messages("U0ANA")).toHaveLength(2);
});

test.each<[string, Behaviour, number]>([
  ["500 before", behaviours.error500Before, 0],
  ["500 after", behaviours.error500After, 1],
  ["reset before", behaviours.resetBefore, 0],
  ["reset after", behaviours.resetAfter, 1],
  ["half a JSON", behaviours.truncated, 1],
  ["half a body", behaviours.cutOff, 1],
  ["hang before", behaviours.hangBefore, 0],
  ["hang after", behaviours.hangAfter, 1],
  ["not taken, and no answer named", { accepts: false }, 0],
])("%s: what the app sees and what Slack did are two things", async (_name, behaviour, posted) => {
  const { slack, client, clientOptions } = await setUp();
  const rejectRateLimitedCalls = true;
  const timeout = behaviour.answer === "hang" ? 200 : 0;
  const hurried = new WebClient(slack.botToken, { ...clientOptions, rejectRateLimitedCalls, timeout });
  const postBy = ({ chat }: WebClient) =>
    slackError(chat.postMessage({ channel: slack.channelId, text: "hi" }));
  slack.misbehave({ "chat.postMessage": ({ n }) => (n === 1 ? behaviour : undefined) });
  expect(await postBy(hurried)).not.toBe("ok");
  await slack.until(() => slack.messages("U0ANA").length === posted);
  expect(await postBy(client)).toBe("ok");
});

test("an answer can wait until something else has happened", async () => {
  const { slack, client } = await setUp();
  const [taken, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  slack.misbehave({ "*": () => ({ acceptAfter: taken.promise, answerAfter: answered.promise }) });
  const posting = slackError(client.chat.postMessage({ channel: slack.channelId, text: "hi" }));
  const first = await Promise.race([posting, new Promise((resolve) => setTimeout(resolve, 50, "waits"))]);
  expect([first, slack.messages("U0ANA").length]).toEqual(["waits", 0]);
  taken.resolve();
  await slack.until(() => slack.messages("U0ANA").length === 1);
  answered.resolve();
  expect(await posting).toBe("ok");
});

test("more calls than Slack allows are put off", async () => {
  let now = new Date();
  const { slack, client } = await setUp({ now: () => now });
  const { ts = "" } = await client.chat.postMessage({ channel: slack.channelId, text: "0" });
  const update = () => slackError(client.chat.update({ channel: slack.channelId, ts, text: "again" }));
  for (let round = 0; round < 50; round += 1) expect(await update()).toBe("ok");
  expect(await update()).toMatch(/rate-limit/i);
  now = new Date(now.getTime() + 60_000);
  expect(await update()).toBe("ok");
});

test("the very same request can be sent again, and a changed one is refused", async () => {
  const { slack, app } = await setUp();
  let commands = 0;
  app.command("/alert", async ({ ack }) => {
    commands += 1;
    await ack("Hello");
  });
  await slack.runCommand("U0ANA", "/alert");
  const request = slack.lastRequest();
  if (request === undefined) throw new Error("no request");

  expect(await slack.replay(request)).toMatchObject({ status: 200, body: "Hello" });
  expect(await slack.replay({ ...request, body: `${request.body}x` })).toMatchObject({ status: 401 });
  const hourAgo = String(Math.floor(Date.now() / 1000) - 3600);
  const signature = signSlack(slack.signingSecret, hourAgo, request.body);
  const stale = { "x-slack-request-timestamp": hourAgo, "x-slack-signature": signature };
  expect(await slack.replay({ ...request, headers: { ...request.headers, ...stale } })).toMatchObject({
    status: 401,
  });
  expect(commands).toBe(2);
  expect(slack.ephemerals("U0ANA").map((message) => message.text)).toEqual(["Hello"]);
});

test("the page acts as the person chosen, sees what that person sees, and reads why something failed", async () => {
  const { slack, app, url } = await setUp();
  app.command("/alert", async ({ ack }) => ack("Only you see this."));
  const tell = async (deed: string, body: object) => {
    const response = await fetch(`${url}/practice/slack/${deed}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    return [response.status, await response.json()];
  };
  const sees = async (user: string) => (await fetch(`${url}/practice/slack/state?user=${user}`)).text();

  const said = { user: "U0ANA", channelId: slack.channelId, text: "/alert" };
  expect(await tell("type", said)).toEqual([200, { errors: {} }]);
  expect(await sees("U0ANA")).toContain("Only you see this.");
  expect(await sees("U0BEN")).not.toContain("Only you see this.");
  expect(await tell("submit", { user: "U0ANA", viewId: "V0GONE", typed: {} })).toEqual([
    200,
    { failure: "This window has been closed meanwhile. Nothing was sent by it.", errors: {} },
  ]);
  expect(await tell("submit", { user: "U0ANA" })).toMatchObject([400, { errors: {} }]);
  expect(await tell("dance", { user: "U0ANA" })).toMatchObject([400, { errors: {} }]);
});

test("an answer to a submission that Slack would not take leaves the modal open", async () => {
  const { slack, app } = await setUp();
  const answers = [
    { response_action: "errors", errors: { "no-such-block": "?" } },
    { response_action: "push", view: { ...modal("x".repeat(25)) } },
    { response_action: "dance" },
  ];
  app.command("/alert", async ({ ack, body, client }) => {
    await client.views.open({ trigger_id: body.trigger_id, view: modal("1") });
    await ack();
  });
  app.view("form", async ({ ack }) => Reflect.apply(ack, undefined, [answers.shift()]));
  await slack.runCommand("U0ANA", "/alert");
  const viewId = slack.topView("U0ANA")?.id ?? "";

  for (const _ of [1, 2, 3]) {
    expect(await slack.submit("U0ANA", viewId, { message: "hi", zones: ["1"] })).toMatchObject({
      failure: "We had some trouble connecting. Try again?",
    });
  }
  expect(slack.views("U0ANA").map((view) => view.id)).toEqual([viewId]);
});

test("a person of another company is known by the team id", async () => {
  const cody = person("U0CODY", { teamId: "T0OTHER", isStranger: true });
  const { slack, app, client } = await setUp({ people: [...people, cody] });
  app.command("/alert", async ({ ack }) => ack());
  await slack.runCommand("U0CODY", "/alert");

  const form = new URLSearchParams(slack.lastRequest()?.body);
  expect([form.get("team_id"), form.get("user_id")]).toEqual(["T0OTHER", "U0CODY"]);
  const { user } = await client.users.info({ user: "U0CODY" });
  expect(user).toMatchObject({ team_id: "T0OTHER", is_stranger: true });
});

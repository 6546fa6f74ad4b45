// The Home tab and the shortcuts, by the makers' rules: https://docs.slack.dev/surfaces/app-home
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { z } from "zod";
import { readBody } from "../../src/practice/stand-ins/http.ts";
import { directChannel } from "../../src/practice/stand-ins/slack/workspace.ts";
import { listen } from "../helpers/listen.ts";
import { manifestOf } from "../helpers/manifest.ts";
import { makersPayload } from "../helpers/second-opinion.ts";
import { modal, people, person, plain, setUp, slackError } from "../helpers/stand-in-slack.ts";

const asked = { scopes: ["chat:write", "commands"], hasHome: true, shortcuts: ["begin"] };
const withHome = manifestOf({ ...asked, events: ["app_home_opened"] });
const button = (value: string) => ({
  type: "button" as const,
  action_id: "go",
  text: plain("Go"),
  value,
});
const section = (text: string) => ({ type: "section" as const, text: plain(text) });
const homeOf = (...blocks: object[]) => ({ type: "home" as const, blocks });
const written = (block_id: string) => ({
  type: "input" as const,
  block_id,
  label: plain("Find"),
  element: { type: "plain_text_input" as const, action_id: "find" },
});

/** The app, and all that it is told; it answers 200. */
async function opened(options: Parameters<typeof setUp>[0] = {}) {
  const set = await setUp({ manifest: withHome, ...options });
  const told: Record<string, unknown>[] = [];
  const app = createServer(async (request, response) => {
    const body = (await readBody(request)).toString("utf8");
    const isForm = request.headers["content-type"] !== "application/json";
    told.push(JSON.parse(isForm ? (new URLSearchParams(body).get("payload") ?? "") : body));
    response.end();
  });
  set.slack.connect(await listen(app));
  const publish = (user_id: string, view: object, more: object = {}) =>
    set.client.apiCall("views.publish", { user_id, view, ...more });
  const refusal = (...given: Parameters<typeof publish>) => slackError(publish(...given));
  const isTold = async (count: number) => expect.poll(() => told.length).toBe(count);
  return { ...set, told, publish, refusal, isTold };
}

test("a Home is published at any time, stays for each person, and has one id for ever", async () => {
  const { slack, publish } = await opened();
  const row = { type: "actions", elements: [button("1")] };
  const answer = await publish("U0ANA", homeOf(section("One"), written("a"), row));
  const { id = "", hash } = slack.home("U0ANA") ?? {};
  expect(answer).toMatchObject({ view: { id, type: "home", hash, close: null } });
  expect(slack.home("U0BEN")).toBeUndefined();
  await slack.click("U0ANA", { viewId: id, actionId: "go", typed: { a: "x" } });
  await publish("U0ANA", homeOf(section("Two"), written("a")), { hash });
  expect(slack.home("U0ANA")).toMatchObject({
    id,
    content: { blocks: [{ text: { text: "Two" } }, {}] },
    state: { a: { find: { value: "x" } } },
  });
  expect(slack.home("U0ANA")?.hash).not.toBe(hash);
});

test("what may not be published is refused, and the Home stays as it was", async () => {
  const gone = person("U0GONE", { deleted: true });
  const { slack, publish, refusal } = await opened({ people: [...people, gone] });
  await publish("U0ANA", homeOf(section("One")));
  const cases: [string, string, object, object?][] = [
    ["user_not_found", "U0NOBODY", homeOf(section("x"))],
    ["user_not_found", "U0GONE", homeOf(section("x"))],
    ["invalid_arguments", "U0ANA", modal("A modal")],
    ["invalid_arguments", "U0ANA", homeOf()],
    ["invalid_arguments", "U0ANA", homeOf(...Array(101).fill(section("x")))],
    ["invalid_arguments", "U0ANA", homeOf({ type: "alert", text: plain("x") })],
    [
      "invalid_arguments",
      "U0ANA",
      homeOf({ type: "input", label: plain("File"), element: { type: "file_input" } }),
    ],
    ["invalid_arguments", "U0ANA", { ...homeOf(section("x")), title: plain("A title") }],
    ["view_too_large", "U0ANA", homeOf(...Array(100).fill(section("é".repeat(3_000))))],
    ["hash_conflict", "U0ANA", homeOf(section("x")), { hash: "1.old" }],
    ["hash_conflict", "U0BEN", homeOf(section("x")), { hash: "1.old" }],
  ];
  for (const [error, user, view, more] of cases) expect(await refusal(user, view, more)).toBe(error);
  expect(slack.home("U0ANA")?.content.blocks).toMatchObject([{ text: { text: "One" } }]);
  const off = await opened({ manifest: manifestOf({}) });
  expect(await off.refusal("U0ANA", homeOf(section("x")))).toBe("not_enabled");
  expect(off.slack.openApp("U0ANA").failure).toBe("This app has no Home tab.");
});

test("a Home may have fields and no submit button, tables, and 100 blocks", async () => {
  const { refusal } = await opened();
  const cell = (text: string) => ({ type: "raw_text", text });
  const rows = [
    [cell("Zone"), cell("Members")],
    [cell("North"), { type: "raw_number", value: 72 }],
  ];
  for (const view of [
    homeOf(written("a")),
    homeOf({ type: "table", rows: [[cell("a")]] }),
    homeOf({ type: "data_table", caption: "Zones", rows, page_size: 100 }),
    homeOf(...Array(100).fill(section("x"))),
  ]) {
    expect(await refusal("U0ANA", view)).toBe("ok");
  }
});

test("more than a hundred a minute are put off", async () => {
  const { refusal } = await opened();
  for (let round = 0; round < 100; round += 1) {
    expect(await refusal("U0ANA", homeOf(section("x")))).toBe("ok");
  }
  expect(await refusal("U0BEN", homeOf(section("x")))).toMatch(/rate-limit/i);
});

const Opened = z.looseObject({ type: z.literal("event_callback"), event: z.record(z.string(), z.unknown()) });

test("who opens the Home finds what was published last, and the app is told each time", async () => {
  const { slack, told, publish, isTold } = await opened();
  slack.openApp("U0ANA");
  await isTold(1);
  await publish("U0ANA", homeOf(section("One")));
  slack.openApp("U0ANA");
  await isTold(2);
  slack.openApp("U0ANA", "messages");
  await isTold(3);
  const events = told.map((body) => Opened.parse(body).event);
  const channel = directChannel(slack.workspace, "U0ANA").id;
  const ofAll = { type: "app_home_opened", user: "U0ANA", channel, event_ts: expect.any(String) };
  expect(events).toEqual([
    { ...ofAll, tab: "home" },
    { ...ofAll, tab: "home", view: expect.objectContaining({ id: slack.home("U0ANA")?.id, type: "home" }) },
    { ...ofAll, tab: "messages" },
  ]);
  const makers = makersPayload("event_callback.app_home_opened.2c611d9c.json");
  if (makers)
    expect(Object.keys(Object(events[1]?.view)).sort()).toEqual(Object.keys(makers.event.view).sort());
});

test("an app that has not asked for it, or was uninstalled, is told of nobody", async () => {
  const deaf = await opened({ manifest: manifestOf(asked) });
  const gone = await opened();
  gone.slack.uninstallApp();
  for (const { slack } of [deaf, gone]) expect(slack.openApp("U0ANA").failure).toBeUndefined();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect([...deaf.told, ...gone.told]).toEqual([]);
});

const Pressed = z.looseObject({ type: z.string(), trigger_id: z.string() });

test("a press at Home comes from a view without channel or message, and opens a modal", async () => {
  const { slack, client, told, publish } = await opened();
  await publish(
    "U0ANA",
    homeOf(written("a"), ...["7", "8"].map((value) => ({ type: "actions", elements: [button(value)] }))),
  );
  const { id: viewId = "" } = slack.home("U0ANA") ?? {};
  const { failure } = await slack.click("U0ANA", { viewId, actionId: "go", value: "8", typed: { a: "x" } });
  expect(failure).toBeUndefined();
  const [body] = told;
  expect(body).toMatchObject({
    type: "block_actions",
    container: { type: "view", view_id: viewId },
    view: { id: viewId, type: "home", state: { values: { a: { find: { value: "x" } } } } },
    actions: [{ type: "button", action_id: "go", value: "8" }],
  });
  for (const key of ["channel", "message", "response_url"]) expect(body).not.toHaveProperty(key);
  const { trigger_id } = Pressed.parse(body);
  expect(await slackError(client.views.push({ trigger_id, view: modal("On it") }))).toBe(
    "invalid_trigger_id",
  );
  await slack.click("U0ANA", { viewId, actionId: "go", value: "7" });
  const again = Pressed.parse(told[1]);
  await client.views.open({ trigger_id: again.trigger_id, view: modal("From Home") });
  expect(slack.topView("U0ANA")?.content.title.text).toBe("From Home");
  await expect(slack.click("U0BEN", { viewId, actionId: "go" })).rejects.toThrow("not the topmost");
});

test("a shortcut is told without a channel; one that the manifest lacks does not exist", async () => {
  const { slack, client, told } = await opened();
  expect((await slack.runShortcut("U0ANA", "begin")).failure).toBeUndefined();
  expect(told).toMatchObject([{ type: "shortcut", callback_id: "begin", user: { id: "U0ANA" } }]);
  expect(told[0]).not.toHaveProperty("channel");
  const { trigger_id } = Pressed.parse(told[0]);
  expect(await slackError(client.views.open({ trigger_id, view: modal("Begun") }))).toBe("ok");
  await expect(slack.runShortcut("U0ANA", "end")).rejects.toThrow("no shortcut");
});

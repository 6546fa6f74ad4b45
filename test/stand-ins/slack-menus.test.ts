// What a person can choose in each kind of menu, and what the app is told of it:
// https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
import type { BlockAction } from "@slack/bolt";
import { expect, test } from "vitest";
import { manifestOf } from "../helpers/manifest.ts";
import { makersPayload } from "../helpers/second-opinion.ts";
import { elsewhere, home, people, person, plain, setUp } from "../helpers/stand-in-slack.ts";

const scopes = ["chat:write", "commands"];
const manifest = manifestOf({ scopes, hasHome: true, fillsMenus: true });
const option = (value: string) => ({ text: plain(`Member ${value}`), value });
const options = [option("1"), option("2")];
const told = (value: string) => ({ ...option(value), text: { ...plain(`Member ${value}`), emoji: true } });
const secret = { id: "C0SECRET", name: "secret", hasApp: false, isPrivate: true };

/** The Home has one element in a section, among actions or in an input that tells at once. */
async function shown(element: { type: string; [key: string]: unknown }, more: { isInput?: boolean } = {}) {
  const gone = person("U0GONE", { deleted: true });
  const guest = person("U0GUEST", { isUltraRestricted: true });
  const set = await setUp({
    manifest,
    people: [...people, gone, guest],
    channels: [home, elsewhere, secret],
    ackTimeout: 200,
  });
  const { slack, app, client } = set;
  const named = { action_id: "it", ...element };
  const label = plain("Choose");
  const block = more.isInput
    ? { type: "input", block_id: "b", label, element: named, dispatch_action: true }
    : { type: "section", block_id: "b", text: label, accessory: named };
  await client.apiCall("views.publish", { user_id: "U0ANA", view: { type: "home", blocks: [block] } });
  const actions: BlockAction[] = [];
  app.action<BlockAction>("it", async ({ ack, body }) => {
    actions.push(body);
    await ack();
  });
  const viewId = slack.home("U0ANA")?.id ?? "";
  const choose = (value: string | string[] | null) => slack.click("U0ANA", { viewId, actionId: "it", value });
  const suggest = (value: string) => slack.suggest("U0ANA", { viewId, actionId: "it", value });
  const state = () => slack.home("U0ANA")?.state.b?.it;
  return { ...set, viewId, actions, choose, suggest, state };
}

const placeholder = plain("Choose");

test.each<[type: string, element: object, chosen: string | string[], reported: object, notThere: string]>([
  ["users_select", {}, "U0GUEST", { selected_user: "U0GUEST" }, "U0GONE"],
  ["multi_users_select", {}, ["U0BEN"], { selected_users: ["U0BEN"] }, "U0GONE"],
  ["channels_select", {}, elsewhere.id, { selected_channel: elsewhere.id }, secret.id],
  ["conversations_select", {}, home.id, { selected_conversation: home.id }, secret.id],
  ["static_select", { options }, "2", { selected_option: told("2") }, "3"],
  ["radio_buttons", { options }, "2", { selected_option: told("2") }, "3"],
  ["checkboxes", { options }, ["1", "2"], { selected_options: [told("1"), told("2")] }, "3"],
])("%s: what is chosen is told at once, and stays", async (type, more, chosen, reported, notThere) => {
  const isMenu = /select/.test(type);
  const { choose, actions, state, viewId } = await shown({ type, ...more, ...(isMenu && { placeholder }) });
  expect(await choose(chosen)).toMatchObject({ failure: undefined });
  expect(actions).toMatchObject([
    {
      container: { type: "view", view_id: viewId },
      view: { type: "home", state: { values: { b: { it: { type, ...reported } } } } },
      actions: [{ type, action_id: "it", block_id: "b", ...reported, action_ts: expect.any(String) }],
    },
  ]);
  if (isMenu) expect(actions[0]?.actions).toMatchObject([{ placeholder: { text: "Choose" } }]);
  expect(state()).toEqual({ type, ...reported });
  await expect(choose(notThere)).rejects.toThrow("not among the options");
});

test("an overflow tells what was chosen, and holds nothing", async () => {
  const { choose, actions, state } = await shown({ type: "overflow", options });
  await choose("1");
  expect(actions).toMatchObject([{ actions: [{ type: "overflow", selected_option: told("1") }] }]);
  expect(state()).toBeUndefined();
});

test("an input tells at once only where it says so; what is chosen first stands there from the beginning", async () => {
  const element = { type: "users_select", initial_user: "U0BEN" };
  const { choose, actions, state, client, slack } = await shown(element, { isInput: true });
  expect(state()).toEqual({ type: "users_select", selected_user: "U0BEN" });
  await choose("U0ANA");
  expect(actions).toMatchObject([{ actions: [{ selected_user: "U0ANA", initial_user: "U0BEN" }] }]);
  const label = plain("Choose");
  const silent = { type: "input", block_id: "c", label, element: { ...element, action_id: "it" } };
  await client.apiCall("views.publish", { user_id: "U0ANA", view: { type: "home", blocks: [silent] } });
  await expect(choose("U0ANA")).rejects.toThrow("waits for Submit");
  expect(slack.home("U0ANA")?.state.c?.it).toMatchObject({ selected_user: "U0BEN" });
});

test("a menu that the app fills asks it while somebody types, and offers what it answers", async () => {
  const { suggest, choose, app, actions, slack, viewId } = await shown({ type: "external_select" });
  const asked: unknown[] = [];
  app.options("it", async ({ ack, body }) => {
    asked.push(body);
    await ack({ options: body.value === "nobody" ? [] : options });
  });
  expect(await suggest("No")).toMatchObject({ options: [], failure: undefined, answer: undefined });
  expect(await suggest("Nor")).toMatchObject({ options: [told("1"), told("2")], failure: undefined });
  expect(await suggest("nobody")).toMatchObject({ options: [], failure: undefined });
  const makers = makersPayload("block_suggestion.dd66cf28.json");
  expect(asked).toMatchObject([
    {
      type: "block_suggestion",
      action_id: "it",
      block_id: "b",
      value: "Nor",
      container: { type: "view", view_id: viewId },
      view: { id: viewId, type: "home" },
    },
    { value: "nobody" },
  ]);
  if (makers) expect(Object.keys(Object(asked[0]))).toEqual(expect.arrayContaining(Object.keys(makers)));
  expect(slack.lastRequest()?.url).toMatch(/\/slack\/menus$/);

  await choose("2");
  expect(actions).toMatchObject([{ actions: [{ type: "external_select", selected_option: told("2") }] }]);
  await expect(choose("3")).rejects.toThrow("not among the options");
});

test("how many characters it takes is the app's to say; a menu in a message says where it stands", async () => {
  const { suggest, slack, app, client } = await shown({ type: "external_select", min_query_length: 0 });
  const asked: unknown[] = [];
  app.options("it", async ({ ack, body }) => {
    asked.push(body);
    await ack({ option_groups: [{ label: plain("All"), options }] });
  });
  expect((await suggest("")).options).toHaveLength(2);
  const element = { type: "external_select" as const, action_id: "it" };
  const { ts: messageTs = "" } = await client.chat.postMessage({
    channel: home.id,
    text: "Choose",
    blocks: [{ type: "actions", elements: [element] }],
  });
  await slack.suggest("U0BEN", { messageTs, actionId: "it", value: "Nor" });
  expect(asked[1]).toMatchObject({
    user: { id: "U0BEN" },
    container: { type: "message", message_ts: messageTs, channel_id: home.id, is_ephemeral: false },
    channel: { id: home.id },
    message: { ts: messageTs },
  });
});

test.each<[string, (ack: (options?: object) => Promise<void>) => Promise<void>]>([
  ["too late", async () => {}],
  ["with nothing", (ack) => ack()],
  ["with more than 100", (ack) => ack({ options: Array.from({ length: 101 }, (_, i) => option(`${i}`)) })],
  [
    "with an option of 76 characters",
    (ack) => ack({ options: [{ text: plain("x".repeat(76)), value: "1" }] }),
  ],
])("an app that answers %s: the person finds nothing to choose", async (_, answer) => {
  const { suggest, app } = await shown({ type: "external_select" });
  app.options("it", async ({ ack }) => {
    await answer((options) => Promise.resolve(Reflect.apply(ack, undefined, [options])));
  });
  expect(await suggest("Nor")).toMatchObject({
    failure: "Something went wrong while loading options.",
    options: [],
  });
});

test("an app whose manifest names no address for it is not asked", async () => {
  const { slack, client } = await setUp({ manifest: manifestOf({ scopes, hasHome: true }) });
  const element = { type: "external_select", action_id: "it" };
  const view = { type: "home", blocks: [{ type: "actions", elements: [element] }] };
  await client.apiCall("views.publish", { user_id: "U0ANA", view });
  const viewId = slack.home("U0ANA")?.id ?? "";
  expect(await slack.suggest("U0ANA", { viewId, actionId: "it", value: "Nor" })).toMatchObject({
    failure: "Something went wrong while loading options.",
    answer: undefined,
  });
});

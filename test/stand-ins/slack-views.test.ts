// What becomes of a modal, and of what stands in it, after each answer that an app can give.
import type { BlockAction } from "@slack/bolt";
import { expect, test } from "vitest";
import { modal, setUp, slackError } from "../helpers/stand-in-slack.ts";

const typed = { message: "Water & sewer", zones: ["1"] };
const kept = {
  message: { text: { value: "Water & sewer" } },
  zones: { zones: { selected_options: [{ value: "1" }] } },
};

/** A modal is open, and each submission gets the next of these answers, after so long. */
async function opened(answers: object[], answerAfter = 0) {
  const set = await setUp();
  const { slack, app } = set;
  app.command("/alert", async ({ ack, body, client }) => {
    await client.views.open({ trigger_id: body.trigger_id, view: modal("1") });
    await ack();
  });
  app.view("form", async ({ ack }) => {
    await new Promise((resolve) => setTimeout(resolve, answerAfter));
    await Promise.resolve(Reflect.apply(ack, undefined, [answers.shift()])).catch(() => {});
  });
  await slack.runCommand("U0ANA", "/alert");
  await slack.until(() => slack.topView("U0ANA"), "the modal");
  const { id: view_id = "", hash = "" } = slack.topView("U0ANA") ?? {};
  return { ...set, view_id, hash, submit: () => slack.submit("U0ANA", view_id, typed) };
}

test("errors: the modal stays, with every word, and is submitted again", async () => {
  const wrong = { response_action: "errors", errors: { message: "Too short." } };
  const { slack, view_id, submit } = await opened([wrong]);
  expect(await submit()).toMatchObject({ errors: { message: "Too short." }, failure: undefined });
  expect(slack.topView("U0ANA")).toMatchObject({ id: view_id, state: kept });
  expect(await submit()).toMatchObject({ errors: {}, failure: undefined });
  expect(slack.topView("U0ANA")).toBeUndefined();
});

test("an answer after three seconds: trouble connecting, and the modal stays, with every word", async () => {
  const { slack, client, view_id, hash, submit } = await opened([{ response_action: "clear" }], 3_300);
  expect((await submit()).failure).toBe("We had some trouble connecting. Try again?");
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(slack.topView("U0ANA")).toMatchObject({ id: view_id, state: kept });
  // What was saved late can still turn it into something else.
  expect(await slackError(client.views.update({ view_id, hash, view: modal("Done") }))).toBe("ok");
  expect(slack.topView("U0ANA")).toMatchObject({ content: { title: { text: "Done" } }, state: kept });
});

test("update: the same modal with other content; what was typed stays where its ids stay", async () => {
  const [message, zones, row] = modal("2").blocks;
  const next = modal("2", { blocks: [message, { ...zones, block_id: "others" }, row] });
  const { slack, view_id, hash, submit } = await opened([{ response_action: "update", view: next }]);
  await submit();
  const view = slack.topView("U0ANA");
  expect(view).toMatchObject({
    id: view_id,
    content: { title: { text: "2" } },
    state: { message: kept.message, others: { zones: { selected_options: [] } } },
  });
  expect(view?.hash).not.toBe(hash);
});

test("push and clear: one on top of it, and none at all", async () => {
  const push = { response_action: "push", view: modal("2") };
  const { slack, view_id, submit } = await opened([push, { response_action: "clear" }]);
  await submit();
  expect(slack.views("U0ANA")).toMatchObject([{ id: view_id, state: kept }, { previousViewId: view_id }]);
  await slack.submit("U0ANA", slack.topView("U0ANA")?.id ?? "", typed);
  expect(slack.views("U0ANA")).toEqual([]);
});

test("a view's blocks that the app gave no id get new ones, and what is pressed is found without", async () => {
  const { slack, app, client, view_id } = await opened([]);
  const pressed: string[] = [];
  app.action<BlockAction>("deeper", async ({ ack, action }) => {
    await ack();
    pressed.push(action.block_id);
  });
  const [message, zones, row] = modal("1").blocks;
  const view = modal("1", { blocks: [message, zones, { ...row, block_id: undefined }] });
  const update = () => client.apiCall("views.update", { view_id, view });
  const idsNow = () => slack.topView("U0ANA")?.content.blocks.map(({ block_id }) => block_id) ?? [];
  await update();
  const [, , before = ""] = idsNow();
  await update();
  expect(idsNow()).toEqual(["message", "zones", expect.not.stringMatching(`^${before}$`)]);
  await slack.click("U0ANA", { viewId: view_id, actionId: "deeper", blockId: before, typed });
  expect(pressed).toEqual([before]);
  expect(slack.topView("U0ANA")?.state).toMatchObject(kept);
});

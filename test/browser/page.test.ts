// The practice page under a person's hands, who reads before pressing and presses slowly, while things change.
import type { KnownBlock } from "@slack/web-api";
import { afterAll, expect, test, vi } from "vitest";
import { hasBrowser } from "../helpers/browser.ts";
import { ana, board, openPage, phone, plain, pressSlowly, readWhile, say, wait, wide } from "./page.ts";
import { closeBrowser } from "./window.ts";

vi.setConfig({ testTimeout: 150_000 });
afterAll(closeBrowser);
const testInBrowser = test.skipIf(!hasBrowser);

const areYouSure = {
  title: plain("Sure?"),
  text: plain("It can't be undone."),
  confirm: plain("Yes, stop it"),
};
const buttons = (...names: string[]): KnownBlock => ({
  type: "actions",
  elements: names.map((name) => ({
    type: "button",
    action_id: name.toLowerCase(),
    value: "7",
    text: plain(name),
    ...(name === "Stop" && { confirm: { ...areYouSure, deny: plain("No") } }),
  })),
});
const zones = ["North Ridge", "River Road", "Old Town"];
const fields = (): KnownBlock[] => [
  {
    type: "input",
    block_id: "zones",
    label: plain("Zones"),
    element: {
      type: "multi_static_select",
      action_id: "zones",
      options: zones.map((name) => ({ text: plain(name), value: name })),
    },
  },
  {
    type: "input",
    block_id: "text",
    label: plain("Text"),
    element: { type: "plain_text_input", action_id: "text", multiline: true },
  },
];
const modal = (blocks: KnownBlock[], title = "Form") => ({
  type: "modal" as const,
  title: plain(title),
  submit: plain("Review"),
  blocks,
});

/** The page with a modal open on it. */
async function openModal(size: typeof wide, options: Parameters<typeof openPage>[1] = {}) {
  const opened = await openPage(size, options);
  await opened.slack.runCommand(ana.id, "/alert");
  const { trigger_id = "" } = opened.heard[0] ?? {};
  const { view } = await opened.client.views.open({ trigger_id, view: modal(fields()) });
  const dialog = opened.page.getByRole("dialog", { name: "Form" });
  await dialog.waitFor();
  return { ...opened, dialog, viewId: view?.id ?? "" };
}

testInBrowser("a question is read while its message changes, and the answer arrives", async () => {
  const { page, heard, errors, post, change } = await openPage(wide);
  const ts = await post("Sending", [say("0 of 214"), buttons("Stop")]);
  await page.getByRole("button", { name: "Stop" }).click();
  const question = page.getByRole("dialog", { name: "Sure?" });
  await readWhile((round) => change(ts, "Sending", [say(`${round} of 214`), buttons("Stop")]));
  await question.getByRole("button", { name: "Yes, stop it" }).click();
  await expect.poll(() => heard).toMatchObject([{ actions: [{ action_id: "stop", value: "7" }] }]);

  // Once more, and the button is gone before the answer: the app hears of it, and nobody reads of its insides.
  await page.getByRole("button", { name: "Stop" }).click();
  await readWhile(() => change(ts, "Sent", [say("214 of 214")]));
  await question.getByRole("button", { name: "Yes, stop it" }).click();
  await expect.poll(() => heard.length).toBe(2);
  expect(await page.locator(".toast").count()).toBe(0);
  expect(errors).toEqual([]);
});

testInBrowser("what is pressed slowly is pressed, whatever comes meanwhile", async () => {
  const { page, heard, errors, post, change } = await openPage(wide);
  const ts = await post("Review", [say("For 3"), buttons("Edit")]);
  await pressSlowly(page, "Edit", async () => {
    await change(ts, "Review", [say("For 4"), buttons("Edit", "Discard")]);
    await post("Another one", [buttons("Resume")]);
  });
  await expect.poll(() => heard).toMatchObject([{ actions: [{ action_id: "edit" }] }]);
  await page.getByRole("button", { name: "Resume" }).waitFor();

  await pressSlowly(page, "# general", () => post("One more"));
  await page.getByRole("heading", { name: "# general" }).waitFor();
  await pressSlowly(page, /^# board-alerts/, () => post("And one more"));
  await page.getByText("And one more").waitFor();
  expect(errors).toEqual([]);
});

testInBrowser("the keyboard stays on its button while messages come and change", async () => {
  const { page, heard, post, change } = await openPage(wide);
  const ts = await post("Review", [say("For 3"), buttons("Edit")]);
  await page.getByRole("button", { name: "Edit" }).focus();
  await change(ts, "Review", [say("For 4"), buttons("Edit")]);
  await post("Another one");
  await change(ts, "Review", [say("For 5"), buttons("Discard", "Edit")]);
  await page.getByText("For 5").waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => heard).toMatchObject([{ actions: [{ action_id: "edit" }] }]);
});

for (const [how, size] of [
  ["mouse", wide],
  ["finger", phone],
] as const) {
  testInBrowser(
    `one press with the ${how} takes a choice out again, and one on a field chooses it`,
    async () => {
      const { page, dialog, slack, errors } = await openModal(size, { hasTouch: how === "finger" });
      const press = (target: ReturnType<typeof dialog.locator>) =>
        how === "finger" ? target.tap() : target.click({ delay: 120 });
      for (const zone of zones) {
        await press(dialog.getByLabel("Zones"));
        await press(page.getByRole("option", { name: zone }));
      }
      // The list is open and something is typed into its search: both go, and the press counts.
      await dialog.getByLabel("Zones").pressSequentially("riv");
      await page.getByRole("option", { name: "River Road" }).waitFor();
      await press(dialog.getByRole("button", { name: "Remove Old Town" }));
      expect(await dialog.locator(".chip").count()).toBe(2);
      await press(dialog.getByRole("button", { name: "Remove River Road" }));
      expect(await dialog.locator(".chip").allTextContents()).toEqual(["North Ridge✕"]);

      await dialog.getByLabel("Text").fill("Boil");
      await press(dialog.getByRole("button", { name: "Review" }));
      await expect.poll(() => slack.topView(ana.id)).toBeUndefined();
      const [{ view } = {}] = slack.requests
        .map(({ body }) => JSON.parse(new URLSearchParams(body).get("payload") ?? "{}"))
        .filter(({ type }) => type === "view_submission");
      expect(view.state.values).toMatchObject({
        zones: { zones: { selected_options: [{ value: "North Ridge" }] } },
        text: { text: { value: "Boil" } },
      });
      expect(errors).toEqual([]);
    },
  );
}

testInBrowser("a modal that changes under one's hands leaves in place what stays the same", async () => {
  const { page, dialog, client, viewId } = await openModal(wide);
  const text = dialog.getByLabel("Text");
  const search = dialog.getByLabel("Zones");
  const filler = Array.from({ length: 30 }, (_, nth) => say(`Line ${nth}`));
  const update = (blocks: KnownBlock[]) => client.views.update({ view_id: viewId, view: modal(blocks) });
  await text.fill("Boil");
  await search.click();
  await search.pressSequentially("riv");
  await update([say("Look here"), ...fields(), ...filler]);
  await dialog.getByText("Look here").waitFor();
  expect(await search.inputValue()).toBe("riv");
  await page.getByRole("option", { name: "River Road" }).click();
  expect(await text.inputValue()).toBe("Boil");

  await text.focus();
  await page.keyboard.press("Home");
  await page.locator("#modal .modal-body").evaluate((body) => body.scrollTo(0, 90));
  await update([say("And here"), ...fields(), ...filler]);
  await dialog.getByText("And here").waitFor();
  await page.keyboard.type("Please ");
  expect(await text.inputValue()).toBe("Please Boil");
  expect(await page.locator("#modal .modal-body").evaluate((body) => body.scrollTop)).toBe(90);
  await pressSlowly(page, "Review", () => update([say("Now here"), ...fields()]));
  await dialog.waitFor({ state: "hidden" });
});

testInBrowser(
  "after an error, or an answer that comes too late, the modal is there with every word",
  async () => {
    const answers = [
      { body: { response_action: "errors", errors: { text: "Say more." } } },
      { after: 3_500, body: { response_action: "clear" } },
      {},
    ];
    const answer = ({ type }: { type: string }) => (type === "view_submission" && answers.shift()) || {};
    const { page, dialog, client, viewId } = await openModal(phone, { answer });
    await dialog.getByLabel("Zones").click();
    await page.getByRole("option", { name: "Old Town" }).click();
    await dialog.getByLabel("Text").fill("Boil your water");
    const submit = dialog.getByRole("button", { name: "Review" });
    const words = async () => [
      await dialog.getByLabel("Text").inputValue(),
      await dialog.locator(".chip").allTextContents(),
    ];
    for (const told of ["Say more.", "We had some trouble connecting. Try again?"]) {
      await submit.click();
      await dialog.getByText(told).waitFor();
      expect(await words()).toEqual(["Boil your water", ["Old Town✕"]]);
    }
    // What was saved late shows in the modal itself: it is no failure any more.
    await client.views.update({ view_id: viewId, view: modal([say("Saved."), ...fields()]) });
    await dialog.getByText("Saved.").waitFor();
    expect(await dialog.getByRole("alert").count()).toBe(0);
    expect(await words()).toEqual(["Boil your water", ["Old Town✕"]]);
    await wait(1_000);
    await submit.click();
    await dialog.waitFor({ state: "hidden" });
  },
);

testInBrowser("links lead to channels and messages, a broadcast reply stands in both places", async () => {
  const { page, client, slack, post, errors } = await openPage(wide);
  const ts = await post("The first one");
  await post("Is it safe?", [], { thread_ts: ts });
  const broadcast = { channel: board.id, thread_ts: ts, text: "Help!", reply_broadcast: true };
  const { ts: cry = "" } = await client.chat.postMessage(broadcast);
  for (let nth = 0; nth < 40; nth += 1) await post(`Number ${nth}`);
  const list = page.getByRole("log", { name: "Messages", exact: true });
  const thread = page.getByRole("log", { name: "Thread messages" });
  await list.getByText("Help!").waitFor();
  expect(await list.getByText("Is it safe?").count()).toBe(0);

  const linkTo = (message_ts: string) => client.chat.getPermalink({ channel: board.id, message_ts });
  const [{ permalink: first }, { permalink: reply }] = [await linkTo(ts), await linkTo(cry)];
  const text = `See <${first}|the first one>, <${reply}|the cry>, and <#${board.id}>.`;
  await client.chat.postMessage({ channel: ana.id, text });
  const direct = page.getByRole("button", { name: /^Headgate/ });
  await direct.getByLabel("1 new").waitFor();
  await direct.click();
  await page.getByRole("link", { name: "#board-alerts" }).waitFor();
  expect(await direct.getByLabel("1 new").count()).toBe(0);

  await page.getByRole("link", { name: "the first one" }).click();
  await expect
    .poll(() => list.locator(".flash").allTextContents())
    .toEqual([expect.stringContaining("The first one")]);
  await direct.click();
  await page.getByRole("link", { name: "the cry" }).click();
  await thread.locator(".flash").getByText("Help!").waitFor();
  const [root] = slack.messages(ana.id);
  if (root) slack.deleteMessage(root);
  await list.locator(`[data-ts="${ts}"]`).waitFor({ state: "detached" });
  await direct.click();
  await page.getByRole("link", { name: "the first one" }).click();
  await page.getByText("That message is not there any more.").waitFor();
  expect(errors).toEqual([]);
});

testInBrowser("a note lies over nothing, and says nothing of the insides", async () => {
  const { page, slack, post } = await openPage(phone);
  for (let nth = 0; nth < 12; nth += 1) await post(`Review ${nth}`, [say(`Number ${nth}`), buttons("Edit")]);
  await page.getByText("Number 11").waitFor();
  slack.uninstallApp();
  await page.getByRole("button", { name: "Edit" }).last().click();
  const note = page.locator(".toast");
  await note.getByText("Oh no, something went wrong. Please try that again.").waitFor();
  const top = (await note.boundingBox())?.y ?? 0;
  for (const button of await page.locator("button:visible, input:visible").all()) {
    const box = await button.boundingBox();
    const isShown = box !== null && (await button.evaluate((it) => it.closest(".messages") === null));
    if (isShown) expect(box.y + box.height).toBeLessThanOrEqual(top);
  }
  expect(
    await page
      .locator(".messages")
      .first()
      .evaluate((it) => it.getBoundingClientRect().bottom),
  ).toBeLessThan(top);
});

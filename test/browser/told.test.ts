// What the practice page tells a person, by eye, ear and focus, while an alert goes its way.
import { afterAll, expect, test, vi } from "vitest";
import { people } from "../../src/practice/co-op/people.ts";
import { hasBrowser } from "../helpers/browser.ts";
import { confirm, openPractice, writeAlert } from "./alert.ts";
import { ana, board, openPage, plain, row, SOON, say, wait, wide } from "./page.ts";
import { closeBrowser } from "./window.ts";

vi.setConfig({ testTimeout: 200_000 });
afterAll(closeBrowser);
const testInBrowser = test.skipIf(!hasBrowser);

testInBrowser(
  "what is said twice under way is heard every ten seconds at most, and the end in any case",
  async () => {
    const { page, post, change } = await openPage(wide);
    const ts = await post("Sending. 0 of 58");
    await page.getByText("Sending. 0 of 58").waitFor();
    await page.evaluate(`
    globalThis.heard = [];
    const place = document.getElementById("progress");
    new MutationObserver(() => heard.push(place.textContent)).observe(place, { childList: true });
  `);
    for (let sent = 1; sent <= 12; sent += 1) {
      await change(ts, `Sending. ${sent} of 58`, []);
      await wait(400);
    }
    await change(ts, "Sent 58 of 58", []);
    const heard = () => page.evaluate<string[]>("heard");
    await expect.poll(async () => (await heard()).at(-1), { timeout: 15_000 }).toBe("Sent 58 of 58");
    expect((await heard()).length).toBeLessThanOrEqual(2);
  },
);

testInBrowser(
  "after the last question the keyboard is at the message, also when its buttons are gone",
  async () => {
    const { page, client, heard, change, slack } = await openPage(wide);
    const sure = {
      title: plain("Sure?"),
      text: plain("For good."),
      confirm: plain("Yes"),
      deny: plain("No"),
    };
    const button = { type: "button" as const, action_id: "send", text: plain("Send"), confirm: sure };
    const blocks = [say("Review"), { type: "actions" as const, elements: [button] }];
    const { ts = "" } = await client.chat.postMessage({ channel: board.id, text: "Review", blocks });
    await page.getByRole("combobox", { name: "Message or command" }).focus();
    await page.locator(".message").getByRole("button", { name: "Send" }).click();
    await wait(4_000);
    await page.getByRole("button", { name: "Yes" }).click();
    await expect.poll(() => heard.length, SOON).toBe(1);
    const focused = () => page.evaluate<string>("document.activeElement.dataset.ts");
    await expect.poll(focused, SOON).toBe(ts);
    await change(ts, "Sent", [say("Sent")]);
    await page.locator(".message").getByText("Sent", { exact: true }).waitFor();
    expect(await focused()).toBe(ts);
    // Where a button without a question goes from under the keyboard, it is the same.
    await change(ts, "More", [say("More"), row("Go on")]);
    await page.getByRole("button", { name: "Go on" }).focus();
    await change(ts, "Gone", [say("Gone")]);
    await page.locator(".message").getByText("Gone", { exact: true }).waitFor();
    expect(await focused()).toBe(ts);
    expect(slack.topView(ana.id)).toBeUndefined();
  },
);

testInBrowser("a form is gone after a reload, and the next one opens", async () => {
  const { page, client, slack, heard } = await openPage(wide);
  const view = (title: string) => ({ type: "modal" as const, title: plain(title), blocks: [say("Hello")] });
  const open = async (title: string) => {
    await slack.runCommand(ana.id, "/alert");
    await client.views.open({ trigger_id: heard.at(-1)?.trigger_id ?? "", view: view(title) });
    await page.getByRole("dialog", { name: title }).waitFor();
  };
  await open("One");
  await page.reload();
  await page.getByText("Nothing yet.").waitFor();
  await wait(500);
  expect(await page.getByRole("dialog").count()).toBe(0);
  await open("Two");
});

testInBrowser("one note at a time, over nothing, and in the form where one is open", async () => {
  const { page, client, slack, heard, world } = await openPage(wide, {
    answer: ({ type }) => (type === "/alert" ? {} : { body: { response_action: "nonsense" } }),
  });
  const box = page.getByRole("combobox", { name: "Message or command" });
  const blocks = [say("Review"), row("Edit")];
  await client.chat.postMessage({ channel: board.id, text: "Review", blocks });
  slack.uninstallApp();
  for (let time = 0; time < 2; time += 1) {
    await page.getByRole("button", { name: "Edit" }).click();
    await page.locator(".toast").waitFor();
    await wait(500);
    expect(await page.locator(".toast").count()).toBe(1);
  }
  // What Slackbot says in the channel is not said again below it.
  await page.reload();
  await page.getByRole("button", { name: "Edit" }).waitFor();
  await box.fill("/alert");
  await box.press("Enter");
  await page.getByText("/alert is not a valid command.").waitFor();
  await wait(500);
  expect(await page.locator(".toast").count()).toBe(0);
  expect(await page.getByText("/alert is not a valid command.").count()).toBe(1);

  await page.getByRole("button", { name: "Edit" }).click();
  await page.locator(".toast").waitFor();
  slack.reinstallApp();
  await slack.runCommand(ana.id, "/alert");
  const view = { type: "modal" as const, title: plain("Form"), submit: plain("Go"), blocks: [say("Hello")] };
  await client.views.open({ trigger_id: heard.at(-1)?.trigger_id ?? "", view });
  const form = page.getByRole("dialog", { name: "Form" });
  await form.waitFor();
  expect(await page.locator(".toast").count()).toBe(0);
  await world.close();
  await form.getByRole("button", { name: "Go" }).click();
  await form
    .getByRole("alert")
    .getByText(/does not answer/)
    .waitFor();
  await wait(500);
  expect(await page.locator(".toast").count()).toBe(0);
});

testInBrowser("who has left the co-op sees and writes nothing", async () => {
  const { page, post, slack, world } = await openPage(wide);
  await post("For the board alone");
  await page.getByText("For the board alone").waitFor();
  await page.getByRole("combobox", { name: "You are" }).selectOption(people.opal.realName);
  await page.getByText("Opal Jensen has left the co-op.").waitFor();
  expect(await page.getByText("For the board alone").count()).toBe(0);
  const box = page.getByRole("combobox", { name: "Message or command" });
  expect(await box.isDisabled()).toBe(true);
  expect(await box.getAttribute("placeholder")).toBe("Their Slack account is closed");
  const before = slack.messages(ana.id).length;
  const body = JSON.stringify({ user: people.opal.id, channelId: board.id, text: "hi" });
  const answer = await (await fetch(`${world.url}/practice/slack/type`, { method: "POST", body })).json();
  expect(answer).toMatchObject({ failure: "This account is closed. Nothing was done." });
  expect(slack.messages(ana.id)).toHaveLength(before);
  await page.getByRole("combobox", { name: "You are" }).selectOption(ana.realName);
  await page.getByText("For the board alone").waitFor();
  expect(await box.isDisabled()).toBe(false);
});

testInBrowser(
  "the wall goes to the phones that are texted, and names the same numbers as the review",
  async () => {
    const { scene, page } = await openPractice(wide, {
      settings: { SEGMENTS_PER_SECOND: "12" },
      rhythm: { updateEverySeconds: 1, roundEveryMs: 50 },
    });
    const wall = page.getByRole("region", { name: "Phones" });
    const count = wall.getByRole("status");
    await writeAlert(page, "Mill Flats");
    const review = (await page.getByText(/^To \d+ members on \d+ phones\./).textContent()) ?? "";
    const [, phones = ""] = /on (\d+) phones/.exec(review) ?? [];
    await wall.getByRole("heading", { name: `Mill Flats ${phones} phones, 1 opted out` }).waitFor();
    await confirm(page, scene);
    /** Whether one of the phones with a text is in sight, below the wall's head. */
    const isOneInSight = () =>
      wall.locator(".phone-tile", { hasText: "PRACTICE - " }).evaluateAll((tiles, height) => {
        const boxes = tiles.map((it) => it.getBoundingClientRect());
        return boxes.some(({ top, bottom }) => top > 100 && bottom <= height);
      }, wide.height);
    await wall.getByText("PRACTICE - Mill Creek").nth(2).waitFor();
    await expect.poll(isOneInSight, SOON).toBe(true);
    await page.getByText(/^Sent \d+ of \d+: \d+ delivered, \d+ not reached\.$/).waitFor();
    await scene.twilio.settle();
    const arrived = () => scene.twilio.phones.all().filter(({ texts }) => texts.length > 0).length;
    await expect.poll(() => count.textContent(), SOON).toBe(`The newest text is on ${arrived()} phones.`);

    // The same text to others is another alert, and counted for itself.
    const before = arrived();
    await writeAlert(page, "Old Town");
    await confirm(page, scene);
    await page
      .getByText(/^Sent \d+ of \d+: \d+ delivered, \d+ not reached\.$/)
      .nth(1)
      .waitFor();
    await scene.twilio.settle();
    await expect
      .poll(() => count.textContent(), SOON)
      .toBe(`The newest text is on ${arrived() - before} phones.`);

    // Whom the board takes off is left out on the wall too, in the same number.
    await scene.twilio.reply("+12065550101", "STOP");
    await wall.getByRole("heading", { name: "North Ridge 63 phones, 3 opted out" }).waitFor();
  },
);

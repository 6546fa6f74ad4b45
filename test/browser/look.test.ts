// What stands where on the practice page, on screens of all sizes, and what a person reads and hears there.
import type { KnownBlock } from "@slack/web-api";
import type { Page } from "playwright-core";
import { expect, test, vi } from "vitest";
import { people } from "../../src/practice/co-op/people.ts";
import { hasBrowser } from "../helpers/browser.ts";
import { confirm, fillIn, openPractice, writeAlert } from "./alert.ts";
import { expectAccessible } from "./axe.ts";
import { ana, board, openPage, phone, SOON, wait, wide } from "./page.ts";

vi.setConfig({ testTimeout: 200_000 });
const testInBrowser = test.skipIf(!hasBrowser);

const plain = (text: string) => ({ type: "plain_text" as const, text });
const say = (text: string): KnownBlock => ({ type: "section", text: { type: "mrkdwn", text } });
const row = (...names: string[]): KnownBlock => ({
  type: "actions",
  elements: names.map((name, nth) => ({
    type: "button",
    action_id: `a${nth}`,
    text: plain(name),
    ...(nth === 0 && { style: "danger" }),
  })),
});
const boxOf = async (page: Page, name: string | RegExp) => {
  const box = await page.getByRole("button", { name }).last().boundingBox();
  if (box === null) throw new Error(`There is no ${name} on the screen.`);
  return box;
};

/** All that begins with a small letter where a sentence or a name begins. */
const smallBeginnings = (page: Page) =>
  page
    .locator("button, label, p, h1, h2, h3, summary, .badge, .more, .phones-nothing, option")
    .evaluateAll((all) =>
      all
        .filter((it) => it.getClientRects().length > 0)
        .map((it) => it.textContent?.trim() ?? "")
        .filter((text) => /^\p{Ll}/u.test(text)),
    );

for (const [name, size] of [
  ["wide", wide],
  ["phone-sized", phone],
] as const) {
  testInBrowser(
    `axe finds nothing on any screen of an alert, and sentences begin with a capital: ${name}`,
    async () => {
      const { scene, page, errors } = await openPractice(size);
      const look = async () => {
        await expectAccessible(page);
        expect(await smallBeginnings(page)).toEqual([]);
      };
      await page.getByText("Nothing yet.").waitFor();
      await look();
      const form = await fillIn(page, "Old Town");
      await look();
      await form.getByRole("button", { name: "Review" }).click();
      const reviewed = page.getByRole("dialog", { name: "Your review" });
      await reviewed.waitFor();
      await look();
      await reviewed.getByRole("link", { name: "open it" }).click();
      await page.getByText("Review: nothing is sent yet").waitFor();
      await wait(3_500);
      await look();
      await page.getByRole("button", { name: /^Send to \d+ phones/ }).click();
      await look();
      await page.getByRole("button", { name: "Not yet" }).click();
      await confirm(page, scene);
      await page.getByText(/^Sent \d+ of \d+: \d+ delivered, \d+ not reached\.$/).waitFor();
      await look();
      await page
        .getByRole("button", { name: /repl(y|ies)$/ })
        .first()
        .click();
      await page.getByRole("log", { name: "Thread messages" }).getByText("Not reached").first().waitFor();
      await look();
      await page.getByRole("button", { name: "Close thread" }).click();
      if (size === phone) await page.getByRole("button", { name: "Phones", exact: true }).click();
      await wait(1_800);
      await look();
      await page.getByRole("button", { name: /^Ana Ortiz/ }).click();
      await page.getByRole("dialog", { name: "Ana Ortiz" }).waitFor();
      await look();
      expect(errors).toEqual([]);
    },
  );
}

testInBrowser(
  "the sheet for board members breaks no rule of axe, and fits on one page of either paper",
  async () => {
    const { page, world } = await openPage(wide);
    await page.goto(`${world.url}/sheet`);
    await expectAccessible(page);
    for (const format of ["A4", "Letter"]) {
      const pdf = (await page.pdf({ format })).toString("latin1");
      expect(pdf.match(/\/Type\s*\/Page\b/g), format).toHaveLength(1);
    }
  },
);

testInBrowser("one clock, the co-op's, and a line where a day begins", async () => {
  let time = new Date("2026-03-03T23:30:00-08:00");
  const { page, post, world } = await openPage(wide, { now: () => time, timezoneId: "Asia/Tokyo" });
  await post("Late in the evening");
  time = new Date("2026-03-04T00:10:00-08:00");
  await post("After midnight", [say("It ends <!date^1772611800^{date_num} at {time}|then>.")]);
  await world.twilio.reply("+12065550101", "is it safe?");
  const list = page.getByRole("log", { name: "Messages", exact: true });
  await list.getByText("It ends").waitFor();
  expect(await list.locator(".day").allTextContents()).toEqual([
    "Tuesday, March 3, 2026",
    "Wednesday, March 4, 2026",
  ]);
  expect(await list.locator(".byline time").allTextContents()).toEqual(["11:30 PM", "12:10 AM"]);
  expect(await list.getByText("It ends").textContent()).toBe("It ends 3/4/26 at 12:10 AM.");
  await page
    .getByRole("button", { name: /^Ruth Abbott/ })
    .getByText("12:10 AM")
    .waitFor();
  await page.getByRole("button", { name: /^Ruth Abbott/ }).click();
  await page.getByText("Reply, 12:10 AM").waitFor();
});

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

testInBrowser("no button stands alone on a last line, and the composer's is the quietest", async () => {
  const { page, client } = await openPage(wide);
  const rows = [
    ["Send to 58 phones", "Send me a test", "Edit", "Discard", "Who is left out"],
    ["Send to 1,204 phones", "Send me a test", "Edit", "Discard"],
    ["Stop", "Who is left out", "Discard"],
  ];
  for (const names of rows) {
    await client.chat.postMessage({ channel: board.id, text: "Review", blocks: [say("R"), row(...names)] });
    await page.getByRole("button", { name: names[0] ?? "" }).waitFor();
    for (const width of [360, 390, 430, 768, 901, 1024, 1280, 1600]) {
      await page.setViewportSize({ width, height: 844 });
      const tops = await Promise.all(names.map(async (name) => Math.round((await boxOf(page, name)).y)));
      const last = tops.at(-1);
      expect(tops.filter((top) => top === last).length, `${names} at ${width}`).toBeGreaterThan(1);
    }
  }
  await page.setViewportSize(wide);
  const style = (name: string) =>
    page
      .locator(".composer, .messages")
      .getByRole("button", { name, exact: true })
      .last()
      .evaluate((it) => {
        const { backgroundColor, fontWeight } = it.ownerDocument.defaultView?.getComputedStyle(it) ?? {};
        return [backgroundColor, fontWeight];
      });
  expect(await style("Send")).toEqual(["rgba(0, 0, 0, 0)", "400"]);
  expect((await style("Send to 58 phones"))[1]).toBe("600");
});

testInBrowser("every ✕ is large enough for a finger", async () => {
  const { page, client, slack, heard, post } = await openPage(phone, { hasTouch: true });
  const ts = await post("The first one");
  await post("A reply", [], { thread_ts: ts });
  await page.getByRole("button", { name: "1 reply" }).click();
  const zones = {
    type: "input" as const,
    block_id: "zones",
    label: plain("Zones"),
    element: {
      type: "multi_static_select" as const,
      action_id: "zones",
      options: [{ text: plain("Old Town"), value: "1" }],
      initial_options: [{ text: plain("Old Town"), value: "1" }],
    },
  };
  const crosses = async () => {
    const found = await page.getByText("✕", { exact: true }).filter({ visible: true }).all();
    const boxes = await Promise.all(found.map((it) => it.boundingBox()));
    for (const box of boxes) expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
    return found.length;
  };
  expect(await crosses()).toBe(1);
  await page.getByRole("button", { name: "Close thread" }).click();
  await page.getByRole("button", { name: "What can go wrong" }).click();
  expect(await crosses()).toBe(1);
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await slack.runCommand(ana.id, "/alert");
  const view = { type: "modal" as const, title: plain("Form"), submit: plain("Go"), blocks: [zones] };
  await client.views.open({ trigger_id: heard.at(-1)?.trigger_id ?? "", view });
  await page.getByRole("dialog", { name: "Form" }).waitFor();
  expect(await crosses()).toBe(2);
});

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

testInBrowser("a thread stands beside its channel", async () => {
  const { page, post } = await openPage(wide);
  const ts = await post("The first one");
  await post("A reply", [], { thread_ts: ts });
  await page.getByRole("button", { name: "1 reply" }).click();
  await page.getByText("A reply").waitFor();
  for (const width of [920, 1024, 1152, 1280, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    const [channel, thread] = await Promise.all(
      [".conversation", ".thread"].map((place) => page.locator(place).boundingBox()),
    );
    expect((channel?.x ?? 0) + (channel?.width ?? 0)).toBeLessThanOrEqual(thread?.x ?? 0);
    expect(Math.min(channel?.width ?? 0, thread?.width ?? 0), `at ${width}`).toBeGreaterThan(280);
  }
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

// What stands where on the practice page, on screens of all sizes.
import type { Page } from "playwright-core";
import { afterAll, expect, test, vi } from "vitest";
import { hasBrowser } from "../helpers/browser.ts";
import { confirm, fillIn, openPractice } from "./alert.ts";
import { expectAccessible } from "./axe.ts";
import { ana, board, openPage, phone, plain, row, say, wait, wide } from "./page.ts";
import { closeBrowser } from "./window.ts";

vi.setConfig({ testTimeout: 200_000 });
afterAll(closeBrowser);
const testInBrowser = test.skipIf(!hasBrowser);

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

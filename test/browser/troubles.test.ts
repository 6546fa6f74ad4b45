// What can go wrong, as a board brings it about on the page, and what it can rehearse then.
import { afterAll, expect, test, vi } from "vitest";
import { hasBrowser } from "../helpers/browser.ts";
import { confirm, openPractice, writeAlert } from "./alert.ts";
import { expectAccessible } from "./axe.ts";
import { board, openPage, phone, SOON, wide } from "./page.ts";
import { closeBrowser } from "./window.ts";

vi.setConfig({ testTimeout: 150_000 });
afterAll(closeBrowser);
const testInBrowser = test.skipIf(!hasBrowser);

testInBrowser("the account is suspended: the alert halts, and goes on when that is ended", async () => {
  const { scene, page, errors } = await openPractice(phone);
  await page.getByRole("button", { name: "What can go wrong" }).click();
  const choice = page.getByRole("dialog", { name: "What can go wrong" });
  await expect.poll(() => choice.getByRole("checkbox").count(), SOON).toBe(6);
  await expectAccessible(page);
  await choice.getByLabel("The Twilio account is suspended").check();
  await choice.getByRole("button", { name: "Close", exact: true }).click();
  const strip = page.getByRole("status", { name: "Goes wrong just now" });
  await strip.getByText("The Twilio account is suspended.").waitFor();

  await writeAlert(page, "Old Town");
  await confirm(page, scene);
  await page.getByRole("heading", { name: "Halted: not everybody has been texted" }).waitFor();
  expect(scene.twilio.ledger).toEqual([]);
  await expectAccessible(page);

  await strip.getByRole("button", { name: "End it: The Twilio account is suspended" }).click();
  await strip.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByText(/^Sent \d+ of \d+: \d+ delivered, \d+ not reached\.$/).waitFor();
  expect(errors).toEqual([]);
});

testInBrowser("each of the six is turned on and off, and others by their name in the address", async () => {
  const { page, client, world } = await openPage(wide);
  const post = () =>
    client.chat.postMessage({ channel: board.id, text: "hi" }).then(
      () => "ok",
      ({ data }) => data.error,
    );
  await page.getByRole("button", { name: "What can go wrong" }).click();
  const boxes = page.getByRole("dialog", { name: "What can go wrong" }).getByRole("checkbox");
  await expect.poll(() => boxes.count(), SOON).toBe(6);
  for (const box of await boxes.all()) {
    await box.check();
    await expect.poll(() => page.locator(".going-wrong p").count(), SOON).toBe(1);
    await box.uncheck();
    await expect.poll(() => page.locator(".going-wrong p").count(), SOON).toBe(0);
  }
  await boxes.last().check();
  await expect.poll(post, SOON).toBe("channel_not_found");
  // Who invites it in again has ended it.
  world.slack.inviteApp(board.id);
  await expect.poll(() => boxes.last().isChecked(), SOON).toBe(false);

  await page.goto(`${world.url}/?trouble=slack-restricted_action&method=chat.postMessage&times=2`);
  await page.getByText("Slack refuses what it is asked: restricted_action.").waitFor();
  expect(new URL(page.url()).search).toBe("");
  expect([await post(), await post(), await post()]).toEqual([
    "restricted_action",
    "restricted_action",
    "ok",
  ]);
  await expect.poll(() => page.locator(".going-wrong").isVisible(), SOON).toBe(false);

  await page.goto(`${world.url}/?trouble=uninstalled`);
  await page.getByText("Headgate is uninstalled from Slack.").waitFor();
  expect(await post()).toBe("account_inactive");
  // A reload begins nothing anew.
  await page.getByRole("button", { name: /^End it/ }).click();
  await page.reload();
  await page.getByLabel("You are").waitFor();
  expect(await post()).toBe("ok");

  await page.goto(`${world.url}/?trouble=frogs`);
  await page.getByRole("alert").getByText('There is nothing named "frogs"').waitFor();
});

// The practice page as a board member uses it, in a real browser.
import { afterAll, expect, test, vi } from "vitest";
import { zones } from "../../src/practice/co-op/people.ts";
import { audienceOf } from "../helpers/audience.ts";
import { hasBrowser } from "../helpers/browser.ts";
import { confirm, openPractice, writeAlert } from "./alert.ts";
import { READING_MS, wait } from "./page.ts";
import { closeBrowser } from "./window.ts";

// A browser beside everything else, on a machine with two cores: only what hangs takes longer than this.
vi.setConfig({ testTimeout: 150_000 });
afterAll(closeBrowser);

test.skipIf(!hasBrowser)("a board member sends an alert, and it arrives on the phones", async () => {
  const { scene, page, errors } = await openPractice({ width: 1280, height: 800 });
  await page.getByRole("combobox", { name: "You are" }).selectOption("Priya Raman");

  await writeAlert(page, "Old Town");
  expect(scene.twilio.requests).toHaveLength(0);
  await confirm(page, scene);

  await page.getByText(/^Sent \d+ of \d+: \d+ delivered, \d+ not reached\.$/).waitFor();
  const [, phones] =
    /of (\d+)/.exec(
      (await page.getByText(/^Sent to \d+ of \d+, \d+ not reached, \d+ left out$/).textContent()) ?? "",
    ) ?? [];
  expect(scene.twilio.requests).toHaveLength(Number(phones));
  await page.getByRole("region", { name: "Phones" }).getByText("PRACTICE - Mill Creek").first().waitFor();
  expect(errors).toEqual([]);
});

test.skipIf(!hasBrowser)("another one is stopped in mid-send, on a phone-sized screen", async () => {
  const { scene, page, errors } = await openPractice(
    { width: 375, height: 740 },
    // Long enough under way for a slow machine, and for whoever reads before pressing.
    { settings: { SEGMENTS_PER_SECOND: "2" }, rhythm: { updateEverySeconds: 1, roundEveryMs: 50 } },
  );

  await writeAlert(page, "All zones");
  await confirm(page, scene);
  await scene.twilio.until(() => scene.twilio.ledger.length >= 3, "three texts");
  await page.getByRole("button", { name: "Stop" }).click();
  // The message goes on counting below the question.
  const updates = () => scene.slack.calls.filter(({ method }) => method === "chat.update").length;
  const before = updates();
  await wait(READING_MS);
  expect(updates()).toBeGreaterThan(before);
  await page.getByRole("button", { name: "Stop it" }).click();

  await page.getByText(/^Stopped: \d+ of \d+ got it or will$/).waitFor();
  await scene.twilio.settle();
  const left = scene.twilio.requests.length;
  const notSent = audienceOf([...zones]).phones.length - left;
  await page
    .getByText(new RegExp(`, ${notSent} not sent\\.`))
    .first()
    .waitFor();
  expect(scene.twilio.requests.length).toBeLessThan(214);
  expect(errors).toEqual([]);
});

test.skipIf(!hasBrowser)(
  "what is wrong with a field stands under it until that field is changed",
  async () => {
    const { page, errors } = await openPractice({ width: 1280, height: 800 });
    const box = page.getByRole("combobox", { name: "Message or command" });
    await box.fill("/alert");
    await box.press("Enter");
    const modal = page.getByRole("dialog", { name: "New alert" });
    const complaints = modal.getByText("Please complete this required field.");
    const message = modal.getByLabel("Message");
    await message.fill("");
    await modal.getByRole("button", { name: "Review" }).click();
    await complaints.first().waitFor();
    expect(await complaints.count()).toBe(3);

    await message.pressSequentially("Boil");
    expect(await complaints.count()).toBe(2);
    await modal.getByRole("radio", { name: "Emergency" }).check();
    expect(await complaints.count()).toBe(1);
    await modal.getByLabel("Zones").click();
    await page.getByRole("option", { name: /^Old Town / }).click();
    expect(await complaints.count()).toBe(0);
    expect(await modal.locator("[aria-invalid]").count()).toBe(0);
    expect(await message.inputValue()).toBe("Boil");

    // It comes back with the next try.
    await message.fill("");
    await modal.getByRole("button", { name: "Review" }).click();
    await complaints.waitFor();
    expect(await message.getAttribute("aria-invalid")).toBe("true");
    expect(errors).toEqual([]);
  },
);

// The members' list on the practice page: as an admin meets it, wide and on a phone.
import { afterAll, expect, test, vi } from "vitest";
import { hasBrowser } from "../helpers/browser.ts";
import { openPractice } from "./alert.ts";
import { expectAccessible } from "./axe.ts";
import { phone, wide } from "./page.ts";
import { closeBrowser } from "./window.ts";

vi.setConfig({ testTimeout: 150_000 });
afterAll(closeBrowser);

test.skipIf(!hasBrowser).each([
  ["wide", wide],
  ["phone-sized", phone],
] as const)("an admin finds a member by keyboard, and changes what is wrong: %s", async (_, size) => {
  const { page, errors } = await openPractice(size);
  await page.getByRole("button", { name: "Home", exact: true }).click();
  await page.getByRole("button", { name: "Members" }).click();
  const list = page.getByRole("dialog", { name: "Members" });
  await list.getByText("Next page").waitFor();
  await expectAccessible(page);

  const find = list.getByRole("combobox", { name: "Find a member" });
  await find.focus();
  await page.keyboard.type("ruth abb");
  await page.getByRole("option", { name: /^Ruth Abbott/ }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const card = page.getByRole("dialog", { name: "Member", exact: true });
  await card.getByRole("heading", { name: "Ruth Abbott" }).waitFor();
  await expectAccessible(page);

  for (const [button, title] of [
    ["Change", "Change a member"],
    ["Move to a zone", "Move to a zone"],
    ["Add a number", "Add a number"],
    ["Opt out", "Opt out"],
    ["Who changed what", "Who changed what"],
  ] as const) {
    await card.getByRole("button", { name: button, exact: true }).click();
    await page.getByRole("dialog", { name: title }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
  }
  await card.getByRole("button", { name: "Consent", exact: true }).click();
  const consent = page.getByRole("dialog", { name: "Consent to texts" });
  await consent.getByLabel("How did they agree to texts?").selectOption("letter");
  await consent.getByLabel("In their words, or what they signed").fill("Yes, text me");
  await consent.getByRole("button", { name: "Save" }).click();
  await card.getByText("The consent was written down.").waitFor();
  await card.getByText("“Yes, text me”").waitFor();

  await card.getByRole("button", { name: "Erase" }).click();
  await page.getByRole("button", { name: "Go on" }).click();
  const erase = page.getByRole("dialog", { name: "Erase a member" });
  await erase.getByLabel("Their name, as it stands above").fill("Ruth Abbott");
  await expectAccessible(page);
  await erase.getByRole("button", { name: "Erase for good" }).click();
  await page.getByText("They were erased.").waitFor();
  expect(errors).toEqual([]);
});

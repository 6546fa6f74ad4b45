// An alert on the practice page, by what a person reads on the screen.
import type { Page } from "playwright-core";
import { openScene, type Scene, type SceneOptions } from "../helpers/scene.ts";
import { readWhile } from "./page.ts";
import { openWindow } from "./window.ts";

const TEXT = "Mill Creek Water Co-op: boil your water before drinking. A main broke on River Road.";

/** The page with the real app behind it. */
export async function openPractice(size: { width: number; height: number }, options: SceneOptions = {}) {
  const scene = await openScene(options);
  const page = await (await openWindow({ viewport: size })).newPage();
  page.setDefaultTimeout(40_000);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(scene.url);
  return { scene, page, errors };
}

/** From the command to the form with everything in it. */
export async function fillIn(page: Page, zone: string) {
  const box = page.getByRole("combobox", { name: "Message or command" });
  await box.fill("/alert");
  await box.press("Enter");
  const modal = page.getByRole("dialog", { name: "New alert" });
  await modal.getByLabel("Zones").click();
  await page.getByRole("option", { name: new RegExp(`^${zone} `) }).click();
  await modal.getByRole("radio", { name: "Emergency" }).check();
  await modal.getByLabel("Message").fill(TEXT);
  return modal;
}

/** From the command to the review. */
export async function writeAlert(page: Page, zone: string) {
  const modal = await fillIn(page, zone);
  await modal.getByRole("button", { name: "Review" }).click();
  await page.getByRole("dialog", { name: "Your review" }).getByRole("link", { name: "open it" }).click();
  await page.getByText("Review: nothing is sent yet").last().waitFor();
}

/** Reads what is asked before it is answered; others go on writing meanwhile. */
export async function confirm(page: Page, { slack, walt }: Scene) {
  await page
    .getByRole("button", { name: /^Send to \d+ phones/ })
    .last()
    .click();
  const question = page.getByRole("dialog", { name: /^Send to \d+ phones\?/ });
  await readWhile((round) => slack.type(walt.id, slack.channelId, `Is it out? (${round})`));
  await question.getByRole("button", { name: /^Yes, send to/ }).click();
}

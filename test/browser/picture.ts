// Takes the README's picture from a practice that runs: `npm run practice`, and beside it `npm run picture`.
import { fileURLToPath } from "node:url";
import { readPracticePort } from "../../src/config.ts";
import { openBrowser } from "../helpers/browser.ts";

const TEXT =
  "Mill Creek Water Co-op: boil your water before drinking. A main broke on River Road. More at 5 PM.";
const path = fileURLToPath(new URL("../../src/practice/page/practice.png", import.meta.url));

const browser = await openBrowser();
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await page.goto(`http://localhost:${readPracticePort()}/`);
const box = page.getByRole("combobox", { name: "Message or command" });
await box.fill("/alert");
await box.press("Enter");
const form = page.getByRole("dialog", { name: "New alert" });
await form.getByLabel("Zones").click();
await page.getByRole("option", { name: /^River Road / }).click();
await form.getByRole("radio", { name: "Emergency" }).check();
await form.getByLabel("Message").fill(TEXT);
await form.getByRole("button", { name: "Review" }).click();
await page.getByRole("dialog", { name: "Your review" }).getByRole("link", { name: "open it" }).click();
await page.getByRole("button", { name: "Send me a test" }).click();
const phone = page.getByRole("button", { name: /^Ana Ortiz/ });
await phone.getByText("PRACTICE - ").waitFor();
await phone.click();
await page.getByRole("dialog", { name: "Ana Ortiz" }).waitFor();
// The message has flashed, and the new text is no longer marked.
await page.waitForTimeout(4_000);
await page.screenshot({ path });
await browser.close();

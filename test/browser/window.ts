// Windows of one browser, which a file of tests shares.
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import { onTestFinished } from "vitest";
import { openBrowser } from "../helpers/browser.ts";

let browser: Promise<Browser> | undefined;

/** One that knows nothing of the others, and closes when the test ends. */
export async function openWindow(options: BrowserContextOptions): Promise<BrowserContext> {
  browser ??= openBrowser();
  const context = await (await browser).newContext(options);
  onTestFinished(() => context.close());
  return context;
}

/** Every file that opens windows does this at its end. */
export async function closeBrowser(): Promise<void> {
  const last = browser;
  browser = undefined;
  await (await last)?.close();
}

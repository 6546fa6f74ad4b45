// Windows of one browser, which opens with the first of a file's tests and ends with the last.
import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import { afterAll, onTestFinished } from "vitest";
import { openBrowser } from "../helpers/browser.ts";

let browser: Promise<Browser> | undefined;
afterAll(async () => (await browser)?.close());

/** One that knows nothing of the others, and closes when the test ends. */
export async function openWindow(options: BrowserContextOptions): Promise<BrowserContext> {
  browser ??= openBrowser();
  const context = await (await browser).newContext(options);
  onTestFinished(() => context.close());
  return context;
}

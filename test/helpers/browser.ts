import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

/** These two make Chromium one process, which ends with the first page that is closed. */
const UNWANTED = ["--single-process", "--no-zygote"];

/** The Chromium that an npm package brings: Linux on x64 only. */
export const hasBrowser = process.platform === "linux" && process.arch === "x64";

// Without a graphics card, its stand-in would draw everything by the processor.
chromium.setGraphicsMode = false;

export async function openBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args.filter((flag) => !UNWANTED.includes(flag)),
  });
}

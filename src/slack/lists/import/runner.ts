// Works on the lists that were dropped into Slack, one after another, and tells their uploaders how they stand. All of it
// stands in the table: what this process does not end, another one or the next start takes up again.
import { Worker } from "node:worker_threads";
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { ServerSettings, Settings } from "../../../config.ts";
import type { Database } from "../../../db/open.ts";
import type { Log } from "../../../log.ts";
import type { ImportStep } from "../../../members/import.ts";
import {
  forgetImports,
  type KeptImport,
  MOST_TRIES,
  markTold,
  moveImport,
  renewLease,
  takeImport,
  takeUntold,
} from "../../../members/imports/rows.ts";
import { isAnswer } from "../../wire/errors.ts";
import { download, NoFile } from "./download.ts";
import { importedView, importMessage, previewView, progressView } from "./views.ts";
import { FAILED } from "./words.ts";
import type { WorkerTask } from "./worker.ts";

export type ImportsOptions = {
  db: Database;
  databaseUrl: string;
  client: WebClient;
  apiUrl: string;
  botToken: string;
  settings: () => Settings;
  country: ServerSettings["country"];
  /** The gateway that alerts go out by. */
  gateway: string;
  log: Log;
  /** Headgate is being stopped. */
  stopping: AbortSignal;
};

export type ImportRunner = {
  /** The job. @returns whether it wants to run again soon */
  round(): Promise<boolean>;
  /** What is under way has ended, or was broken off: another start does it then. */
  stopped(): Promise<void>;
};

const Step = z.object({ step: z.enum(["compare", "write"]), rows: z.number() });
/** A list of 100,000 rows takes a part of it. */
const MEMORY_MB = 1024;

export function createImportRunner(options: ImportsOptions): ImportRunner {
  const { db, client, log, stopping } = options;
  let running: { id: number; ended: Promise<void> } | undefined;

  async function work(first: KeptImport): Promise<void> {
    for (let it: KeptImport | undefined = first; it && !stopping.aborted; it = await takeImport(db)) {
      if (running) running.id = it.id;
      if (it.tries > MOST_TRIES) await moveImport(db, it, "over", { words: FAILED });
      else await doStep(options, it);
      await tellNext();
    }
  }

  function start(it: KeptImport): void {
    const ended = work(it)
      // It comes again when its lease has run out.
      .catch((err) => log.warn({ err, importId: it.id }, "an import could not be worked on"))
      .finally(() => {
        running = undefined;
      });
    running = { id: it.id, ended };
  }

  /** @returns whether there was somebody to tell */
  async function tellNext(): Promise<boolean> {
    const it = await takeUntold(db);
    if (!it) return false;
    await tell(client, it).then(
      () => markTold(db, it),
      (err) => log.warn({ err, importId: it.id }, "nobody could be told yet how an import stands"),
    );
    return true;
  }

  return {
    round: async () => {
      const hasTold = await tellNext();
      if (running) {
        await renewLease(db, running.id);
        return true;
      }
      await forgetImports(db);
      const it = await takeImport(db);
      if (it) start(it);
      return hasTold || it !== undefined;
    },
    stopped: async () => running?.ended,
  };
}

async function doStep(options: ImportsOptions, it: KeptImport): Promise<void> {
  const { db, client } = options;
  const show = (step?: ImportStep) =>
    // Whoever has closed the window is told how it ends.
    client.views.update({ view_id: it.viewId, view: progressView(it, step) }).catch(() => {});
  await show();
  if (it.state !== "to fetch") return runThread(options, it, show);
  try {
    const { bytes, link } = await download(it.fileId, it.userId, { ...options, signal: options.stopping });
    await moveImport(db, it, "to read", { bytes, ...(link !== undefined && { fileLink: link }) });
  } catch (error) {
    if (!(error instanceof NoFile)) throw error;
    options.log.warn(
      { err: error.cause ?? error, importId: it.id },
      "a list could not be fetched from Slack",
    );
    await moveImport(db, it, "over", { words: `Nothing was imported. ${error.message}` });
  }
}

/** @throws Error where it did not come to its end */
async function runThread(
  { databaseUrl, settings, country, gateway, stopping }: ImportsOptions,
  { id, teamId, userId }: KeptImport,
  show: (step: ImportStep) => Promise<unknown>,
): Promise<void> {
  const { timeZone } = settings();
  const task: WorkerTask = { databaseUrl, id, teamId, userId, country, timeZone, gateway };
  const thread = new Worker(new URL("./thread.ts", import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const end = () => void thread.terminate();
  stopping.addEventListener("abort", end, { once: true });
  let shown: Promise<unknown> = Promise.resolve();
  thread.on("message", (message: unknown) => {
    const step = Step.safeParse(message);
    if (step.success) shown = shown.then(() => show(step.data));
  });
  try {
    await new Promise<void>((done, fail) => {
      thread.once("error", fail);
      thread.once("exit", (code) => (code === 0 ? done() : fail(new Error(`the thread ended with ${code}`))));
    });
  } finally {
    stopping.removeEventListener("abort", end);
    // What goes on must not be shown after what came of it.
    await shown;
  }
}

/** In the window, or where that is closed in a direct message. @throws Error while Slack gives no answer */
async function tell(client: WebClient, it: KeptImport): Promise<void> {
  const view = it.state === "over" ? importedView(it) : previewView(it);
  try {
    await client.views.update({ view_id: it.viewId, view });
  } catch (error) {
    if (!isAnswer(error)) throw error;
    await client.chat.postMessage({ channel: it.userId, ...importMessage(it) });
  }
}

// One step of an import: it is read and shown, or applied. It runs in a thread of its own (thread.ts).
import { type CountryCode, isSupportedCountry } from "libphonenumber-js/max";
import { z } from "zod";
import { changesOf, Refusal } from "../../../board/change.ts";
import type { Database } from "../../../db/open.ts";
import { freezeNext } from "../../../deliveries/freeze.ts";
import { type ImportReport, type ImportStep, importMembers, previewImport } from "../../../members/import.ts";
import { keepPreview } from "../../../members/imports/preview.ts";
import {
  findImport,
  type KeptImport,
  moveImport,
  optionsOf,
  readBytes,
} from "../../../members/imports/rows.ts";
import { UnreadableFile } from "../../../members/read/unreadable.ts";
import { escapeForSlack } from "../../../text/slack-markup.ts";
import { clip } from "../../words/blocks.ts";
import { detailsOf } from "./details.ts";
import { CHANGED, describeDone, NOT_ADMIN } from "./words.ts";

export const WorkerTask = z.object({
  databaseUrl: z.string(),
  id: z.number(),
  teamId: z.string(),
  userId: z.string(),
  country: z.string().refine((code): code is CountryCode => isSupportedCountry(code)),
  timeZone: z.string(),
  gateway: z.string(),
});
export type WorkerTask = z.infer<typeof WorkerTask>;

type Doing = { db: Database; task: WorkerTask; tell: (step: ImportStep) => void };

/** Does what the import is at, and leaves it at its next step. */
export async function workOn({ db, task, tell }: Doing): Promise<void> {
  const user = { teamId: task.teamId, userId: task.userId };
  const it = await findImport(db, task.id, user);
  const bytes = it && (await readBytes(db, task.id));
  if (!it || !bytes) return;
  try {
    if (it.state === "to read") await preview({ db, task, tell }, it, bytes);
    if (it.state === "to apply") await apply({ db, task, tell }, it, bytes);
  } catch (error) {
    const words = explain(error);
    if (words === undefined) throw error;
    await moveImport(db, it, "over", { words: `Nothing was imported. ${words}` });
  }
}

const MOST_SAID = 500;

function explain(error: unknown): string | undefined {
  // It quotes the file.
  if (error instanceof UnreadableFile) return escapeForSlack(clip(error.message, MOST_SAID));
  return error instanceof Refusal ? NOT_ADMIN : undefined;
}

const common = ({ country, timeZone }: WorkerTask) => ({ country, timeZone });

async function preview({ db, task, tell }: Doing, it: KeptImport, bytes: Buffer): Promise<void> {
  const options = { ...optionsOf(it.choices), ...common(task), onStep: tell };
  const { report, questions, code } = await previewImport(db, bytes, options);
  await moveImport(db, it, "shown", {
    code,
    preview: keepPreview({ report, questions }, task.timeZone),
    details: await detailsOf(report, task.timeZone),
    ...(it.words !== null && { words: it.words }),
  });
}

async function apply({ db, task, tell }: Doing, it: KeptImport, bytes: Buffer): Promise<void> {
  const user = { teamId: task.teamId, userId: task.userId };
  const done = await importMembers(changesOf(db, user, "admin", "import-apply"), bytes, {
    ...optionsOf(it.choices),
    ...common(task),
    actor: user,
    freezeNext: () => freezeNext(db, task.gateway),
    as: it.code ?? "",
    onStep: tell,
    also: async (tx, report: ImportReport) => {
      const isOurs = await moveImport(tx, it, "over", { words: describeDone(report) });
      if (!isOurs) throw new Error("somebody else has this import");
    },
  });
  if (done.outcome === "imported") return;
  const words = done.outcome === "changed" ? CHANGED[done.what] : CHANGED.rest;
  await moveImport(db, it, "to read", { words });
}

// "Import", for admins: a list is dropped, read, looked at, and applied or discarded. What takes time is a job's
// (runner.ts); here somebody decides.
import { z } from "zod";
import {
  beginImport,
  decideImport,
  discardImport,
  findImport,
  followIn,
  type ImportChoices,
  type KeptImport,
  readDetails,
  type Seen,
} from "../../../members/imports/rows.ts";
import { decodeSlackText } from "../../../text/slack-markup.ts";
import { oneLine } from "../../../text/words.ts";
import type { ActionInput, Answer, SlackContext, SubmissionInput } from "../../wire/listener.ts";
import { readIds } from "../../wire/register.ts";
import { readAnswers } from "./questions.ts";
import {
  AGAIN,
  askedNow,
  CONSENT,
  FILE,
  importedView,
  importView,
  MAX_CONSENT,
  previewView,
  progressView,
} from "./views.ts";

const NOT_THERE: Answer = {
  failed:
    "This import is not there any more: it was applied or discarded, or the file was dropped more than a day ago. " +
    "Nothing was changed by your press. To begin again, press Import on the Home.",
};
const OLD: Answer = {
  failed:
    "This window is not how the import stands by now. Nothing was changed by your press. Close it, and look again.",
};

export async function openImport({ triggerId }: ActionInput, context: SlackContext): Promise<Answer> {
  return { after: () => context.client.views.open({ trigger_id: triggerId, view: importView() }) };
}

const Dropped = z.object({
  [FILE]: z.object({
    [FILE]: z.object({
      files: z.array(z.object({ id: z.string().regex(/^F[A-Z0-9]{1,30}$/), name: z.string() })).length(1),
    }),
  }),
  [CONSENT]: z.object({ [CONSENT]: z.object({ value: z.string().nullish() }) }),
});

/** It is kept which file it is; what stands in it is fetched and read after the answer. */
export async function takeFile(
  { change, member, values, viewId }: SubmissionInput,
  _context: SlackContext,
): Promise<Answer> {
  const dropped = Dropped.safeParse(values);
  if (!dropped.success) return { errors: { [FILE]: "Drop one file." } };
  const [file] = dropped.data[FILE][FILE].files;
  if (!file) return { errors: { [FILE]: "Drop one file." } };
  const words = oneLine(decodeSlackText(dropped.data[CONSENT][CONSENT].value ?? "")).slice(0, MAX_CONSENT);
  const consent = words === "" ? undefined : words;
  const kept = { fileId: file.id, fileName: oneLine(file.name) || "the file", viewId, consent };
  await change((tx) => beginImport(tx, member, kept));
  return { view: progressView({ state: "to fetch", ...kept }) };
}

/** From the direct message: the window is open once more. */
export async function lookAtImport(
  { ids: [id = 0], member, change, triggerId }: ActionInput,
  { look, client }: SlackContext,
): Promise<Answer> {
  const it = await findImport(look, id, member);
  if (!it) return NOT_THERE;
  return {
    after: async () => {
      const view = it.state === "over" ? importedView(it) : previewView(it);
      const opened = await client.views.open({ trigger_id: triggerId, view });
      const viewId = opened.view?.id;
      if (viewId !== undefined) await change((tx) => followIn(tx, id, member, viewId));
    },
  };
}

/** "Go on", when what was asked is answered. */
export async function answerImport(input: SubmissionInput, context: SlackContext): Promise<Answer> {
  const found = await findShown(input, context, readIds(input.metadata));
  if ("failed" in found) return found;
  const read = readAnswers(askedNow(found), input.values, found.choices);
  if ("errors" in read) return { errors: read.errors };
  return goOn(input, found, { choices: read.choices });
}

const Again = z.record(
  z.string(),
  z.record(z.string(), z.object({ selected_options: z.array(z.object({ value: z.string() })).nullish() })),
);

/** "Apply": exactly what is shown. Whoever is chosen as a member again is shown first. */
export async function applyImport(input: SubmissionInput, context: SlackContext): Promise<Answer> {
  const found = await findShown(input, context, readIds(input.metadata));
  if ("failed" in found) return found;
  const id = `${AGAIN}-${found.version}`;
  const chosen = Again.parse(input.values)[id]?.[id]?.selected_options ?? [];
  const back = chosen.flatMap(({ value }) => found.preview?.gone[Number(value)]?.account ?? []);
  if (back.length === 0) return goOn(input, found, { apply: true });
  const { choices } = found;
  return goOn(input, found, { choices: { ...choices, bringBack: [...choices.bringBack, ...back] } });
}

/** Whoever is not in the file has left, or stays: it is read once more with that. */
export async function toggleLeavers(input: ActionInput, context: SlackContext): Promise<Answer> {
  const found = await findShown(input, context, input.ids);
  if ("failed" in found) return found;
  const { leavers: _, ...choices } = found.choices;
  const decided = { choices: { ...choices, marksLeft: !choices.marksLeft } };
  const { change, member } = input;
  return (await change((tx) => decideImport(tx, found, member, decided))) ? {} : OLD;
}

export async function discard(
  { ids: [id = 0], member, change, viewId }: ActionInput,
  { look, client }: SlackContext,
): Promise<Answer> {
  const it = await findImport(look, id, member);
  if (!it) return NOT_THERE;
  if (!(await change((tx) => discardImport(tx, id, member)))) return OLD;
  const words =
    "*Discarded.* Nothing was imported and nothing was changed; Headgate keeps nothing of the file.";
  const view = importedView({ ...it, words, preview: undefined });
  return {
    after: async () => viewId !== undefined && client.views.update({ view_id: viewId, view }),
  };
}

export async function sendDetails(
  { ids: [id = 0], member, recordLook }: ActionInput,
  { look, sendFiles }: SlackContext,
): Promise<Answer> {
  const it = await findImport(look, id, member);
  if (!it) return NOT_THERE;
  return sendFiles(member.userId, {
    what: `Import ${id}`,
    record: () => recordLook({ action: "exported" }),
    tell: "The file is on its way to you as a direct message from Headgate.",
    comment: "Every row of the list, and what becomes of it. It names members: keep it safe.",
    contents: {
      "import.csv": async function* () {
        yield await readDetails(look, id);
      },
    },
  });
}

type Press = Pick<ActionInput, "member" | "change">;

/** What they have before them, if it is still so. */
async function findShown(
  { member }: Press,
  { look }: SlackContext,
  [id = 0, version = 0]: readonly number[],
): Promise<KeptImport | { failed: string }> {
  const it = await findImport(look, id, member);
  if (!it || it.state === "over") return { failed: NOT_THERE.failed ?? "" };
  return it.version === version && it.state === "shown" ? it : { failed: OLD.failed ?? "" };
}

async function goOn(
  { member, change }: Press,
  it: KeptImport & Seen,
  decided: { choices: ImportChoices } | { apply: true },
): Promise<Answer> {
  const isDecided = await change((tx) => decideImport(tx, it, member, decided));
  if (!isDecided) return OLD;
  return { view: progressView({ ...it, state: "apply" in decided ? "to apply" : "to read" }) };
}

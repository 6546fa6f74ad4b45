// The modals of an import, from the file that is dropped to what came of it. Pure.
import type { KnownBlock, ModalView } from "@slack/web-api";
import type { ImportStep } from "../../../members/import.ts";
import { type KeptPreview, MOST_OPTIONS } from "../../../members/imports/preview.ts";
import type { KeptImport } from "../../../members/imports/rows.ts";
import { escapeForSlack } from "../../../text/slack-markup.ts";
import { number } from "../../../text/words.ts";
import {
  actions,
  button,
  clip,
  context,
  input,
  listNames,
  modal,
  section,
  sections,
} from "../../words/blocks.ts";
import { MOST_QUESTIONS, questionBlocks } from "./questions.ts";
import { askToDelete, describeStep } from "./words.ts";

const TITLE = "Import a list";

export const FILE = "file";
export const CONSENT = "consent";
export const AGAIN = "again";
export const MAX_CONSENT = 300;

/** What the views show of an import. */
export type ShownImport = Pick<
  KeptImport,
  "id" | "version" | "state" | "fileName" | "fileLink" | "preview" | "words" | "choices"
>;

export const importView = (): ModalView =>
  modal({
    title: TITLE,
    form: { name: "import-file", metadata: "", submit: "Read it" },
    blocks: [
      section(
        "A file from Excel, or as CSV, with an account number, a name, a mobile number and a zone for each member. " +
          "You are shown first what would be done. *Nothing is changed before you press Apply.*",
      ),
      input(
        FILE,
        "File",
        { type: "file_input", filetypes: ["csv", "xlsx", "txt", "tsv"], max_files: 1 },
        "At most 10 MB.",
      ),
      {
        ...input(
          CONSENT,
          "How they agreed to texts",
          { type: "plain_text_input", max_length: MAX_CONSENT },
          "Only where it is true of everybody in the file, such as: signed the form of 2024. It is kept with each number of which nothing is known yet.",
        ),
        optional: true,
      },
    ],
  });

export const progressView = (it: Pick<ShownImport, "state" | "fileName">, step?: ImportStep): ModalView =>
  modal({
    title: TITLE,
    blocks: [
      section(`*${nameOf(it)}*\n:hourglass_flowing_sand: ${describeStep(it, step)}`),
      context("You can close this window: Headgate then tells you in a direct message how it stands."),
    ],
  });

/** What its buttons and its form have to know: which import, and how far it was. */
const seenOf = ({ id, version }: Pick<ShownImport, "id" | "version">): string => `${id}:${version}`;

/** The questions that are asked now, each with the id of its field. */
export const askedNow = ({ version, preview }: Pick<ShownImport, "version" | "preview">) =>
  (preview?.questions ?? [])
    .slice(0, MOST_QUESTIONS)
    .map((question, index) => ({ question, id: `q${version}-${index}` }));

/** What would be done; or what has to be answered first. */
export function previewView(it: ShownImport): ModalView {
  const { preview } = it;
  if (preview === undefined) return progressView(it);
  return preview.questions.length > 0 ? questionsView(it, preview) : applyView(it, preview);
}

function questionsView(it: ShownImport, preview: KeptPreview): ModalView {
  const asked = askedNow(it);
  const later = preview.questions.length - asked.length;
  const isAboutLeavers = asked.some(({ question }) => question.about === "leavers");
  return modal({
    title: TITLE,
    form: { name: "import-answer", metadata: seenOf(it), submit: "Go on" },
    blocks: [
      section(
        `*${nameOf(it)}*\nNothing is changed yet. Answer first, so that nothing is guessed` +
          `${later > 0 ? `; then there ${later === 1 ? "is" : "are"} ${number(later)} more` : ""}.`,
      ),
      ...asked.flatMap(({ question, id }) => questionBlocks(question, id)),
      context("What you say about columns and words is kept for the next file."),
      actions(
        ...(isAboutLeavers ? [button("import-leavers", "Leave them as they are", seenOf(it))] : []),
        button("import-discard", "Discard", seenOf(it)),
      ),
    ],
  });
}

function applyView(it: ShownImport, preview: KeptPreview): ModalView {
  const { counts, facts, groups, gone, newZones } = preview;
  return modal({
    title: TITLE,
    form: { name: "import-apply", metadata: seenOf(it), submit: "Apply" },
    blocks: [
      ...(it.words === null ? [] : [section(`:warning: ${it.words}`)]),
      section(
        `*${nameOf(it)}*\nThis is what Apply does. Nothing is changed yet.\n` +
          `*${number(counts.added)} added, ${number(counts.changed)} changed, ` +
          `${number(counts["left alone"])} left alone, ${number(counts.refused)} refused*`,
      ),
      ...(newZones.length > 0
        ? [section(`:warning: *New zones, so look for typing mistakes:* ${newZonesIn(newZones)}`)]
        : []),
      ...groups.flatMap(({ title, count, lines }) =>
        listed(`${title.slice(0, -1)} (${number(count)})`, lines, count),
      ),
      ...notInFileBlocks(it, preview),
      ...(gone.length > 0 ? [againField(it, gone)] : []),
      actions(
        button("import-details", "All rows as a file", seenOf(it)),
        button("import-discard", "Discard", seenOf(it)),
      ),
      { type: "divider" },
      ...sections(facts.slice(0, MOST_FACTS).map((line) => escapeForSlack(clip(line.trim(), 500)))),
    ],
  });
}

/** As many as a section holds. */
const newZonesIn = (names: readonly string[]): string =>
  listNames(
    names.map((name) => escapeForSlack(clip(name, 50))),
    2_500,
  );

const MOST_FACTS = 40;
/** Of one row, so that ten stay within a section. */
const LINE_HOLDS = 250;

function listed(title: string, lines: readonly string[], count: number): KnownBlock[] {
  const more = count - lines.length;
  return sections([
    `*${title}*`,
    ...lines.map((line) => `• ${escapeForSlack(clip(line, LINE_HOLDS))}`),
    ...(more > 0 ? [`and ${number(more)} more: press All rows as a file`] : []),
  ]);
}

function notInFileBlocks(it: ShownImport, { notInFile }: KeptPreview): KnownBlock[] {
  const { count, named, areMarkedLeft } = notInFile;
  if (count === 0) return [];
  const [title, toggle] = areMarkedLeft
    ? [
        `Not in the file, so they are marked as having left: they get nothing more (${number(count)})`,
        "Leave them as they are",
      ]
    : [
        `In Headgate and not in the file: they stay as they are (${number(count)})`,
        "Mark them as having left",
      ];
  return [...listed(title, named, count), actions(button("import-leavers", toggle, seenOf(it)))];
}

/** Chosen here, they are shown once more as they would be then. */
const againField = (it: ShownImport, gone: KeptPreview["gone"]): KnownBlock => ({
  ...input(
    `${AGAIN}-${it.version}`,
    "Who of these is a member again?",
    {
      type: "multi_static_select",
      placeholder: { type: "plain_text", text: "Nobody" },
      options: gone.slice(0, MOST_OPTIONS).map(({ account, name }, index) => ({
        value: String(index),
        text: { type: "plain_text", text: clip(`${account} ${name}`, 75), emoji: false },
      })),
    },
    "They left the co-op, or were erased, and stand in the file. If you choose somebody, you are shown the list once more before anything is done.",
  ),
  optional: true,
});

/** What came of it. */
export const importedView = (it: ShownImport): ModalView =>
  modal({
    title: TITLE,
    blocks: [
      section(it.words ?? ""),
      section(askToDelete(it)),
      ...(it.preview === undefined
        ? []
        : [actions(button("import-details", "All rows as a file", seenOf(it)))]),
    ],
  });

/** The same in a direct message, where the window is closed. */
export function importMessage(it: ShownImport): { text: string; blocks: KnownBlock[] } {
  if (it.state === "over") {
    const text = `${it.words ?? ""}\n\n${askToDelete(it)}`;
    return { text, blocks: [section(text)] };
  }
  const text = `*${nameOf(it)}* is read. Nothing is changed yet: look at what would be done, and press Apply or Discard.`;
  return { text, blocks: [section(text), actions(button("import-look", "Look at it", it.id))] };
}

const nameOf = ({ fileName }: Pick<ShownImport, "fileName">): string => escapeForSlack(clip(fileName, 80));

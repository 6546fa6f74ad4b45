// What somebody is told of an import, beside what it would do. Pure.
import { countOutcomes, type ImportReport, type ImportStep } from "../../../members/import.ts";
import type { KeptImport } from "../../../members/imports/rows.ts";
import { escapeForSlack } from "../../../text/slack-markup.ts";
import { number, plural } from "../../../text/words.ts";
import { clip } from "../../words/blocks.ts";

/** Nothing was applied, and why: it is shown once more. */
export const CHANGED = {
  file: "The file is another one by now, so nothing was applied. This is what would be done:",
  list:
    "*Nothing was applied: the list in Headgate was changed meanwhile.* This is what the file would do now. " +
    "Look at it again, and press Apply.",
  rest:
    "*Nothing was applied: something else was changed meanwhile*, such as a setting, an answer about a column, or who " +
    "has opted out. This is what the file would do now. Look at it again, and press Apply.",
};

export const NOT_ADMIN = "Only admins can import a list, and you are none any more. This was recorded.";
export const FAILED =
  "Something went wrong here, so nothing was imported and nothing was changed. Drop the file again; if it happens " +
  "again, tell whoever looks after Headgate.";

/** "Imported: 2 added, 3 changed, 235 left alone, 1 refused." */
export function describeDone(report: ImportReport): string {
  const count = countOutcomes(report.rows);
  const left = report.areMarkedLeft ? report.notInFile.length : 0;
  return [
    `*The list was imported.* ${number(count.added)} added, ${number(count.changed)} changed, ` +
      `${number(count["left alone"])} left alone, ${number(count.refused)} refused.`,
    ...(left > 0
      ? [`${plural(left, "member")} marked as having left the co-op: they get nothing more.`]
      : []),
    ...(report.optedOut > 0
      ? [`${plural(report.optedOut, "phone")} opted out, because the file says No to texts.`]
      : []),
    ...(count.refused > 0
      ? [
          "Nothing was taken of the refused rows. Mend them in the list, and import it again: what is in stays.",
        ]
      : []),
  ].join("\n");
}

/** What goes on just now. */
export function describeStep(it: Pick<KeptImport, "state">, step?: ImportStep): string {
  const rows = step && plural(step.rows, "row");
  if (it.state === "to fetch") return "Fetching the file from Slack ...";
  if (it.state === "to apply")
    return step?.step === "write"
      ? `Writing ${rows} ...`
      : "Applying it: looking whether the list is still the same ...";
  return rows ? `Read ${rows}. Comparing them with the list ...` : "Reading the file ...";
}

/** A bot can't delete what a person has uploaded. */
export function askToDelete({ fileName, fileLink }: Pick<KeptImport, "fileName" | "fileLink">): string {
  const name = escapeForSlack(clip(fileName, 80));
  const link = fileLink?.startsWith("https://")
    ? `<${escapeForSlack(fileLink)}|open it>`
    : "look under Files";
  return (
    `The file *${name}* with all its names and phones is still among your files in Slack, where Headgate can't ` +
    `delete it. Please delete it there: ${link}, then ⋮, Delete file.`
  );
}

// An import's report, for a person at a terminal.
import { plural } from "../text/words.ts";
import { countOutcomes, type ImportReport } from "./import.ts";
import type { RowOutcome } from "./plan.ts";
import { describeAccount } from "./read/account.ts";

/** The totals first, then what somebody has to look at; rows that went in without a word are only counted. */
export function describeImport(report: ImportReport): string[] {
  const { rows, newZones, notInFile, withoutPhone, otherPhoneOnly, optedOut, notCounted } = report;
  const count = countOutcomes(rows);
  const of = (outcome: RowOutcome["outcome"]) => rows.filter((row) => row.outcome === outcome);
  const notedOn = (outcome: RowOutcome["outcome"]) => of(outcome).filter(({ notes }) => notes.length > 0);
  return [
    ...describeAccount(report.file),
    `${rows.length} rows: ${count.added} added, ${count.changed} changed, ` +
      `${count["left alone"]} left alone, ${count.refused} refused.`,
    ...when(withoutPhone, `${withoutPhone} without a phone that can be texted: no alert reaches them.`),
    ...when(
      otherPhoneOnly,
      `  ${otherPhoneOnly} of these have a number in the column of another phone, which was not taken. ` +
        "If it is a mobile, move it to the mobile's column.",
    ),
    ...when(optedOut, `${plural(optedOut, "phone")} opted out, because the file says No to texts.`),
    ...when(notCounted, `${notCounted} say No to texts, and that was not counted: the rows below say why.`),
    ...when(notInFile, `${notInFile} members are not in the file and stay as they are.`),
    ...when(newZones.length, `New zones, so look for typing mistakes: ${newZones.join(", ")}.`),
    ...group("Refused, nothing of these rows was taken:", of("refused")),
    ...group("Added, but look at these:", notedOn("added")),
    ...group("Changed:", of("changed")),
    ...group("Left alone, but look at these:", notedOn("left alone")),
  ];
}

const when = (needed: number, line: string): string[] => (needed > 0 ? [line] : []);

function group(title: string, rows: RowOutcome[]): string[] {
  if (rows.length === 0) return [];
  return ["", title, ...rows.map(describeRow)];
}

function describeRow({ line, account, name, notes }: RowOutcome): string {
  const who = [account, name].filter((part) => part !== "").join(" ");
  return `  line ${line}, ${who || "no account"}: ${notes.join(" ")}`;
}

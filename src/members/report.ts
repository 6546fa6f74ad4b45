// An import's report, for a person at a terminal.
import { describeTime, plural } from "../text/words.ts";
import type { ListAnswer } from "./consent/answers.ts";
import { countOutcomes, type ImportReport } from "./import.ts";
import type { RowOutcome } from "./plan.ts";
import { describeAccount } from "./read/account.ts";

export type ReportOptions = {
  timeZone: string;
  /** Of those who are not in the file, at most this many are named. */
  mostNotInFile?: number;
};

const MOST_NOT_IN_FILE = 20;
const MOST_EXAMPLES = 3;

/** The totals first, then what somebody has to look at; rows that went in without a word are only counted. */
export function describeImport(report: ImportReport, options: ReportOptions): string[] {
  return [
    ...describeAccount(report.file),
    ...describeTotals(report, options),
    ...groupsOf(report).flatMap(({ title, rows }) => [
      "",
      title,
      ...rows.map((row) => `  ${describeRow(row)}`),
    ]),
    ...describeGone(report),
    ...describeNotInFile(report, options),
  ];
}

/** What became of the rows, and of what the whole file says. */
export function describeTotals(report: ImportReport, { timeZone }: ReportOptions): string[] {
  const { rows, newZones, withoutPhone, otherPhoneOnly, optedOut, notCounted, unusedColumns } = report;
  const count = countOutcomes(rows);
  return [
    `${plural(rows.length, "row")}: ${count.added} added, ${count.changed} changed, ` +
      `${count["left alone"]} left alone, ${count.refused} refused.`,
    ...when(withoutPhone, `${withoutPhone} without a phone that can be texted: no alert reaches them.`),
    ...when(
      otherPhoneOnly,
      `  ${otherPhoneOnly} of these have a number in the column of another phone, which was not taken. ` +
        "If it is a mobile, move it to the mobile's column.",
    ),
    ...when(optedOut, `${plural(optedOut, "phone")} opted out, because the file says No to texts.`),
    ...when(
      notCounted,
      `${plural(notCounted, "row")} with a No to texts that was not counted: the notes below say why.`,
    ),
    ...describeWrittenOtherwise(report),
    ...when(newZones.length, `New zones, so look for typing mistakes: ${newZones.join(", ")}.`),
    ...when(unusedColumns.length, `Columns that were not used: ${unusedColumns.map(quoted).join(", ")}.`),
    ...report.answers.map((answer) => describeAnswer(answer, timeZone)),
  ];
}

/** The rows that somebody has to look at, by what became of them. */
export function groupsOf({ rows }: ImportReport): { title: string; rows: RowOutcome[] }[] {
  const of = (outcome: RowOutcome["outcome"]) => rows.filter((row) => row.outcome === outcome);
  const notedOn = (outcome: RowOutcome["outcome"]) => of(outcome).filter(({ notes }) => notes.length > 0);
  return [
    { title: "Refused, nothing of these rows was taken:", rows: of("refused") },
    { title: "Added, but look at these:", rows: notedOn("added") },
    { title: "Changed:", rows: of("changed") },
    { title: "Left alone, but look at these:", rows: notedOn("left alone") },
  ].filter((group) => group.rows.length > 0);
}

const when = (needed: number, line: string): string[] => (needed > 0 ? [line] : []);
const quoted = (text: string): string => `"${text}"`;

function describeWrittenOtherwise({ writtenOtherwise }: ImportReport): string[] {
  const examples = writtenOtherwise
    .slice(0, MOST_EXAMPLES)
    .map(({ written, account }) => `${written} for ${account}`);
  return when(
    writtenOtherwise.length,
    `${plural(writtenOtherwise.length, "account")} written otherwise than in Headgate, and recognized: ${examples.join(", ")}.`,
  );
}

/** What somebody has said about a column or a value, and since when. */
export function describeAnswer({ column, value, meaning, answeredAt }: ListAnswer, timeZone: string): string {
  const since = answeredAt ? `answered on ${describeTime(answeredAt, timeZone)}` : "as you say";
  if (value === null) return `The column "${column}" is not about texts (${since}).`;
  const what = meaning === "no texts" ? "a No to texts" : "not a No to texts";
  return `"${value}" in the column "${column}" is ${what} (${since}).`;
}

function describeGone({ gone }: ImportReport): string[] {
  const [first] = gone;
  if (first === undefined) return [];
  return ["", `If one of those who left or were erased is a member again: --bring-back ${first.account}`];
}

function describeNotInFile(
  { notInFile, areMarkedLeft }: ImportReport,
  { mostNotInFile = MOST_NOT_IN_FILE }: ReportOptions,
): string[] {
  if (notInFile.length === 0) return [];
  const more = notInFile.length - mostNotInFile;
  return [
    "",
    areMarkedLeft
      ? `Not in the file, so they have left the co-op and get nothing (${plural(notInFile.length, "member")}):`
      : `In Headgate and not in the file, so they stay as they are (${plural(notInFile.length, "member")}):`,
    ...notInFile.slice(0, mostNotInFile).map(({ account, name }) => `  ${account} ${name}`),
    ...when(more, `  and ${more} more: --all names them`),
  ];
}

/** "line 12, MC-1004 Ruth Abbott: There is no zone." */
export function describeRow({ line, account, name, notes }: RowOutcome): string {
  const who = [account, name].filter((part) => part !== "").join(" ");
  return `line ${line}, ${who || "no account"}: ${notes.join(" ")}`;
}

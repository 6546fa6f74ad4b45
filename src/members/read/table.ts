// A list's file, whatever its form, as one table; and what became of every line of it.
import { readCsv } from "./csv.ts";
import { decode } from "./decode.ts";
import { SEPARATORS } from "./draft.ts";
import { isZip } from "./kinds.ts";
import { quotable } from "./quotable.ts";
import { type HeaderScore, isBlank, type Row } from "./rows.ts";
import { UnreadableFile } from "./unreadable.ts";
import { readWorkbook } from "./workbook/sheets.ts";

/** A line that is no row, and why. */
export type LeftOut = { line: number; lastLine: number; why: string };

export type Table = {
  /** As people call it: "CSV in UTF-8, separated by commas". */
  source: string;
  header: string[];
  headerLine: number;
  rows: Row[];
  /** All that the file has; each is the header's, in a row, blank or left out. */
  lines: number;
  blank: number;
  leftOut: LeftOut[];
  /** Whole sentences on what somebody should look at. */
  notes: string[];
};

/** @throws UnreadableFile */
export async function readTable(bytes: Uint8Array, score: HeaderScore): Promise<Table> {
  if (isZip(bytes)) {
    const { name, rows, header, others } = await readWorkbook(bytes, score);
    const quote = (sheet: string) => `"${quotable(sheet, MOST_QUOTED)}"`;
    const notes = others.map((other) => `The sheet ${quote(other)} was not read.`);
    return makeTable({ source: `the sheet ${quote(name)} of an Excel workbook`, rows, header, notes }, score);
  }
  const decoded = decode(bytes);
  const { separator, rows, header } = readCsv(decoded, score);
  const source = `CSV in ${decoded.encoding}, separated by ${SEPARATORS[separator] ?? `"${quotable(separator, 1)}"`}`;
  const last = rows.findLast((row) => !isBlank(row));
  const cutOff =
    decoded.isWhole || last === undefined || last.problem !== undefined
      ? []
      : [
          `The last line, ${last.lastLine}, has no line end: if the file was cut off, that row may not be complete.`,
        ];
  return makeTable({ source, rows, header, notes: [...decoded.notes, ...cutOff] }, score);
}

type Read = { source: string; rows: Row[]; header: number; notes: string[] };

function makeTable({ source, rows: all, header: at, notes }: Read, score: HeaderScore): Table {
  const header = all[at];
  if (header === undefined || all.every(isBlank)) throw new UnreadableFile("The file is empty.");
  if (header.problem !== undefined) {
    throw new UnreadableFile(`The column names on line ${header.line} can't be read. ${header.problem}`);
  }
  const above = all.slice(0, at).filter((row) => !isBlank(row));
  const below = all.slice(at + 1).filter((row) => !isBlank(row) || row.problem !== undefined);
  const leftOut = above.map((row) => leaveOut(row, describeAbove(row)));
  const rows: Row[] = [];
  const needed = Math.max(2, score(header.cells));
  let otherNames: number | undefined;
  for (const row of below) {
    if (isSame(row.cells, header.cells)) {
      leftOut.push(leaveOut(row, "it repeats the column names"));
      continue;
    }
    if (isAllNames(row.cells) && score(row.cells) >= needed) otherNames = row.line;
    const problem = row.problem ?? (otherNames === undefined ? undefined : describeOtherNames(otherNames));
    rows.push(problem === undefined ? row : { ...row, problem });
  }
  const lines = all.at(-1)?.lastLine ?? 0;
  const spans = [header, ...rows, ...leftOut].map(({ line, lastLine }) => lastLine - line + 1);
  return {
    source,
    header: header.cells,
    headerLine: header.line,
    rows,
    lines,
    // A workbook has no rows for them.
    blank: spans.reduce((left, span) => left - span, lines),
    leftOut,
    notes,
  };
}

const leaveOut = ({ line, lastLine }: Row, why: string): LeftOut => ({ line, lastLine, why });
const isAllNames = (cells: string[]) => cells.every((cell) => !/\d{3}/.test(cell));
const isSame = (cells: string[], others: string[]) =>
  others.every((cell, at) => (cells[at] ?? "").trim() === cell.trim());
const describeOtherNames = (line: number) =>
  `It stands below other column names, those on line ${line}. Keep lists with other columns in files of their own.`;

function describeAbove({ cells }: Row): string {
  const isOrder = /^sep=.?$/i.test(cells.join(""));
  return isOrder ? "it only names the separator" : `it stands above the column names: ${quoteCells(cells)}`;
}

/** The beginning of what a row says; no phone in full. */
export function quoteCells(cells: string[]): string {
  const filled = cells.map((cell) => quotable(cell, MOST_QUOTED * 2)).filter((cell) => cell !== "");
  return `"${quotable(filled.join(" ").replace(/\d[\d\s().-]{5,}(?=\d{4})/g, "… "), MOST_QUOTED)}"`;
}

const MOST_QUOTED = 60;

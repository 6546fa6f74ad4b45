// What became of every line of the file, for the report: nothing is left out without a word.
import { plural } from "../../text/words.ts";
import { type LeftOut, quoteCells, type Table } from "./table.ts";

export type FileAccount = Pick<Table, "source" | "lines" | "headerLine" | "blank" | "leftOut" | "notes"> & {
  /** Those that say something of a member. */
  rows: number;
  /** Of these, how many stand on several lines. */
  ofSeveralLines: number;
};

/** @param taken the rows that say something of a member, by their line */
export function accountFor(table: Table, taken: readonly { line: number }[]): FileAccount {
  const { source, lines, headerLine, blank, notes } = table;
  const isTaken = new Set(taken.map(({ line }) => line));
  const rows = table.rows.filter(({ line }) => isTaken.has(line));
  const others = table.rows.filter(({ line }) => !isTaken.has(line));
  const silent = others.map(({ line, lastLine, cells }) => ({
    line,
    lastLine,
    why: `it says nothing of a member: ${quoteCells(cells)}`,
  }));
  return {
    source,
    lines,
    headerLine,
    blank,
    notes,
    leftOut: [...table.leftOut, ...silent].toSorted((a, b) => a.line - b.line),
    rows: rows.length,
    ofSeveralLines: rows.filter(({ line, lastLine }) => lastLine > line).length,
  };
}

export function describeAccount(file: FileAccount): string[] {
  const { source, lines, headerLine, rows, ofSeveralLines, blank, leftOut, notes } = file;
  const parts = [
    `the column names on line ${headerLine}`,
    `${plural(rows, "row")}${ofSeveralLines > 0 ? ` (${ofSeveralLines} of several lines)` : ""}`,
    ...(blank > 0 ? [`${blank} blank`] : []),
    ...(leftOut.length > 0 ? [`${leftOut.length} left out`] : []),
  ];
  return [
    `Read as ${source}: ${plural(lines, "line")}, ${parts.join(", ")}.`,
    ...leftOut.map((left) => `  ${nameLines(left)} was left out: ${left.why}.`),
    ...notes.map((note) => `  ${note}`),
  ];
}

const nameLines = ({ line, lastLine }: LeftOut) =>
  line === lastLine ? `Line ${line}` : `Lines ${line} to ${lastLine}`;

// A first reading, by each separator: which one the whole file speaks for, and where the column names are.
import { type Split, splitCells, splitPlainly } from "./cells.ts";
import type { Line } from "./decode.ts";
import { findHeader, type HeaderScore, type Row } from "./rows.ts";

export const SEPARATORS: Record<string, string> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "vertical bars",
};

/** As many as an address or a note has; Excel's longest cell. */
const MAX_LINES_IN_ROW = 200;
const MAX_CELL = 32_767;

export type Draft = {
  separator: string;
  rows: Row[];
  /** Of the row with the column names, among `rows`. */
  header: number;
};

/** Excel reads a first line `sep=;` as an order, and shows it to nobody. */
const readOrder = (text = ""): string | undefined => /^"?sep=(.)"?$/i.exec(text)?.[1];

export function draftRows(lines: Line[], score: HeaderScore): Draft {
  const order = readOrder(lines[0]?.text);
  const present = Object.keys(SEPARATORS).filter((one) => lines.some(({ text }) => text.includes(one)));
  const candidates = [...new Set([...(order === undefined ? [] : [order]), ...present, ","])];
  const drafts = candidates.map((separator) => {
    const rows = readBy(separator, lines, score);
    const { at: header, score: found } = findHeader(rows, score);
    return { separator, rows, header, score: found, alike: countAlike(rows) };
  });
  const [best] = drafts.toSorted((a, b) => b.score - a.score || b.alike - a.alike);
  return best ?? { separator: ",", rows: [], header: 0 };
}

/** How many rows have as many cells as most have. */
function countAlike(rows: Row[]): number {
  const byCount = Map.groupBy(rows, ({ cells }) => cells.length);
  return Math.max(0, ...[...byCount].map(([count, those]) => (count > 1 ? those.length : 0)));
}

function readBy(separator: string, lines: Line[], score: HeaderScore): Row[] {
  const rows: Row[] = [];
  for (let at = 0; at < lines.length; ) {
    const text = lines[at]?.text ?? "";
    const alone = splitCells(text, separator);
    const joined = alone.isOpen ? joinLines(lines, at, separator) : undefined;
    const isTrusted =
      joined !== undefined &&
      !lines.slice(at + 1, joined.last + 1).some((line) => score(splitPlainly(line.text, separator)) > 2);
    const last = isTrusted ? joined.last : at;
    const cells = isTrusted ? joined.split.cells : alone.isOpen ? splitPlainly(text, separator) : alone.cells;
    rows.push({ line: at + 1, lastLine: last + 1, cells });
    at = last + 1;
  }
  return rows;
}

/**
 * The row that begins on a line within an open quotation, with the lines that close it.
 *
 * @returns undefined where no mark closes it, or one stands in its middle
 */
export function joinLines(
  lines: Line[],
  from: number,
  separator: string,
): { split: Split; last: number } | undefined {
  let text = lines[from]?.text ?? "";
  for (let at = from + 1; at < lines.length && at < from + MAX_LINES_IN_ROW; at++) {
    const next = lines[at]?.text ?? "";
    text += `\n${next}`;
    if (text.length > MAX_CELL) return undefined;
    if (!next.includes('"')) continue;
    const split = splitCells(text, separator);
    if (!split.isClean) return undefined;
    if (!split.isOpen) return { split, last: at };
  }
  return undefined;
}

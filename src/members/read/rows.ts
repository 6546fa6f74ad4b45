// What every kind of file comes down to.

export type Row = {
  /** Where it begins in the file, counted from 1 as editors and Excel do. */
  line: number;
  lastLine: number;
  cells: string[];
  /** Whole sentences: why nobody can tell what the row says. Its cells are only good for finding it. */
  problem?: string;
};

/** What rows of a file are like. */
export type Shape = {
  separator: string;
  /** How many columns there are. */
  width: number;
  looksLikeRow: (cells: string[]) => boolean;
};

/** How many of the needed columns the cells name. */
export type HeaderScore = (cells: string[]) => number;

/** A title, a date and an address may stand above the column names, and no more than that. */
const MAX_ABOVE = 30;

export const isBlank = ({ cells }: Pick<Row, "cells">) => cells.every((cell) => cell.trim() === "");

/** @returns where the row with the column names is; else the first with several cells */
export function findHeader(rows: Pick<Row, "cells">[], score: HeaderScore): { at: number; score: number } {
  const top = rows.slice(0, MAX_ABOVE).map(({ cells }, at) => ({ at, score: score(cells), cells }));
  const [best] = top.toSorted((a, b) => b.score - a.score);
  if (best !== undefined && best.score > 0) return best;
  const first = top.find(({ cells }) => cells.length > 1) ?? top.find((row) => !isBlank(row));
  return { at: first?.at ?? 0, score: 0 };
}

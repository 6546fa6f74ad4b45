// Rows that are not whole: torn in two by a line break that no quotes protect, or cut off at the file's end.
import type { Line } from "./decode.ts";
import { isBlank, type Row, type Shape } from "./rows.ts";

const isShort = (row: Row, { width }: Shape) => row.cells.length < width && !isBlank(row);
const withProblem = (row: Row, problem: string): Row => ({ problem, ...row });

/**
 * Two short lines that make one row: joined where the first ends as a line within a cell does, and doubtful where it
 * ends as a row does. Where other rows end early too, their program leaves out what is empty.
 */
export function mendTorn(rows: Row[], lines: readonly Line[], shape: Shape): Row[] {
  const firsts = new Set(
    [...rows.keys()].filter((at) => {
      const [first, second] = [rows[at], rows[at + 1]];
      if (!first || !second || !isShort(first, shape) || !isShort(second, shape)) return false;
      if (first.problem !== undefined || second.problem !== undefined) return false;
      const isOne = first.cells.length + second.cells.length - 1 === shape.width;
      return isOne && !shape.looksLikeRow(second.cells);
    }),
  );
  const endsEarly = rows.some(
    (row, at) =>
      !firsts.has(at) && isShort(row, shape) && row.problem === undefined && shape.looksLikeRow(row.cells),
  );
  if (endsEarly) return rows;
  const torn = (line: number) =>
    `Lines ${line} and ${line + 1} look like one row with a line break in it. Put its cell in quotes, or make it one line.`;
  const isWithinCell = (at: number) =>
    firsts.has(at) && lines[(rows[at]?.lastLine ?? 0) - 1]?.endsSoftly === true;
  return rows.flatMap((row, at) => {
    const next = rows[at + 1];
    if (isWithinCell(at) && next) return [join(row, next)];
    if (isWithinCell(at - 1)) return [];
    if (firsts.has(at)) return [withProblem(row, torn(row.line))];
    return [firsts.has(at - 1) ? withProblem(row, torn(row.line - 1)) : row];
  });
}

function join(first: Row, second: Row): Row {
  const middle = `${first.cells.at(-1)}\n${second.cells[0]}`;
  const cells = [...first.cells.slice(0, -1), middle, ...second.cells.slice(1)];
  return { ...first, lastLine: second.lastLine, cells };
}

/** For a file whose last line has no end. */
export function markCutOff(rows: Row[], shape: Shape): Row[] {
  const last = rows.at(-1);
  if (last === undefined || !isShort(last, shape)) return rows;
  const others = rows.slice(0, -1);
  if (others.some((row) => isShort(row, shape) && row.problem === undefined && shape.looksLikeRow(row.cells)))
    return rows;
  return [...others, withProblem(last, "The file ends in the middle of this row, as if it was cut off.")];
}

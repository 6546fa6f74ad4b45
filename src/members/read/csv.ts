// From lines of text to rows of cells. What a quotation mark may have run together is not trusted: such lines become
// rows with a problem, and the good ones beside them are rows like any other.
import { splitCells, splitLiterally, splitPlainly } from "./cells.ts";
import type { Decoded, Line } from "./decode.ts";
import { draftRows, joinLines, SEPARATORS } from "./draft.ts";
import { ENOUGH, learnRows, withoutBlankEnd } from "./likeness.ts";
import type { HeaderScore, Row, Shape } from "./rows.ts";
import { markCutOff, mendTorn } from "./torn.ts";

export type Csv = {
  separator: string;
  rows: Row[];
  /** Of the row with the column names, among `rows`. */
  header: number;
};

export function readCsv({ lines, isWhole }: Decoded, score: HeaderScore): Csv {
  const { separator, rows: drafted, header } = draftRows(lines, score);
  const top = drafted.slice(0, header + 1);
  // What stands below no name has moved there from another column, as far as anybody can tell.
  const names = withoutBlankEnd(top.at(-1)?.cells ?? []);
  const width = names.length;
  const whole = drafted.slice(header + 1).filter(({ cells }) => isExact(cells, width));
  const beyondDoubt = whole.filter(({ line, lastLine }) => line === lastLine);
  const learned = beyondDoubt.length < ENOUGH ? whole : beyondDoubt;
  const looksLikeRow = learnRows(
    learned.map(({ cells }) => cells),
    width,
  );
  const shape = { separator, width, looksLikeRow };
  const rows = readRows(lines, top.at(-1)?.lastLine ?? 0, shape);
  const marked = mendTorn(rows, lines, shape).map((row) =>
    withoutBlanks(row, width, top.at(-1)?.cells.length ?? 0),
  );
  const named = top.map((row, at) =>
    at === header ? { ...row, ...unclear(lines, row), cells: names } : row,
  );
  return { separator, header, rows: [...named, ...(isWhole ? marked : markCutOff(marked, shape))] };
}

/** What can't be read on a row's lines. */
function unclear(lines: Line[], { line, lastLine }: Pick<Row, "line" | "lastLine">): Pick<Row, "problem"> {
  const problem = lines.slice(line - 1, lastLine).find((each) => each.problem !== undefined)?.problem;
  return problem === undefined ? {} : { problem };
}

/** Where the column names end with separators, so may each row. */
const withoutBlanks = (row: Row, width: number, most: number): Row =>
  row.cells.length <= most && fits(row.cells, width) ? { ...row, cells: row.cells.slice(0, width) } : row;

/** Separators at the end of a row make no cell. */
const fits = (cells: string[], width: number) => cells.slice(width).every((cell) => cell.trim() === "");
const isExact = (cells: string[], width: number) => cells.length >= width && fits(cells, width);

const NEVER_CLOSED =
  "A quotation mark opens a cell here and is not closed, so nobody can tell where the cell ends. " +
  "Take the mark out, or close it.";
const NOT_IN_PAIRS =
  "The quotation marks on this line don't come in pairs, so nobody can tell where its cells end. " +
  "Take them out, or double each one within a cell.";
const inDoubt = (opened: number) =>
  `Nobody can tell whether this line is a row of its own: the quotation mark on line ${opened} is not closed.`;

/** A mark that is not closed, on a line; up to where other lines may belong to that cell, if that is known. */
type Open = { line: number; until: number | undefined };

function readRows(lines: Line[], from: number, shape: Shape): Row[] {
  const { separator, width, looksLikeRow } = shape;
  const rows: Row[] = [];
  let open: Open | undefined;
  const add = (at: number, last: number, cells: string[], problem?: string) => {
    const place = { line: at + 1, lastLine: last + 1 };
    rows.push({ ...place, cells, ...(problem !== undefined && { problem }), ...unclear(lines, place) });
    return last + 1;
  };
  for (let at = from; at < lines.length; ) {
    const text = lines[at]?.text ?? "";
    const { cells, problem, isOpen } = readLine(text, shape);
    if (isOpen) {
      const joined = joinLines(lines, at, separator);
      if (
        joined &&
        fits(joined.split.cells, width) &&
        !hasSwallowedRows(lines.slice(at, joined.last + 1), shape)
      ) {
        at = add(at, joined.last, joined.split.cells);
        continue;
      }
      open = { line: at + 1, until: joined?.last };
      at = add(at, at, splitPlainly(text, separator), NEVER_CLOSED);
      continue;
    }
    const standsAlone = isExact(cells, width) && looksLikeRow(cells) && !hasLoneMark(text);
    at = add(
      at,
      at,
      cells,
      problem ?? (open && !standsAlone && text.trim() !== "" ? inDoubt(open.line) : undefined),
    );
    if (open && (open.until === undefined ? standsAlone : at > open.until)) open = undefined;
  }
  return rows;
}

const hasLoneMark = (text: string) => text.split('"').length % 2 === 0;

/** A line by itself. */
function readLine(
  text: string,
  { separator, width }: Shape,
): { cells: string[]; problem?: string; isOpen: boolean } {
  const { cells, isOpen, isClean, hidesSeparator } = splitCells(text, separator);
  if (!isOpen && isClean && isExact(cells, width)) return { cells, isOpen };
  const plain = splitPlainly(text, separator);
  const notInPairs = { cells: plain, problem: NOT_IN_PAIRS, isOpen: false };
  // A mark within quotes is a letter, as long as no separator is near: `"5" main"`.
  if (isOpen || (!isClean && hidesSeparator)) {
    const literal = splitLiterally(text, separator);
    if (literal && isExact(literal, width)) return { cells: literal, isOpen: false };
    return isOpen ? { cells: plain, isOpen } : notInPairs;
  }
  // With its marks taken as letters the line has just the cells that it needs: which reading is right?
  if (hidesSeparator && cells.length > 1 && !isExact(cells, width) && isExact(plain, width))
    return notInPairs;
  return { cells: cells.length === 1 ? splitOtherwise(cells[0] ?? "", width) : cells, isOpen };
}

/** A row whose separator is another than the file's, or which stands in quotes as a whole. */
function splitOtherwise(text: string, width: number): string[] {
  const others = Object.keys(SEPARATORS).map((separator) => splitCells(text, separator));
  const right = others.find(
    ({ cells, isOpen, isClean }) => !isOpen && isClean && cells.length === width && width > 1,
  );
  return right?.cells ?? [text];
}

/** Lines that a quoted cell joins, though they look like rows. */
function hasSwallowedRows(lines: Line[], { separator, looksLikeRow }: Shape): boolean {
  const [first = [], ...others] = lines.map(({ text }) => splitPlainly(text, separator));
  const last = others.pop() ?? [];
  return others.some(looksLikeRow) || (first.length > 1 && looksLikeRow(last));
}

// From a line of text to its cells, by the rules of CSV (RFC 4180) and what programs make of them.

export type Split = {
  cells: string[];
  /** A quotation mark opens a cell, and none closes it. */
  isOpen: boolean;
  /** No mark within quotes but those that are doubled. */
  isClean: boolean;
  /** A separator stands within quotes. */
  hidesSeparator: boolean;
};

/** A mark opens a cell where it is the first in it; `="00101"` is how some programs keep Excel from counting. */
export function splitCells(text: string, separator: string): Split {
  const split: Split = { cells: [], isOpen: false, isClean: true, hidesSeparator: false };
  let at = 0;
  while (at <= text.length) {
    const opening = findOpening(text, at, separator);
    if (opening === undefined) {
      const end = nextSeparator(text, at, separator);
      split.cells.push(text.slice(at, end));
      at = end + 1;
      continue;
    }
    const { closing, end, isClean } = findClosing(text, opening, separator);
    const content = text.slice(opening, closing);
    if (!isClean) split.isClean = false;
    if (content.includes(separator)) split.hidesSeparator = true;
    if (closing === undefined) split.isOpen = true;
    split.cells.push(unwrap(content.replaceAll('""', '"')));
    at = end + 1;
  }
  return split;
}

const nextSeparator = (text: string, from: number, separator: string) => {
  const found = text.indexOf(separator, from);
  return found === -1 ? text.length : found;
};

/** The next that is no space. */
function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text[at] === " ") at++;
  return at;
}

/** @returns where the quoted text begins */
function findOpening(text: string, from: number, separator: string): number | undefined {
  const start = separator === " " ? from : skipSpaces(text, from);
  if (text[start] === '"') return start + 1;
  return text.startsWith('="', start) ? start + 2 : undefined;
}

/** The mark that a separator or the end follows. */
function findClosing(text: string, opening: number, separator: string) {
  let isClean = true;
  for (let at = text.indexOf('"', opening); at !== -1; at = text.indexOf('"', at + 1)) {
    const end = skipSpaces(text, at + 1);
    if (text[at + 1] === '"') at++;
    else if (end >= text.length || text[end] === separator) return { closing: at, end, isClean };
    else isClean = false;
  }
  return { closing: undefined, end: text.length, isClean };
}

const unwrap = (cell: string) => /^="([^"]*)"$/.exec(cell)?.[1] ?? cell;

/** Every separator counts, whatever is quoted. */
export const splitPlainly = (text: string, separator: string): string[] =>
  text.split(separator).map((cell) => cell.trim());

const countMarks = (cell: string) => cell.split('"').length - 1;

/**
 * Every mark is a letter like others: `"Bud" Ruiz`, `5" main`.
 *
 * @returns undefined where that is in doubt, because a cell begins with a mark that none in the same cell answers
 */
export function splitLiterally(text: string, separator: string): string[] | undefined {
  const cells = splitPlainly(text, separator);
  if (cells.some((cell) => /^=?"/.test(cell) && countMarks(cell) % 2 === 1)) return undefined;
  return cells.map((cell) => /^="?$|^"([^"]*)"$/.exec(cell)?.[1] ?? cell);
}

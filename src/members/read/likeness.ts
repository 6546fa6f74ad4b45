// Whether a line looks like one of the file's rows. It tells a row that a quotation mark has swallowed from the second
// line of an address.

/** What a cell is made of; "" is an empty one. */
function kindOf(cell: string): string {
  const text = cell.replace(/["=\s]/g, "");
  if (text === "") return "";
  const digits = text.replace(/\D/g, "").length;
  const letters = text.replace(/\P{L}/gu, "").length;
  if (digits >= 7 && letters <= 4) return "phone";
  if (digits > 0 && letters > 0) return "mixed";
  if (digits > 0) return "number";
  return letters > 0 ? "words" : "signs";
}

/** What stands in fewer rows of a column is an exception there. */
const USUAL = 0.05;
/** With fewer rows to learn from, only how many cells there are can tell. */
export const ENOUGH = 3;

/** Separators at a row's end make no cell. */
export const withoutBlankEnd = (cells: string[]): string[] =>
  cells.slice(0, cells.findLastIndex((cell) => cell.trim() !== "") + 1);

/** @param rows those that are beyond doubt */
export function learnRows(rows: string[][], width: number): (cells: string[]) => boolean {
  const columns = Array.from({ length: width }, (_, at) => {
    const kinds = Map.groupBy(rows, (cells) => kindOf(cells[at] ?? ""));
    return new Set([...kinds].flatMap(([kind, those]) => (those.length > rows.length * USUAL ? kind : [])));
  });
  // A wide list may have nothing in most of its columns.
  const lengths = rows.map((cells) => withoutBlankEnd(cells).length).sort((a, b) => a - b);
  const usual = lengths[Math.floor(lengths.length / 2)] ?? width;
  return (all) => {
    const cells = withoutBlankEnd(all);
    if (rows.length < ENOUGH) return all.length >= width;
    if (cells.length < Math.max(2, Math.min(width, usual) / 2)) return false;
    const kinds = cells.slice(0, width).map(kindOf);
    const isAlike = (at: number) => columns[at]?.has(kinds[at] ?? "") === true;
    const filled = [...kinds.keys()].filter((at) => kinds[at] !== "");
    const needed = cells.length >= width && isAlike(0) ? 0.5 : 0.75;
    return filled.filter(isAlike).length >= filled.length * needed;
  };
}

// From an Excel workbook to rows of cells, each as Excel shows it.
import type { CellObject, Range, WorkBook, WorkSheet } from "@e965/xlsx";
import { findHeader, type HeaderScore, isBlank, type Row } from "../rows.ts";
import { UnreadableFile } from "../unreadable.ts";
import { DAMAGED, orDamaged, TOO_LARGE, takeCells } from "./package.ts";

const MAX_COLUMNS = 200;
/** Excel's own limits. */
const MAX_ROW = 1_048_576;
const MAX_CELL = 32_767;
/** Of all cells of a sheet: one long text may stand in many. */
const MAX_LETTERS = 20_000_000;

const OPTIONS = {
  type: "array",
  cellNF: true,
  cellHTML: false,
  sheetStubs: true,
} as const;

export type Sheet = {
  name: string;
  rows: Row[];
  /** Of the row with the column names, among `rows`. */
  header: number;
  /** Sheets that hold something, and were not read. */
  others: string[];
};

/** @throws UnreadableFile */
export async function readWorkbook(bytes: Uint8Array, score: HeaderScore): Promise<Sheet> {
  const cells = takeCells(bytes);
  // Large, and seldom needed.
  const { read, utils, SSF } = await import("@e965/xlsx");
  const book = orDamaged(() => read(cells, OPTIONS));
  const sheets = book.SheetNames.map((name, at) => {
    const rows = readRows(book.Sheets[name] ?? {}, utils.decode_cell, SSF.format);
    const { at: header, score: found } = findHeader(rows, score);
    return { name, rows, header, score: found, isHidden: isHidden(book, at) };
  }).filter(({ rows }) => rows.some((row) => !isBlank(row)));
  const [best] = sheets.toSorted((a, b) => b.score - a.score || Number(a.isHidden) - Number(b.isHidden));
  if (best === undefined) throw new UnreadableFile("This workbook is empty.");
  const others = sheets.filter((sheet) => sheet !== best).map(({ name }) => name);
  return { name: best.name, rows: withNames(best.rows, best.header), header: best.header, others };
}

/** Notes beside the list stand in columns without a name. A cell has its place here, and none can move. */
function withNames(rows: Row[], header: number): Row[] {
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), 0);
  const pad = ({ cells }: Row) => Array.from({ length: width }, (_, at) => cells[at] ?? "");
  return rows.map((row, at) => (at === header ? { ...row, cells: pad(row) } : row));
}

const isHidden = (book: WorkBook, at: number) => (book.Workbook?.Sheets?.[at]?.Hidden ?? 0) !== 0;

type Decode = (address: string) => { r: number; c: number };
type Format = (format: string, value: unknown) => string;

/** In their order, those that have something in them: a cell may stand alone in Excel's last row. */
function readRows(sheet: WorkSheet, decode: Decode, format: Format): Row[] {
  const rows = new Map<number, Row>();
  const rowAt = (r: number): Row => {
    const row = rows.get(r) ?? { line: r + 1, lastLine: r + 1, cells: [] };
    rows.set(r, row);
    return row;
  };
  let letters = 0;
  for (const address of Object.keys(sheet)) {
    if (address.startsWith("!")) continue;
    const cell: CellObject = sheet[address];
    const { r, c } = decode(address);
    if (!/^[A-Z]+\d+$/.test(address) || r < 0 || r >= MAX_ROW) throw new UnreadableFile(DAMAGED);
    if (cell.f !== undefined && (cell.t === "z" || cell.v === undefined)) rowAt(r).problem = NO_RESULT;
    const text = show(cell, format);
    letters += text.length;
    if (text.length > MAX_CELL || letters > MAX_LETTERS) throw new UnreadableFile(TOO_LARGE);
    if (text.trim() === "") continue;
    if (c >= MAX_COLUMNS)
      throw new UnreadableFile(
        `The sheet has more than ${MAX_COLUMNS} columns. Copy the list alone into a new workbook.`,
      );
    rowAt(r).cells[c] = text;
  }
  const inOrder = [...rows.values()].sort((a, b) => a.line - b.line);
  markMerged(inOrder, sheet["!merges"] ?? []);
  return inOrder.map((row) => ({ ...row, cells: Array.from(row.cells, (cell) => cell ?? "") }));
}

/** Each row once, however many areas it is in. */
function markMerged(rows: Row[], merges: Range[]): void {
  const tall = merges.filter(({ s, e }) => e.r > s.r).sort((a, b) => a.s.r - b.s.r);
  let [at, end] = [0, -1];
  for (const row of rows) {
    for (let next = tall[at]; next !== undefined && next.s.r < row.line; next = tall[++at])
      end = Math.max(end, next.e.r);
    if (row.line - 1 <= end) row.problem = MERGED;
  }
}

const NO_RESULT =
  "A cell of this row has a formula whose result is not in the file. Open it in Excel, and save it again.";
const MERGED =
  "Cells of this row are merged with those of other rows. Undo that in Excel (Merge & Center), and fill in each row.";

/** Where nothing says how, a whole number is given in full: Excel shows 4.47701E+11 and keeps every digit. */
function show({ t, v, w, z }: CellObject, format: Format): string {
  // How Excel shows its usual format of a day depends on the country, and the file doesn't say which one that is.
  if (t === "n" && typeof z === "string" && /^m\/d\/yy/.test(z))
    return format(z.replace(/^m\/d\/y+/, "yyyy-mm-dd"), v);
  if (t === "n" && typeof v === "number" && Number.isSafeInteger(v) && (z === undefined || z === "General"))
    return String(v);
  return w ?? (v === undefined ? "" : String(v));
}

// From an Excel workbook to rows of cells, each as Excel shows it.
import type { CellObject, WorkBook, WorkSheet } from "@e965/xlsx";
import { findHeader, type HeaderScore, isBlank, type Row } from "../rows.ts";
import { UnreadableFile } from "../unreadable.ts";
import { orDamaged, takeCells } from "./package.ts";

const MAX_COLUMNS = 200;

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
  const width = Math.max(...rows.map(({ cells }) => cells.length));
  const pad = ({ cells }: Row) => Array.from({ length: width }, (_, at) => cells[at] ?? "");
  return rows.map((row, at) => (at === header ? { ...row, cells: pad(row) } : row));
}

const isHidden = (book: WorkBook, at: number) => (book.Workbook?.Sheets?.[at]?.Hidden ?? 0) !== 0;

type Decode = (address: string) => { r: number; c: number };
type Format = (format: string, value: unknown) => string;

function readRows(sheet: WorkSheet, decode: Decode, format: Format): Row[] {
  const rows: Row[] = [];
  const at = (r: number) => (rows[r] ??= { line: r + 1, lastLine: r + 1, cells: [] });
  for (const address of Object.keys(sheet)) {
    if (address.startsWith("!")) continue;
    const cell: CellObject = sheet[address];
    const { r, c } = decode(address);
    const text = show(cell, format);
    const row = at(r);
    if (cell.f !== undefined && (cell.t === "z" || cell.v === undefined)) row.problem = NO_RESULT;
    if (text.trim() === "") continue;
    if (c >= MAX_COLUMNS)
      throw new UnreadableFile(
        `The sheet has more than ${MAX_COLUMNS} columns. Copy the list alone into a new workbook.`,
      );
    row.cells[c] = text;
  }
  for (const { s, e } of sheet["!merges"] ?? []) {
    if (e.r > s.r) for (let r = s.r; r <= e.r && r < rows.length; r++) if (rows[r]) at(r).problem = MERGED;
  }
  return fill(rows);
}

const NO_RESULT =
  "A cell of this row has a formula whose result is not in the file. Open it in Excel, and save it again.";
const MERGED =
  "Cells of this row are merged with those of other rows. Undo that in Excel (Merge & Center), and fill in each row.";

/** Every row of the sheet, those without a cell too, and each as wide as its last cell. */
const fill = (rows: Row[]): Row[] =>
  Array.from(rows, (row, at) => ({
    ...(row ?? { line: at + 1, lastLine: at + 1 }),
    cells: Array.from(row?.cells ?? [], (cell) => cell ?? ""),
  }));

/** Where nothing says how, a whole number is given in full: Excel shows 4.47701E+11 and keeps every digit. */
function show({ t, v, w, z }: CellObject, format: Format): string {
  // How Excel shows its usual format of a day depends on the country, and the file doesn't say which one that is.
  if (t === "n" && typeof z === "string" && /^m\/d\/yy/.test(z))
    return format(z.replace(/^m\/d\/y+/, "yyyy-mm-dd"), v);
  if (t === "n" && typeof v === "number" && Number.isSafeInteger(v) && (z === undefined || z === "General"))
    return String(v);
  return w ?? (v === undefined ? "" : String(v));
}

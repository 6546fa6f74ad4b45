// Tables as CSV files that open well in Excel and Google Sheets, a piece at a time.
import { stringify } from "csv-stringify/sync";
import { writePhone } from "../../members/phone.ts";

/** A time is shown in the co-op's own; its column says whose. */
type Cell = string | number | Date | null | undefined;

/** With a byte order mark, so that Excel reads it as UTF-8, and a header line even where nothing follows. */
export async function* toCsv<Row>(
  lots: AsyncIterable<readonly Row[]>,
  columns: Record<string, (row: Row) => Cell>,
  timeZone: string,
): AsyncGenerator<string> {
  const write = createWriter(timeZone);
  yield stringify([], { header: true, columns: Object.keys(columns), bom: true });
  const cells = Object.values(columns);
  for await (const lot of lots) yield stringify(lot.map((row) => cells.map((cell) => write(cell(row)))));
}

function createWriter(timeZone: string) {
  // The Swedish way is the one that every spreadsheet takes for a time: "2026-03-03 14:05:09".
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return (cell: Cell): string | number | null | undefined => {
    if (cell instanceof Date) return clock.format(cell);
    return typeof cell === "string" ? asTyped(cell) : cell;
  };
}

/** A phone in a spreadsheet: no plus before it, which would have to be disarmed. */
export const phoneCell = (phone: string | null): string =>
  phone === null ? "" : writePhone(phone).replace(/^\+(\d+)/, "(+$1)");

/** Everything that begins a formula somewhere, also behind what can't be seen. https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[\s\p{C}"']*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20\u2212]/u;

const MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*";
/** What a spreadsheet would make another number of, or a date: 00101, 1E5, 3-12, MAY 5, and numbers too long for it. */
const MISREAD = [
  /^0\d+$/,
  /^\d{12,}$/,
  /^\d+([.,]\d+)?e[+-]?\d+$/i,
  /^\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?$/,
  /^\d{1,2}:\d{2}(:\d{2})?$/,
  new RegExp(`^${MONTH}[-/. ]?\\d{1,4}$`, "i"),
  new RegExp(`^\\d{1,4}[-/. ]?${MONTH}([-/. ]?\\d{1,4})?$`, "i"),
];

/** So that a spreadsheet shows what was written, and runs nothing of it. */
function asTyped(text: string): string {
  if (MISREAD.some((pattern) => pattern.test(text))) return `="${text}"`;
  return FORMULA.test(text) ? `'${text}` : text;
}

// From the bytes of a spreadsheet's export to rows of cells.
import { CsvError, parse } from "csv-parse/sync";
import { z } from "zod";

/** `line` is where the row begins in the file, counted from 1 as editors do. */
type CsvRow = { line: number; cells: string[] };
export type Csv = { header: string[]; rows: CsvRow[] };

/** What is wrong with the file as a whole, in plain words; nothing was imported. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
}

const SEPARATORS = [",", ";", "\t"];
const Records = z.array(z.object({ record: z.array(z.string()), info: z.object({ bytes: z.number() }) }));

/** @throws UnreadableFile */
export function parseCsv(bytes: Uint8Array): Csv {
  const text = decode(bytes);
  const [first, ...rows] = parseRows(text, findSeparator(text));
  if (first === undefined) throw new UnreadableFile("The file is empty.");
  return { header: first.cells, rows };
}

/** Excel writes UTF-8, UTF-16 ("Unicode Text") or, as plain "CSV", Windows-1252. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0x50 && second === 0x4b) {
    throw new UnreadableFile(
      'This is an Excel workbook, not a CSV file. In Excel choose "Save As" and the type "CSV UTF-8".',
    );
  }
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes.includes(0)) throw new UnreadableFile("This is not a CSV file: there is no text in it.");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** The separator that stands most often in the first line, outside of quotes. */
function findSeparator(text: string): string {
  const [line = ""] = text
    .trimStart()
    .replace(/"[^"]*"/g, "")
    .split(/\r?\n|\r/, 1);
  const count = (separator: string) => line.split(separator).length;
  return SEPARATORS.reduce((best, next) => (count(next) > count(best) ? next : best));
}

function parseRows(text: string, delimiter: string): CsvRow[] {
  const bytes = Buffer.from(text);
  try {
    const parsed = parse(bytes, {
      delimiter,
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    });
    const lineAfter = lineCounter(bytes);
    let end = 0;
    return Records.parse(parsed).map(({ record, info }) => {
      const line = lineAfter(end);
      end = info.bytes;
      return { line, cells: record };
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === "CSV_QUOTE_NOT_CLOSED") {
      throw new UnreadableFile(
        "A quotation mark that opens a cell is never closed, so the rows run together.",
      );
    }
    throw new UnreadableFile(`The file can't be read as CSV: ${error.message}.`);
  }
}

const [LF, CR] = [0x0a, 0x0d];

/**
 * The line of the first text at or after a byte; asked for in rising order. The parser's own count of
 * lines is of no use to a person: it counts each CRLF within quotes twice.
 */
function lineCounter(bytes: Uint8Array): (from: number) => number {
  let at = 0;
  let line = 1;
  return (from) => {
    while (at < from || bytes[at] === LF || bytes[at] === CR) {
      if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) line++;
      at++;
    }
    return line;
  };
}

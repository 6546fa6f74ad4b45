// A workbook is a ZIP. Out of it comes what holds cells, and no more than a member list can have.
import { zipSync } from "fflate";
import { SAVE_AS_CSV, UnreadableFile } from "../unreadable.ts";
import { listEntries, unpack } from "./zip.ts";

const MAX_UNPACKED = 60_000_000;
const MAX_ROWS = 50_000;
const MAX_CELLS = 600_000;
const MAX_STYLES = 10_000_000;

export const TOO_LARGE =
  `This workbook holds more than a member list can (${MAX_ROWS.toLocaleString("en")} rows). Empty rows count where ` +
  'they are formatted. Copy the list alone into a new workbook, or save it as "CSV UTF-8".';
export const DAMAGED =
  'This workbook is damaged or not complete. Open it in Excel, and save it anew as ".xlsx" or "CSV UTF-8".';

/** Pictures, charts, macros, comments and earlier versions stay where they are. */
const NEEDED =
  /^(\[Content_Types\]\.xml|_rels\/\.rels|xl\/(workbook|sharedStrings|styles)\.xml|xl\/_rels\/workbook\.xml\.rels|xl\/worksheets\/[^/]+\.xml|xl\/theme\/theme1\.xml)$/i;

/** @returns a workbook that is safe to unpack @throws UnreadableFile */
export function takeCells(bytes: Uint8Array): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = orDamaged(() => listEntries(buffer));
  refuseOtherPackages(entries.map(({ name }) => name));
  const needed = entries.filter(({ name }) => NEEDED.test(name));
  const unpacked = needed.reduce((sum, entry) => sum + entry.unpacked, 0);
  if (unpacked > MAX_UNPACKED) throw new UnreadableFile(TOO_LARGE);
  const files = orDamaged(() =>
    Object.fromEntries(needed.map((entry) => [entry.name, unpack(buffer, entry)])),
  );
  for (const [name, content] of Object.entries(files)) {
    if (/worksheets\//i.test(name)) checkSheet(content);
    if (/styles\.xml$/i.test(name)) checkStyles(content);
  }
  return zipSync(files, { level: 0 });
}

/** @throws UnreadableFile */
export function orDamaged<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw new UnreadableFile(DAMAGED);
  }
}

/** What a sheet of a member list has at most of each. */
const MOST: Record<string, number> = { row: MAX_ROWS, c: MAX_CELLS, mergeCell: 10_000, hyperlink: 100_000 };

/** Whatever stands before a tag's name: some programs write "<x:row>". */
function checkSheet(content: Uint8Array): void {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const counts = new Map<string, number>();
  for (let at = bytes.indexOf(OPENS); at !== -1; at = bytes.indexOf(OPENS, at + 1)) {
    const name = readName(bytes, at + 1);
    const most = MOST[name];
    if (most === undefined) continue;
    const count = (counts.get(name) ?? 0) + 1;
    if (count > most) throw new UnreadableFile(TOO_LARGE);
    counts.set(name, count);
  }
}

const OPENS = "<".charCodeAt(0);
const PREFIX = ":".charCodeAt(0);
const isLetter = (byte: number) =>
  byte > 0x40 || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e;
const LONGEST_NAME = 50;

/** Of a tag, without what stands before a colon; "" for the end of one. */
function readName(bytes: Buffer, from: number): string {
  let start = from;
  for (let at = from; at < from + LONGEST_NAME; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === PREFIX) start = at + 1;
    else if (!isLetter(byte)) return at - start > 12 ? "" : bytes.toString("latin1", start, at);
  }
  return "";
}

/** Excel allows 255 characters. Each cell that a longer one shows could be as long. */
const LONG_FORMAT = /formatCode\s*=\s*(?:"[^"]{2000}|'[^']{2000})/;

function checkStyles(content: Uint8Array): void {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes.length > MAX_STYLES || LONG_FORMAT.test(bytes.toString("latin1")))
    throw new UnreadableFile(TOO_LARGE);
}

const OTHERS: [kind: string, name: RegExp][] = [
  ["a workbook in Excel's binary form (.xlsb)", /^xl\/workbook\.bin$/i],
  ["a Numbers document", /^(index\.zip|index\/.*\.iwa)$/i],
  ["a Word document", /^word\//i],
  ["a presentation", /^ppt\//i],
  ["an OpenDocument file (.ods)", /^content\.xml$/i],
  ["a ZIP folder; take the list out of it first", /\.(csv|txt|tsv|xlsx?)$/i],
];

function refuseOtherPackages(names: string[]): void {
  if (names.some((name) => /^xl\/workbook\.xml$/i.test(name))) return;
  const kind = OTHERS.find(([, pattern]) => names.some((name) => pattern.test(name)))?.[0] ?? "a ZIP file";
  throw new UnreadableFile(`This is ${kind}, and no list that can be read. ${SAVE_AS_CSV}`);
}

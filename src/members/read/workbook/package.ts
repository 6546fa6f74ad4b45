// A workbook is a ZIP. Out of it comes what holds cells, and no more than a member list can have.
import { zipSync } from "fflate";
import { SAVE_AS_CSV, UnreadableFile } from "../unreadable.ts";
import { listEntries, unpack } from "./zip.ts";

const MAX_UNPACKED = 60_000_000;
const MAX_ROWS = 50_000;
const MAX_CELLS = 600_000;

const TOO_LARGE =
  `This workbook holds more than a member list can (${MAX_ROWS.toLocaleString("en")} rows). Empty rows count where ` +
  'they are formatted. Copy the list alone into a new workbook, or save it as "CSV UTF-8".';
const DAMAGED =
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
  for (const [name, content] of Object.entries(files)) if (name.includes("worksheets/")) checkSheet(content);
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

function checkSheet(content: Uint8Array): void {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  // Some programs write "<x:row>".
  const [, prefix = ""] = /<(\w+:)?worksheet/.exec(bytes.toString("latin1", 0, 2000)) ?? [];
  if (
    countTags(bytes, `<${prefix}row`, MAX_ROWS) > MAX_ROWS ||
    countTags(bytes, `<${prefix}c`, MAX_CELLS) > MAX_CELLS
  ) {
    throw new UnreadableFile(TOO_LARGE);
  }
}

/** Not far beyond what would be too many. */
function countTags(bytes: Buffer, tag: string, most: number): number {
  let found = 0;
  for (let at = bytes.indexOf(tag); at !== -1 && found <= most; at = bytes.indexOf(tag, at + tag.length)) {
    if (/[\s/>]/.test(String.fromCharCode(bytes[at + tag.length] ?? 0))) found++;
  }
  return found;
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

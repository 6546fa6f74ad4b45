// What people hand over in the belief that it is a list. Told by how it begins, never by its name.
import { SAVE_AS_CSV, UnreadableFile } from "./unreadable.ts";

const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));

const BEGINNINGS: [kind: string, bytes: number[]][] = [
  ["a PDF", ascii("%PDF")],
  ["a text document (RTF)", ascii("{\\rtf")],
  ["a compressed file (gzip); unpack it first", [0x1f, 0x8b]],
  ["a compressed file (7-Zip); unpack it first", [0x37, 0x7a, 0xbc, 0xaf]],
  ["a compressed file (RAR); unpack it first", ascii("Rar!")],
  ["a picture", [0x89, 0x50, 0x4e, 0x47]],
  ["a picture", [0xff, 0xd8, 0xff]],
  ["a picture", ascii("GIF8")],
  ["a database", ascii("SQLite format 3")],
  ["a database (Access)", [0, 1, 0, 0, ...ascii("Standard ")]],
  ["an old Excel workbook (.xls)", [0x09, 0x08, 0x10, 0]],
];

/** Word, Excel and Outlook of before 2007, and whatever has a password today. */
const COMPOUND = [0xd0, 0xcf, 0x11, 0xe0];
const ZIP = ascii("PK");

const begins = (bytes: Uint8Array, beginning: number[]) => beginning.every((byte, at) => bytes[at] === byte);
export const isZip = (bytes: Uint8Array) => begins(bytes, ZIP) && (bytes[2] ?? 0) < 9;

/** @throws UnreadableFile where the bytes are of a kind that is no list */
export function refuseOtherKinds(bytes: Uint8Array): void {
  if (begins(bytes, COMPOUND)) throw new UnreadableFile(describeCompound(bytes));
  const kind = BEGINNINGS.find(([, beginning]) => begins(bytes, beginning))?.[0];
  if (kind !== undefined) throw new UnreadableFile(`This is ${kind}, not a CSV file. ${SAVE_AS_CSV}`);
}

function describeCompound(bytes: Uint8Array): string {
  const has = (name: string) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(name, 0, "utf16le");
  if (has("EncryptedPackage")) {
    return 'This workbook is protected with a password, so it can\'t be read. Open it and save it as "CSV UTF-8".';
  }
  if (has("WordDocument")) return `This is a Word document, not a CSV file. ${SAVE_AS_CSV}`;
  return 'This is an old Excel workbook (.xls). Open it in Excel, choose "Save As" and the type ".xlsx" or "CSV UTF-8".';
}

const TEXT_BEGINNINGS: [kind: string, text: RegExp][] = [
  [
    "a web page (HTML), whatever its name ends with",
    /^(<!doctype html|<html|<head|<body|<table|<meta|<style|mime-version:)/i,
  ],
  ["a spreadsheet saved as XML", /^<\?xml.*<(ss:)?workbook\b/is],
  ["an XML file", /^<\?xml|^<[a-z][\w:-]*[\s>]/i],
  ["a file of contacts (vCard)", /^begin:vcard/i],
  ["a shortcut to a list, and not the list itself", /^(\[InternetShortcut\]|\{\s*"(url|doc_id)")/i],
  ["a JSON file", /^[{[]\s*["{[\]}]/],
];

/** @throws UnreadableFile where the text is of a kind that is no list */
export function refuseOtherTexts(text: string): void {
  const beginning = text.slice(0, 2000).trimStart();
  const kind = TEXT_BEGINNINGS.find(([, pattern]) => pattern.test(beginning))?.[0];
  if (kind !== undefined) throw new UnreadableFile(`This is ${kind}, not a CSV file. ${SAVE_AS_CSV}`);
}

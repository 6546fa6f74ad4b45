// From a file's bytes to its lines. No encoding is guessed for the whole file from one byte: what is in doubt on a
// line is said of that line.
import { decodeOld } from "./decode-old.ts";
import { refuseOtherKinds, refuseOtherTexts } from "./kinds.ts";
import { quotable } from "./quotable.ts";
import { UnreadableFile } from "./unreadable.ts";

/** One line as editors count them. `problem` is whole sentences: its letters can't be trusted. */
export type Line = {
  text: string;
  problem?: string;
  /** It ends otherwise than the file's lines do, as a line within a cell does. */
  endsSoftly?: boolean;
};

export type Decoded = {
  lines: Line[];
  /** As people call it: "UTF-8". */
  encoding: string;
  /** Whole sentences on what somebody should look at. */
  notes: string[];
  /** The last line has a line end, so that the file was not cut off within it. */
  isWhole: boolean;
};

type Text = { encoding: string; lines: string[]; notes: string[]; soft: Set<number> };

const NO_TEXT = "This is not a CSV file: there is no text in it.";
const CURE = 'Correct it, or save the list anew as "CSV UTF-8".';

/** Also where one file has line ends of several kinds. */
const LINE_END = /\r\n|\n|\r/g;
const splitLines = (text: string) => text.split(LINE_END);

/** Where nearly all lines end with CR LF, as in Excel's files, those that end with LF alone. */
function findSoftEnds(text: string): Set<number> {
  const ends = text.match(LINE_END) ?? [];
  const soft = [...ends.keys()].filter((at) => ends[at] === "\n");
  const hard = ends.filter((end) => end === "\r\n").length;
  return new Set(soft.length + hard === ends.length && hard >= soft.length * 2 ? soft : []);
}

/** @throws UnreadableFile */
export function decode(bytes: Uint8Array): Decoded {
  refuseOtherKinds(bytes);
  const wide = findWideEncoding(bytes);
  const { encoding, lines, notes, soft } = wide === undefined ? decodeNarrow(bytes) : decodeWide(bytes, wide);
  refuseOtherTexts(lines.slice(0, 40).join("\n"));
  // DOS ends a file with this sign.
  if (lines.at(-1) === "\x1a") lines[lines.length - 1] = "";
  const isWhole = lines.at(-1) === "";
  if (isWhole) lines.pop();
  return {
    encoding,
    notes,
    isWhole,
    lines: lines.map((line, at) => (soft.has(at) ? { ...look(line), endsSoftly: true } : look(line))),
  };
}

/** UTF-16 has a zero in every second byte of plain ASCII. Which one tells the order, also without a mark. */
function findWideEncoding(bytes: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const beginning = bytes.subarray(0, 100_000);
  let [even, odd, controls] = [0, 0, 0];
  for (const [at, byte] of beginning.entries()) {
    if (byte === 0 && at % 2 === 0) even++;
    else if (byte === 0) odd++;
    else if (byte < 32 && ![9, 10, 13].includes(byte)) controls++;
  }
  if (controls > 8 && controls * 20 > beginning.length) throw new UnreadableFile(NO_TEXT);
  if ((even + odd) * 10 <= beginning.length) return undefined;
  if (even * 20 < odd) return "utf-16le";
  if (odd * 20 < even) return "utf-16be";
  throw new UnreadableFile(NO_TEXT);
}

function decodeWide(bytes: Uint8Array, encoding: string): Text {
  const text = new TextDecoder(encoding).decode(bytes);
  return { encoding: "UTF-16", lines: splitLines(text), notes: [], soft: findSoftEnds(text) };
}

function decodeNarrow(bytes: Uint8Array): Text {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { encoding: "UTF-8", lines: splitLines(text), notes: [], soft: findSoftEnds(text) };
  } catch {
    const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    return { ...decodeOld(splitLines(raw)), soft: findSoftEnds(raw) };
  }
}

/** How the second byte of a letter looks in Windows-1252, and on old Macs. */
const SECOND = "[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]";
const SECOND_MAC = "[ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø]";
/** UTF-8 that a program took for Windows-1252, an old Mac's or DOS, and saved again: "JosÃ©", "Jos√©", "Jos├®". */
const GARBLED = new RegExp(
  `[^\\s,;|"]*(?:[ÃÄÅ]${SECOND}|Â[\u00a0-\u00bf]|â€|[√¬]${SECOND_MAC}|‚Ä|[├┬][^\\s,;|"]|ÔÇ)[^\\s,;|"]*`,
  "u",
);
/** What begins one of these. */
const MAY_BE_GARBLED = /[ÃÂÄÅâ√¬‚├┬Ô]/u;
/** Letters as web pages write them: "Jos&eacute;". */
const ENTITY =
  /&(?:amp|lt|gt|quot|apos|nbsp|szlig|hellip|iquest|iexcl|ord[mf]|deg|aelig|oelig|[lr]s?[dq]quo|[lr]squo|[mn]dash|[a-z](?:acute|grave|circ|uml|tilde|cedil|ring|slash|caron)|#\d{2,6}|#x[\da-f]{2,5});/i;

/** The mark that begins a file may stand before any line, where files were put together. */
function look(line: string): Line {
  const text = line.replace(/^\ufeff+/, "");
  const problem = findProblem(text);
  return problem === undefined ? { text } : { text, problem: `${problem} ${CURE}` };
}

function findProblem(text: string): string | undefined {
  if (text.includes("\0")) return "There is something on this line that is no text.";
  if (text.includes("\ufffd")) return "A letter on this line is lost, or its encoding can't be told.";
  const [entity] = ENTITY.exec(text) ?? [];
  if (entity) return `A letter on this line is written as in a web page ("${entity}").`;
  const [garbled] = MAY_BE_GARBLED.test(text) ? (GARBLED.exec(text) ?? []) : [];
  return garbled && `The letters on this line were garbled by a program ("${quotable(garbled, 40)}").`;
}

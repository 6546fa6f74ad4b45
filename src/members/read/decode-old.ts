// Lines that are not UTF-8, or not all of them.
import { plural } from "../../text/words.ts";
import { type OldEncoding, type Puzzle, solve } from "./letters.ts";
import { quotable } from "./quotable.ts";

const UTF8_MARK = "\xef\xbb\xbf";
/** What is whole in UTF-8: two, three or four bytes. */
const PIECE =
  /[\0-\x7f]+|[\xc2-\xdf][\x80-\xbf]|(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]|(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}|[\x80-\xff]/gs;
const isAscii = (text: string) => !/[^\0-\x7f]/.test(text);
/** Two bytes may look like UTF-8 by chance. They are, where they stand for a letter that lists here have. */
const LAST_LATIN = 0x17f;

function* readPieces(raw: string): Generator<string | number> {
  for (const [piece] of raw.matchAll(PIECE)) {
    const text = isAscii(piece) ? piece : Buffer.from(piece, "latin1").toString("utf8");
    const isByChance = piece.length === 2 && !isAscii(piece) && text.charCodeAt(0) > LAST_LATIN;
    if (isAscii(piece) || (piece.length > 1 && !isByChance)) yield text;
    else yield* [...piece].map((byte) => byte.charCodeAt(0));
  }
}

const isUnknown = (piece: string | number) => typeof piece === "number";

/** @param raw lines with one character for each byte */
export function decodeOld(raw: string[]): { encoding: string; lines: string[]; notes: string[] } {
  const hasMark = raw[0]?.startsWith(UTF8_MARK) === true;
  const puzzles: Puzzle[] = raw.map((line) => [...readPieces(line)]);
  const isUtf8 =
    hasMark || puzzles.some((puzzle) => puzzle.some((piece) => typeof piece === "string" && !isAscii(piece)));
  const unknown = [...puzzles.keys()].filter((at) => puzzles[at]?.some(isUnknown));
  const answers = new Map(
    solve(unknown.map((at) => puzzles[at] ?? [])).map((answer, n) => [unknown[n], answer]),
  );
  const lines = puzzles.map(
    (puzzle, at) =>
      answers.get(at)?.text ?? puzzle.map((piece) => (isUnknown(piece) ? "\ufffd" : piece)).join(""),
  );
  const found = [...answers].flatMap(([at = 0, answer]) => (answer ? [{ line: at + 1, ...answer }] : []));
  const byEncoding = [...Map.groupBy(found, ({ encoding }) => encoding)];
  const [usual] = byEncoding;
  return {
    lines,
    encoding:
      isUtf8 || byEncoding.length !== 1
        ? isUtf8
          ? "UTF-8"
          : "an encoding that can't be told"
        : (usual?.[0] ?? ""),
    notes: byEncoding.map(([encoding, those]) => describe(encoding, those, isUtf8)),
  };
}

const NAMES: Record<OldEncoding, string> = {
  "Windows-1252": "Windows-1252",
  "Mac Roman": "Mac Roman, that of old Macs",
  DOS: "that of DOS",
};

/** With an example, because a person sees at once whether it was read rightly. */
function describe(encoding: OldEncoding, found: { line: number; text: string }[], isUtf8: boolean): string {
  const [first] = found;
  const example = `"${quotable(first?.text.match(/[^\s",;]*[^\0-\x7f][^\s",;]*/u)?.[0] ?? "", 40)}" on line ${first?.line}`;
  const [have, were] = found.length === 1 ? ["has", "was"] : ["have", "were"];
  return isUtf8
    ? `${plural(found.length, "line")} of this UTF-8 file ${have} letters in another encoding (${NAMES[encoding]}), and ${were} ` +
        `read by it: look at ${example}.`
    : `The file is in an old encoding (${NAMES[encoding]}), and was read by it: look at ${example}.`;
}

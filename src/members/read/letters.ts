// Which letters a byte beyond ASCII stands for, where the file doesn't say. Each old encoding is tried, and only one
// in which every such letter makes sense where it stands comes into question.

/** The letters that people's names and streets here are written with. */
const COMMON = /[áéíóúñüÁÉÍÓÚÑÜ]/u;
const LETTER = /[A-Za-zªºÀ-ÖØ-öø-ÿĀ-ž]/u;
const isLower = (letter: string) => LETTER.test(letter) && letter !== letter.toUpperCase();
const isUpper = (letter: string) => LETTER.test(letter) && letter !== letter.toLowerCase();
const none = (text: string) => text === "" || /[\s",;:()/|&-]/.test(text);

/** Signs beside letters, each with where it may stand: what is before it, and what after. */
const SIGNS: [signs: RegExp, before: (text: string) => boolean, after: (text: string) => boolean][] = [
  [/’/, (before) => LETTER.test(before) || none(before) || /\d/.test(before), () => true],
  [/[‘“«¿¡]/, none, (after) => LETTER.test(after) || /\d/.test(after)],
  [/[”»]/, (before) => !none(before), (after) => none(after) || /[.!?]/.test(after)],
  [/[–—]/, (before) => none(before) || /\d/.test(before), (after) => none(after) || /\d/.test(after)],
  [/\u00a0/, () => true, () => true],
  [/[°º]/, (before) => /[\dNn]/.test(before), (after) => !/\d/.test(after) || after === ""],
  [/ª/, (before) => /[\da-zA-Z]/.test(before), none],
  [/[½¼¾]/, (before) => none(before) || /\d/.test(before), none],
  [/[®™©]/, (before) => LETTER.test(before) || none(before), none],
  [/[•·§]/, none, none],
  [/[€£]/, none, (after) => /\d/.test(after) || none(after)],
];

/** Whether the letter at a place makes sense between its neighbours: `José`, not `JosŽ` or `Pe–a`. */
function isPlausible(text: string, at: number): boolean {
  const letter = text[at] ?? "";
  const before = text[at - 1] ?? "";
  const after = text[at + 1] ?? "";
  if (isLower(letter) || isUpper(letter)) {
    const around = text.slice(Math.max(0, at - 2), at + 3);
    if (/[^\0-\x7f’]{3}/u.test(around)) return false;
    if (!LETTER.test(before) && !LETTER.test(after)) return letter === "à";
    if (/\d/.test(before)) return false;
    return isLower(letter) ? !isUpper(after) : !isLower(before);
  }
  const sign = SIGNS.find(([signs]) => signs.test(letter));
  return sign?.[1](before) === true && sign[2](after);
}

/** The letters of DOS that names here have, from 0x80; what is left out stands for lines and blocks. */
const DOS = "ÇüéâäàåçêëèïîìÄÅÉ��ôöòûùÿÖÜ�����áíóúñÑªº¿";

const fromByte = (label: string) => {
  const decoder = new TextDecoder(label);
  return Array.from({ length: 128 }, (_, at) => decoder.decode(Uint8Array.of(128 + at)));
};
const tableOf = {
  "Windows-1252": fromByte("windows-1252"),
  "Mac Roman": fromByte("macintosh"),
  DOS: Array.from({ length: 128 }, (_, at) => DOS[at] ?? "\ufffd"),
  "Windows-1250": fromByte("windows-1250"),
};
/** That of Windows in Central Europe is nobody's here, but a line that it could be as well is in doubt. */
const RIVAL = "Windows-1250";
type Encoding = keyof typeof tableOf;
export type OldEncoding = Exclude<Encoding, typeof RIVAL>;
const OLD: OldEncoding[] = ["Windows-1252", "Mac Roman", "DOS"];

/** A line in which some letters are known, and each of the others by its byte. */
export type Puzzle = (string | number)[];

type Reading = { text: string; isPlausible: boolean; isCommon: boolean };

function read(puzzle: Puzzle, encoding: Encoding): Reading {
  const table = tableOf[encoding];
  const places: number[] = [];
  let text = "";
  for (const piece of puzzle) {
    if (typeof piece === "number") places.push(text.length);
    text += typeof piece === "string" ? piece : (table[piece - 128] ?? "\ufffd");
  }
  return {
    text,
    isPlausible: places.every((at) => isPlausible(text, at)),
    isCommon: places.every((at) => COMMON.test(text[at] ?? "")),
  };
}

/**
 * What an old encoding's lines say, one for each puzzle, or undefined where that is in doubt. What is clear on one
 * line helps with the others: a program writes all of them alike. "Garc’a" and "García" are the same bytes, in
 * Windows-1252 and on an old Mac.
 */
export function solve(puzzles: Puzzle[]): ({ text: string; encoding: OldEncoding } | undefined)[] {
  const readings = puzzles.map((puzzle) => OLD.map((encoding) => ({ encoding, ...read(puzzle, encoding) })));
  const everywhere = OLD.filter((_, at) => readings.every((line) => line[at]?.isPlausible));
  const rivals = puzzles.map((puzzle) => read(puzzle, RIVAL));
  const hasRival = rivals.every(({ isPlausible }) => isPlausible);
  return readings.map((line, index) => {
    const possible = line.filter(
      (one) => one.isPlausible && (everywhere.length === 0 || everywhere.includes(one.encoding)),
    );
    const [first] = possible;
    if (first === undefined) return undefined;
    const isUsual = first.encoding === "Windows-1252";
    if (hasRival && !isUsual && rivals[index]?.text !== first.text) return undefined;
    if (possible.every(({ text }) => text === first.text)) return first;
    // Windows-1252 is by far the most usual: another is believed only where that one makes no sense.
    const common = possible.filter(({ isCommon }) => isCommon);
    return isUsual ? common.find((each) => each === first) : one(common);
  });
}

const one = <T>(all: T[]): T | undefined => (all.length === 1 ? all[0] : undefined);

import { FRACTION, fractionInAscii, isGsm7, plainForm } from "./plain-forms.ts";
import { countSegments } from "./segments.ts";

/** Letters of scripts in which a joiner is spelling. */
const SCRIPT = String.raw`(?![\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}\p{DI}])[\p{L}\p{M}]`;
/** Signs that are seen, and which a variation selector may change. */
const SEEN = String.raw`(?![\p{Script=Latin}\p{DI}\p{M}])\P{ASCII}`;

/** What nobody sees, and what is invisible and yet belongs to an emoji, or to the spelling. */
const INVISIBLE = new RegExp(
  [
    "\n",
    String.raw`(?<=${SCRIPT}\p{M}*|\p{Extended_Pictographic}\ufe0f?|\p{Emoji_Modifier})[\u200c\u200d](?=${SCRIPT}|\p{Extended_Pictographic})`,
    String.raw`(?<=${SEEN})[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]`,
    String.raw`(?<=[0-9#*])\ufe0f(?=\u20e3)`,
    // The flag of a part of a country.
    String.raw`(?<=\u{1f3f4}[\u{e0020}-\u{e007e}]*)[\u{e0020}-\u{e007f}]`,
    String.raw`(?<gone>[\p{Cc}\p{DI}\ufff9-\ufffb])`,
  ].join("|"),
  "gu",
);

/** Beside these a fraction would be read as another number: 1½, ½/¾, 2.½ */
const TOUCHED_BEFORE = /(?:[\p{N}/⁄∕÷]|\p{N}[.,])$/u;
const TOUCHED_AFTER = /^(?:[\p{Nd}/⁄∕÷]|[.,]\p{N})/u;

/** A bullet before a number would be read as a minus. */
const BULLET_BEFORE_NUMBER = /(?<!\p{N})[•⁃](?=\p{N})/gu;
const COSTLY = /[^\p{ASCII}]|`/gu;

/** A dash is a dash, and a quote a quote, however they are written. */
const isSmall = (typed: string, written: string) =>
  ['"', "'", ""].includes(written) || (written === "-" && /^[\p{Pd}\u2212]$/u.test(typed));

/**
 * The text as it goes out: without invisible characters, with plain spaces and line ends; and where that makes the
 * whole of it GSM-7, with curly quotes, dashes and the like in the form that costs one character. Accents stay:
 * they are spelling.
 */
export const normalizeText = (typed: string): string => write(typed).text;

/** What was changed in more than quotes, dashes and spaces: `“1½” is written “1 1/2”`, each once. */
export const describeChanges = (typed: string): string[] =>
  [...write(typed).changes].map(([before, after]) => `“${before}” is written “${after}”`);

type Written = { text: string; changes: ReadonlyMap<string, string> };

function write(typed: string): Written {
  const tidy = tidyUp(typed);
  if (isGsm7(tidy)) return { text: tidy, changes: new Map() };
  const plain = inPlainForms(tidy);
  // One character without a plain form makes the others cost as much as it does: then all stay as they were typed.
  const gains = isGsm7(plain.text) && countSegments(plain.text).count <= countSegments(tidy).count;
  return gains ? plain : { text: tidy, changes: new Map() };
}

const tidyUp = (typed: string): string =>
  trimLines(
    typed
      .toWellFormed()
      .normalize("NFC")
      .replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
      // One space each; Smart Encoding would make two of some, and seven of a tab.
      .replace(/[^\S\n\ufeff]/g, " ")
      .replace(INVISIBLE, (found, gone?: string) => (gone === undefined ? found : ""))
      // Accents may have found their letters now.
      .normalize("NFC"),
  );

const trimLines = (text: string): string => text.replace(/ +$/gm, "").trim();

function inPlainForms(tidy: string): Written {
  const changes = new Map<string, string>();
  const text = tidy
    .replace(FRACTION, (fraction, offset: number) => {
      const before = tidy.slice(0, offset);
      const left = TOUCHED_BEFORE.test(before) ? " " : "";
      const right = TOUCHED_AFTER.test(tidy.slice(offset + fraction.length)) ? " " : "";
      const written = fractionInAscii(fraction);
      // A whole number before it is told with it.
      const whole = /\p{Nd}{1,4}$/u.exec(before)?.[0] ?? "";
      changes.set(whole + fraction, whole.normalize("NFKC") + (whole && left) + written);
      return left + written + right;
    })
    .replace(BULLET_BEFORE_NUMBER, (bullet) => {
      changes.set(bullet, "-");
      return "- ";
    })
    .replace(COSTLY, (typed) => {
      const written = plainForm(typed);
      if (written !== undefined && !isSmall(typed, written)) changes.set(typed, written);
      return written ?? typed;
    });
  return { text: trimLines(text), changes };
}

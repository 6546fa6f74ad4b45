// A short code for what an import would do. Where the file, the list or anything else is another by then, so is it.
import { createHash } from "node:crypto";

/** Three parts, for the file, the list and the rest: `k7q2-m4xd-9fhw`. */
export type ImportCode = string;

/** What nobody takes for another letter. */
const LETTERS = "23456789abcdefghjkmnpqrstuvwxyz";
const LENGTH = 4;

function digest(data: Uint8Array | string): string {
  let left = createHash("sha256").update(data).digest().readUInt32BE();
  let text = "";
  for (let at = 0; at < LENGTH; at++) {
    text += LETTERS.charAt(left % LETTERS.length);
    left = Math.floor(left / LETTERS.length);
  }
  return text;
}

export const makeCode = ({
  file,
  list,
  rest,
}: {
  file: Uint8Array;
  list: unknown;
  rest: unknown;
}): ImportCode => [digest(file), digest(JSON.stringify(list)), digest(JSON.stringify(rest))].join("-");

export const isCode = (text: string): boolean =>
  new RegExp(`^([${LETTERS}]{${LENGTH}}-){2}[${LETTERS}]{${LENGTH}}$`).test(text);

/** @returns what has changed since, and undefined if nothing has */
export function compareCodes(before: ImportCode, now: ImportCode): "file" | "list" | "rest" | undefined {
  const [were, are] = [before.split("-"), now.split("-")];
  return (["file", "list", "rest"] as const).find((_, part) => were[part] !== are[part]);
}

// Wrong builds that are right: nobody could tell them from Headgate, or only by how long it takes.
import { readFileSync } from "node:fs";
import type { Mutant } from "@stryker-mutator/api/core";

type SameProgram = {
  /** In src/. */
  file: string;
  /** What is replaced, where it stands, or the line that it is in. Spaces count for nothing. */
  before: string;
  after: string;
  why: string;
};

const samePrograms: SameProgram[] = [];

const squeeze = (code: string) => code.replace(/\s+/g, " ").trim();

/** What a wrong build takes away, and the first line of where it stood. */
export function readPlace({ fileName, location: { start, end } }: Pick<Mutant, "fileName" | "location">) {
  const lines = readFileSync(fileName, "utf8").split("\n");
  const line = lines[start.line] ?? "";
  const within = lines.slice(start.line, end.line + 1);
  const last = within.length - 1;
  const cut = within.map((each, at) =>
    each.slice(at === 0 ? start.column : 0, at === last ? end.column : undefined),
  );
  return { line: squeeze(line), before: squeeze(cut.join("\n")) };
}

export function isSameProgram(mutant: Mutant): boolean {
  const { line, before } = readPlace(mutant);
  return samePrograms.some(
    (each) =>
      mutant.fileName.endsWith(`/src/${each.file}`) &&
      squeeze(each.after) === squeeze(mutant.replacement) &&
      [line, before].includes(squeeze(each.before)),
  );
}

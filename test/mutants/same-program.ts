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

const samePrograms: SameProgram[] = [
  {
    file: "own-settings.ts",
    before: "/^Etc\\//i",
    after: "/Etc\\//i",
    why: "No zone has Etc/ elsewhere than at its beginning, and what is no zone is none.",
  },
  { file: "own-settings.ts", before: "{ return false; }", after: "{}", why: "It is asked for as yes or no." },
  { file: "config.ts", before: "/[\\s,;]+/", after: "/[\\s,;]/", why: "What is empty is left out after it." },
  {
    file: "config.ts",
    before: '"."',
    after: '""',
    why: "A setting has one name, so there is nothing to join.",
  },
  {
    file: "config.ts",
    before: 'return timeZone ?? "";',
    after: '"Stryker was here!"',
    why: "Neither is a place, which is all that is asked.",
  },
  {
    file: "config.ts",
    before: '? { from: s.TWILIO_FROM ?? "" }',
    after: '"Stryker was here!"',
    why: "Without a service there is a number: LiveSettings insists. Types do not know.",
  },
  {
    file: "opt-outs/wishes.ts",
    before: "text.trim()",
    after: "text",
    why: "No list of words begins or ends with a space.",
  },
  {
    file: "opt-outs/wishes.ts",
    before: "/\\s+/",
    after: "/\\s/",
    why: "It would put an empty word into the lists, and no text has one.",
  },
  {
    file: "opt-outs/wishes.ts",
    before: 'const [first = "", ...others] = own;',
    after: '"Stryker was here!"',
    why: "Neither is a word of the law.",
  },
  {
    file: "members/consent/answers.ts",
    before: "byKey.get(columnKey(title))?.length",
    after: "byKey.get(columnKey(title)).length",
    why: "Every title is among those that were grouped. Types do not know.",
  },
  {
    file: "members/consent/cells.ts",
    before: 'const { y = "", m, d, a, b, name = "" } = found.groups;',
    after: '"Stryker was here!"',
    why: "Every date has its year, and a month's name where it has no figure for it. Types do not know.",
  },
  {
    file: "members/consent/cells.ts",
    before: '" "',
    after: '""',
    why: "Before a date there is never a letter or a figure.",
  },
  {
    file: "members/consent/consent.ts",
    before: 'const FINE: Judged = { is: "fine" };',
    after: '""',
    why: "Only a No and a question are looked for.",
  },
  {
    file: "members/consent/consent.ts",
    before: '{ is: "fine" }',
    after: "{}",
    why: "Only a No and a question are looked for.",
  },
  {
    file: "members/consent/consent.ts",
    before: "rows[index]?.line",
    after: "rows[index].line",
    why: "There is a row for each cell. Types do not know.",
  },
  {
    file: "members/consent/consent.ts",
    before: "other.since !== undefined",
    after: "true",
    why: "Nothing is smaller than a day that is not there. Types do not know.",
  },
  {
    file: "members/consent/consent.ts",
    before: "other.since < one.since",
    after: "other.since <= one.since",
    why: "Of two on the same day it is that day.",
  },
  {
    file: "members/consent/consent.ts",
    before: "if (before) return before;",
    after: "false",
    why: "It is only found once more, which takes longer.",
  },
  {
    file: "members/consent/consent.ts",
    before: "known.set(cell, judged);",
    after: ";",
    why: "It is only found once more, which takes longer.",
  },
  {
    file: "members/consent/consent.ts",
    before: "/\\p{L}{2}/u",
    after: "/\\p{L}/u",
    why: "No word of one letter is a statement: it saves reading figures.",
  },
  {
    file: "members/consent/consent.ts",
    before: "first === undefined",
    after: "false",
    why: "Where there is no first there is no other. Types do not know.",
  },
  {
    file: "members/consent/consent.ts",
    before: "/^[\\s\\p{P}\\p{Sc}]*\\d[\\d\\s\\p{P}]*$/u",
    after: "/^[\\s\\p{P}\\p{Sc}]\\d[\\d\\s\\p{P}]*$/u",
    why: "It saves reading figures, and these fewer of them.",
  },
  {
    file: "members/consent/consent.ts",
    before: "/^[\\s\\p{P}\\p{Sc}]*\\d[\\d\\s\\p{P}]*$/u",
    after: "/^[\\s\\p{P}\\p{Sc}]*\\d[\\d\\s\\p{P}]$/u",
    why: "It saves reading figures, and these fewer of them.",
  },
  {
    file: "members/consent/consent.ts",
    before: "/^[\\s\\p{P}\\p{Sc}]*\\d[\\d\\s\\p{P}]*$/u",
    after: "/^[\\s\\p{P}\\p{Sc}]*\\d[^\\d\\s\\p{P}]*$/u",
    why: "It saves reading figures, and these fewer of them.",
  },
  {
    file: "members/accounts/recognize.ts",
    before:
      'account .normalize("NFKC") .replace(/\\p{Cf}/gu, "") .replace(/\\p{Pd}/gu, "-") .replace(/\\s+/g, "") .replace(/^="?(.*?)"?$/, "$1") .replace(/^[\'’#]+/, "") .toLowerCase()',
    after:
      'account.normalize("NFKC").replace(/\\p{Cf}/gu, "").replace(/\\p{Pd}/gu, "-").replace(/\\s+/g, "").replace(/^="?(.*?)"?$/, "$1").replace(/^[\'’#]+/, "").toUpperCase()',
    why: "It is only compared with others that were written the same way.",
  },
  {
    file: "members/accounts/recognize.ts",
    before: "/\\s+/g",
    after: "/\\s/g",
    why: "All of them are taken away, one by one or together.",
  },
  {
    file: "members/accounts/renumber.ts",
    before: 'row.parsed.kind === "phone"',
    after: "true",
    why: "Only what is a phone has one. Types do not know.",
  },
  {
    file: "alerts/draft.ts",
    before: "text?.id",
    after: "text.id",
    why: "What is inserted comes back. Types do not know.",
  },
  {
    file: "alerts/warnings.ts",
    before: "parts.find((part) => part.type === type)?.value",
    after: "parts.find(part => part.type === type).value",
    why: "Every time has its hour, minute and second. Types do not know.",
  },
  {
    file: "members/accounts/renumber.ts",
    before: "stored.get(account)?.name",
    after: "stored.get(account).name",
    why: "It is one of those that are stored. Types do not know.",
  },
  {
    file: "members/accounts/renumber.ts",
    before: "from === undefined",
    after: "false",
    why: "What is not there is not taken away either. Types do not know.",
  },
  {
    file: "members/accounts/renumber.ts",
    before: '""',
    after: '"Stryker was here!"',
    why: "All three stand for what is always there. Types do not know.",
  },
  {
    file: "db/embedded.ts",
    before: "there.length > 0",
    after: "false",
    why: "The server makes nothing twice, and its refusal is no error here: its own log has a line more.",
  },
  {
    file: "db/postgres/runner.ts",
    before: 'for (const user of ["headgate", "postgres", ...(mayBeNobody ? ["nobody"] : [])]) {',
    after: '["Stryker was here"]',
    why: "No machine has a user of that name.",
  },
  {
    file: "db/postgres/runner.ts",
    before: "const [uid, gid] = (ids ?? []).map(({ stdout }) => Number(stdout));",
    after: '["Stryker was here"]',
    why: "There is no number in it either.",
  },
];

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

const isThis = (same: SameProgram, mutant: Mutant): boolean =>
  mutant.fileName.endsWith(`/src/${same.file}`) &&
  squeeze(same.after) === squeeze(mutant.replacement) &&
  Object.values(readPlace(mutant)).includes(squeeze(same.before));

export const isSameProgram = (mutant: Mutant): boolean => samePrograms.some((same) => isThis(same, mutant));

/** What the list names, and these files have no more. */
export const findStale = (mutants: Mutant[]): SameProgram[] =>
  samePrograms.filter(
    (same) =>
      mutants.some(({ fileName }) => fileName.endsWith(`/src/${same.file}`)) &&
      !mutants.some((mutant) => isThis(same, mutant)),
  );

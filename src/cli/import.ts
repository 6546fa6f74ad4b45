// npm run import: the member list, and what people have said about its columns.

import { parseArgs } from "node:util";
import { freezeNext } from "../deliveries/freeze.ts";
import { TWILIO } from "../gateways/twilio/name.ts";
import { isCode } from "../members/code.ts";
import { forgetAnswers, readAnswers } from "../members/consent/kept-answers.ts";
import { type ImportOptions, importMembers, previewImport } from "../members/import.ts";
import { UnreadableFile } from "../members/read/unreadable.ts";
import { describeAnswer, describeImport } from "../members/report.ts";
import { readTimeZone } from "../settings/settings.ts";
import { oneLine } from "../text/words.ts";
import { describeQuestions, quote } from "./import-questions.ts";
import { type CliDeps, Refusal, withDatabase } from "./terminal.ts";

export const IMPORT_USAGE: [string, string][] = [
  ["npm run import -- members.csv", "bring in the member list, CSV or Excel (.xlsx)"],
  ["        --dry-run", "only show what it would do, with a code for exactly that"],
  ["        --as k7q2-m4xd-9fhw", "do what that dry run has shown, or nothing"],
  ["        --all", "name everybody who is not in the file"],
  ['        --ignore "Status"', "answers: this column is not about texts,"],
  ['        --no-texts "Status=unsubscribed"', "this value of it is a No to texts,"],
  ['        --texts "Status=active"', "and this one is not"],
  [
    '        --home "+206-555-0142"',
    "this number is at home though it begins with a plus (--abroad: it is not; all: each such one)",
  ],
  ["        --renumber", "the co-op has given its members new account numbers"],
  ['        --consent "on the form of 2026"', "how all of them agreed to texts: kept with each number"],
  ["        --bring-back 1001", "this member had left or was erased, and is a member again"],
  ["        --mark-left", "who is not in the file has left the co-op, and gets nothing"],
  ["        --leavers 57", "so many leave: asked for where they are many"],
  ["        --exchanged phone", "many members have the phone that another had (or: name, zone)"],
  ["npm run import -- --answers", "what was answered before, for each file to come"],
  ['npm run import -- --forget "Status"', "be asked about it again"],
];

export function runImport(args: readonly string[], deps: CliDeps): Promise<void> | undefined {
  const given = read(args);
  if (given === undefined) return undefined;
  const { positionals, values } = given;
  const [path] = positionals;
  const switches = Object.keys(values).length;
  if (values.answers && switches === 1 && path === undefined) return listAnswers(deps);
  if (values.forget !== undefined && switches === 1 && path === undefined) return forget(values.forget, deps);
  if (path === undefined || positionals.length > 1 || values.answers || values.forget !== undefined) {
    return undefined;
  }
  if (values.as !== undefined && values["dry-run"]) return undefined;
  if (values.leavers !== undefined && !(values["mark-left"] && /^\d+$/.test(values.leavers)))
    return undefined;
  return bringIn(path, values, deps);
}

function read(args: readonly string[]) {
  const each = { type: "string", multiple: true } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        "dry-run": { type: "boolean" },
        as: { type: "string" },
        all: { type: "boolean" },
        ignore: each,
        "no-texts": each,
        texts: each,
        home: each,
        abroad: each,
        renumber: { type: "boolean" },
        exchanged: each,
        consent: { type: "string" },
        "bring-back": each,
        "mark-left": { type: "boolean" },
        leavers: { type: "string" },
        answers: { type: "boolean" },
        forget: { type: "string" },
      },
      allowPositionals: true,
    });
  } catch {
    return undefined;
  }
}

type Switches = NonNullable<ReturnType<typeof read>>["values"];

function optionsOf(values: Switches, deps: CliDeps): Omit<ImportOptions, "timeZone"> {
  const { country } = deps.settings();
  const { ignore = [], texts = [], home = [], abroad = [] } = values;
  return {
    country,
    answers: [
      ...ignore.map((text) => ({ meaning: "ignore" as const, text })),
      ...texts.map((text) => ({ meaning: "texts" as const, text })),
      ...(values["no-texts"] ?? []).map((text) => ({ meaning: "no texts" as const, text })),
    ],
    plus: [
      ...home.map((value) => ({ means: "home" as const, value })),
      ...abroad.map((value) => ({ means: "abroad" as const, value })),
    ],
    isRenumbered: values.renumber ?? false,
    exchanged: values.exchanged ?? [],
    bringBack: values["bring-back"] ?? [],
    ...(values.consent !== undefined && { consent: oneLine(values.consent).slice(0, MAX_CONSENT) }),
    ...(values["mark-left"] && {
      markLeft: values.leavers === undefined ? {} : { confirmed: Number(values.leavers) },
    }),
  };
}

const MAX_CONSENT = 300;

/** The same command again, as it is typed, with what was answered so far. */
function commandOf(path: string, values: Switches): string {
  const names = ["ignore", "no-texts", "texts", "home", "abroad", "exchanged", "bring-back"] as const;
  const answers = names.flatMap((name) => (values[name] ?? []).map((value) => ` --${name} ${quote(value)}`));
  if (values.consent !== undefined) answers.push(` --consent ${quote(values.consent)}`);
  if (values["mark-left"]) answers.push(" --mark-left");
  if (values.leavers !== undefined) answers.push(` --leavers ${values.leavers}`);
  const file = /^[\w./-]+$/.test(path) ? path : quote(path);
  return `npm run import -- ${file}${answers.join("")}${values.renumber ? " --renumber" : ""}`;
}

const CHANGED = {
  file: "The file is another one than in that dry run.",
  list: "The list in Headgate has changed since that dry run.",
  rest:
    "Since that dry run something else has changed: the switches of the command, an answer about the columns, " +
    "a setting, or which phones have opted out.",
};

async function bringIn(path: string, values: Switches, deps: CliDeps): Promise<void> {
  const bytes = await readMemberFile(path, deps);
  const given = optionsOf(values, deps);
  const command = commandOf(path, values);
  const as = values.as?.toLowerCase();
  if (as !== undefined && !isCode(as)) {
    throw new Refusal(
      `Nothing was imported from ${path}. "${values.as}" is not a code that a dry run shows.`,
    );
  }
  const mostNotInFile = values.all ? Number.POSITIVE_INFINITY : undefined;
  await withDatabase(deps, async (db) => {
    const timeZone = await readTimeZone(db, deps.settings());
    const options = { ...given, timeZone };
    const shown = { timeZone, ...(mostNotInFile && { mostNotInFile }) };
    try {
      if (values["dry-run"]) {
        const { report, questions, code } = await previewImport(db, bytes, options);
        deps.write("This is what would be done; nothing was changed.");
        for (const line of describeImport(report, shown)) deps.write(line);
        if (questions.length > 0) throw new Refusal(describeQuestions(path, questions, command));
        deps.write("");
        deps.write(`To do exactly this: ${command} --as ${code}`);
        return;
      }
      const freeze = () => freezeNext(db, TWILIO);
      const done = await importMembers(db, bytes, {
        ...options,
        actor: "command line",
        freezeNext: freeze,
        ...(as !== undefined && { as }),
      });
      if (done.outcome === "changed") {
        const again = `Look at it again: ${command} --dry-run`;
        throw new Refusal(`Nothing was imported from ${path}. ${CHANGED[done.what]} ${again}`);
      }
      if (done.outcome === "asks") throw new Refusal(describeQuestions(path, done.questions, command));
      for (const line of describeImport(done.report, shown)) deps.write(line);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      throw new Refusal(`Nothing was imported from ${path}. ${error.message}`);
    }
  });
}

async function readMemberFile(path: string, deps: CliDeps): Promise<Uint8Array> {
  try {
    return await deps.readFile(path);
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const why = missing ? "There is no such file." : `It can't be read: ${String(error)}.`;
    throw new Refusal(`Nothing was imported from ${path}. ${why}`);
  }
}

async function listAnswers(deps: CliDeps): Promise<void> {
  await withDatabase(deps, async (db) => {
    const timeZone = await readTimeZone(db, deps.settings());
    const answers = await readAnswers(db);
    if (answers.length === 0) deps.write("Nothing was answered about the columns of a list yet.");
    for (const answer of answers) deps.write(describeAnswer(answer, timeZone));
  });
}

async function forget(text: string, deps: CliDeps): Promise<void> {
  await withDatabase(deps, async (db) => {
    const count = await db.transaction((tx) => forgetAnswers(tx, text, "command line"));
    if (count === 0) {
      throw new Refusal(`Nothing was answered about "${text}". See: npm run import -- --answers`);
    }
    deps.write(`Forgotten. From the next import on it is asked again. Who has opted out stays opted out.`);
  });
}

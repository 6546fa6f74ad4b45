// npm run opt-out: for members who say it on the phone or in a letter, and for opt-outs that are wrong.

import { parseArgs } from "node:util";
import type { Database } from "../db/open.ts";
import { nameHolders } from "../members/holders.ts";
import { maskPhone } from "../members/phone.ts";
import { listBarredNumbers } from "../opt-outs/numbers.ts";
import {
  BY_HAND,
  isAtProvider,
  listOptOutChanges,
  listOptOuts,
  optOut,
  undoOptOut,
} from "../opt-outs/opt-outs.ts";
import { readTimeZone } from "../settings/settings.ts";
import { describeTime, oneLine } from "../text/words.ts";
import { describeBarred } from "./numbers.ts";
import { type CliDeps, checkPhone, Refusal, withDatabase } from "./terminal.ts";

const SAID = '--source "phone call" --reason "wants no texts"';

export const OPT_OUT_USAGE: [string, string][] = [
  ["npm run opt-out -- list", "who gets no texts, since when, and how it was asked for"],
  ["npm run opt-out -- show +12065550142", "what is known of one phone"],
  [`npm run opt-out -- add +12065550142 ${SAID}`, ""],
  ['npm run opt-out -- remove +12065550142 --source "letter" --reason "was another member"', ""],
];

const MAX_SOURCE = 60;
const MAX_REASON = 300;

type Said = { source: string; reason: string };

export function runOptOut(args: readonly string[], deps: CliDeps): Promise<void> | undefined {
  const given = read(args);
  const [what, phone] = given?.positionals ?? [];
  const { source, reason } = given?.values ?? {};
  const isPlain = source === undefined && reason === undefined;
  if (what === "list" && given?.positionals.length === 1 && isPlain) return list(deps);
  if (phone === undefined || given?.positionals.length !== 2) return undefined;
  if (what === "show" && isPlain) return show(checkPhone(phone, deps), deps);
  if (what === "add") return add(checkPhone(phone, deps), checkSaid({ source, reason }), deps);
  if (what === "remove") return remove(checkPhone(phone, deps), checkSaid({ source, reason }), deps);
  return undefined;
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { source: { type: "string" }, reason: { type: "string" } },
      allowPositionals: true,
    });
  } catch {
    return undefined;
  }
}

function checkSaid(given: { source: string | undefined; reason: string | undefined }): Said {
  const [source, reason] = [given.source, given.reason].map((words) => words && oneLine(words));
  if (!source || !reason) {
    throw new Refusal(`Nothing was changed. Say how you know it, and why it is done, such as: ${SAID}`);
  }
  if (source.length > MAX_SOURCE || reason.length > MAX_REASON) {
    throw new Refusal(
      `Nothing was changed. The source may have ${MAX_SOURCE} characters, and the reason ${MAX_REASON}.`,
    );
  }
  return { source: `${BY_HAND}${source}`, reason };
}

/** The last digits, and who has it: the beginning of a sentence. */
async function nameOf(db: Database, phone: string): Promise<string> {
  const holder = (await nameHolders(db, [phone])).get(phone);
  if (holder) return `${maskPhone(phone)}, ${holder},`;
  return `${maskPhone(phone)} (no member has this number now, so look at it once more)`;
}

const findOptOut = async (db: Database, phone: string) =>
  (await listOptOuts(db)).find((optOut) => optOut.phone === phone);

async function add(phone: string, { source, reason }: Said, deps: CliDeps): Promise<void> {
  await withDatabase(deps, async (db) => {
    const timeZone = await readTimeZone(db, deps.settings());
    const who = await nameOf(db, phone);
    const isNew = await db.transaction((tx) => optOut(tx, phone, source, "command line", { reason }));
    const known = await findOptOut(db, phone);
    if (!isNew && known) {
      const since = `since ${describeTime(known.optedOutAt, timeZone)} (${known.source})`;
      throw new Refusal(`${who} gets no texts already, ${since}. Nothing was changed.`);
    }
    deps.write(`${who} gets no more texts from now on, not even of an alert that is under way.`);
  });
}

async function remove(phone: string, said: Said, deps: CliDeps): Promise<void> {
  const { ourNumber = "the number that your alerts come from" } = deps.settings();
  await withDatabase(deps, async (db) => {
    const who = await nameOf(db, phone);
    const outcome = await db.transaction((tx) => undoOptOut(tx, phone, { ...said, actor: "command line" }));
    if (outcome === "not opted out") {
      throw new Refusal(`${who} is not opted out, so nothing was changed.${await otherReason(db, phone)}`);
    }
    if (outcome === "at the provider") {
      throw new Refusal(
        `${who} opted out by text, or Twilio says so. Nothing was changed, because Twilio would still block ` +
          "every text to this phone. Only the member can undo that. Tell them: " +
          `"Please text START to ${ourNumber} from this phone."`,
      );
    }
    deps.write(`${who} gets texts again, from the next alert on.${await otherReason(db, phone)}`);
  });
}

/** Why it gets no texts all the same. */
async function otherReason(db: Database, phone: string): Promise<string> {
  const isBarred = (await listBarredNumbers(db)).some((barred) => barred.phone === phone);
  return isBarred
    ? " But it is known as a number that can't get texts. To try it again: npm run numbers -- free, with the number."
    : "";
}

async function show(phone: string, deps: CliDeps): Promise<void> {
  await withDatabase(deps, async (db) => {
    const timeZone = await readTimeZone(db, deps.settings());
    const out = await findOptOut(db, phone);
    const barred = (await listBarredNumbers(db)).find((number) => number.phone === phone);
    deps.write(`${await nameOf(db, phone)} ${out || barred ? "gets no texts" : "gets texts"}.`);
    if (barred) deps.write(`  It ${describeBarred(barred, timeZone)}. Sooner: npm run numbers -- free`);
    for (const { at, optedOut, source, reason } of await listOptOutChanges(db, phone)) {
      const why = reason === null ? "" : `. ${reason}`;
      deps.write(`  ${describeTime(at, timeZone)}: opted ${optedOut ? "out" : "in"}, ${source}${why}`);
    }
    if (out && isAtProvider(out.source)) {
      deps.write("  Twilio blocks it too: only the member can undo this, by texting START.");
    }
  });
}

async function list(deps: CliDeps): Promise<void> {
  await withDatabase(deps, async (db) => {
    const timeZone = await readTimeZone(db, deps.settings());
    const out = await listOptOuts(db);
    if (out.length === 0) deps.write("Nobody has opted out.");
    const holders = await nameHolders(
      db,
      out.map(({ phone }) => phone),
    );
    for (const { phone, optedOutAt, source } of out) {
      const who = holders.get(phone) ?? "no member has it now";
      deps.write(`${maskPhone(phone)}  ${who}: since ${describeTime(optedOutAt, timeZone)}, ${source}`);
    }
  });
}

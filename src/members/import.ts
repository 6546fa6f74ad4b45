// The import of the co-op's member list: one file, one transaction, one report by row. What it would do is found
// first, by the same code, and shown as a preview where somebody wants to see it.
import { sql } from "drizzle-orm";
import type { CountryCode } from "libphonenumber-js/max";
import { type Actor, record } from "../audit/audit.ts";
import type { Database, Reader, Tx } from "../db/open.ts";
import { freeNumbers } from "../opt-outs/numbers.ts";
import { byName, listZones, zoneKey } from "../zones/zones.ts";
import { looseAccount } from "./accounts/recognize.ts";
import type { NumberingQuestion } from "./accounts/renumber.ts";
import { renumber } from "./accounts/write-numbering.ts";
import { changeMembers, type FreezeNext, type InTransaction } from "./change-list.ts";
import { askAboutLeavers, type LeaversQuestion, markNotInFile } from "./check/leavers.ts";
import { SORTABLE, type SortedQuestion } from "./check/sorted.ts";
import { compareCodes, type ImportCode, makeCode } from "./code.ts";
import { readMembers, scoreHeader, tidy } from "./columns.ts";
import {
  createAnswers,
  type GivenAnswer,
  type ListAnswer,
  nameColumns,
  resolveAnswers,
} from "./consent/answers.ts";
import type { ConsentQuestion } from "./consent/consent.ts";
import { keepAnswers, readAnswers } from "./consent/kept-answers.ts";
import { readErasedAccounts } from "./erase/digests.ts";
import { lookAtNewNumbers } from "./new-numbers.ts";
import type { PlusMeans } from "./phone.ts";
import {
  type Member,
  type Person,
  type Plan,
  type PlusQuestion,
  planImport,
  type RowOutcome,
} from "./plan.ts";
import { accountFor, type FileAccount } from "./read/account.ts";
import { readTable, type Table } from "./read/table.ts";
import { decideRefusals, type Refusals, writeRefusals } from "./refusals.ts";
import { keepImportConsent, listMembers, recordImportEdits, writeMembers } from "./stored.ts";

/** How numbers with a plus and no country's code are meant: one as the file writes it, or all of them. */
type GivenPlus = { means: PlusMeans; value: string | "all" };

export type ImportOptions = {
  /** The co-op's own. */
  country: CountryCode;
  /** The co-op's: the report tells when something was. */
  timeZone: string;
  /** What this file asked before, and was answered. */
  answers?: readonly GivenAnswer[];
  plus?: readonly GivenPlus[];
  /** It is meant that the accounts are numbered anew. */
  isRenumbered?: boolean;
  /** Of these columns it is meant that many members have what others had. */
  exchanged?: readonly string[];
  /** How the members of this file agreed to texts, in words: kept with each number of it that no consent is known of. */
  consent?: string;
  /** Accounts of members who had left, or were erased, and are members again. */
  bringBack?: readonly string[];
  /** Whoever is not in the file has left the co-op. Where they are many, only with their number, as it was typed. */
  markLeft?: { confirmed?: number };
};

/** Nothing is imported before each of these is answered, by ImportOptions. */
export type ImportQuestion =
  | ConsentQuestion
  | NumberingQuestion
  | PlusQuestion
  | SortedQuestion
  | LeaversQuestion
  /** Answers that are about nothing in this file. */
  | { about: "answers"; unmet: string[] };

export type ImportReport = {
  /** How the file was read, and what became of the lines that are no rows. */
  file: FileAccount;
  rows: RowOutcome[];
  /** Zones that this file brings in: a typing mistake shows here. */
  newZones: string[];
  /** Members who are not in the file; they stay as they are, unless they are marked as having left. */
  notInFile: Person[];
  areMarkedLeft: boolean;
  /** Members of the file who had left or were erased: nothing of their rows is taken until somebody says that they are back. */
  gone: Person[];
  /** Members of the file who have no phone, so that no text can reach them. */
  withoutPhone: number;
  /** Of these, how many have a number in a column for other phones. */
  otherPhoneOnly: number;
  /** Phones opted out by this file, because it says No to texts. */
  optedOut: number;
  /** Rows whose No is old, because the member has opted in since the list first said it; each tells why. */
  notCounted: number;
  /** Columns that nothing was read from. */
  unusedColumns: string[];
  /** What people have said about columns and values, as far as it counted. */
  answers: ListAnswer[];
  writtenOtherwise: Plan["writtenOtherwise"];
};

export type Preview = {
  report: ImportReport;
  questions: ImportQuestion[];
  /** Names the file, the list and what would be done: `importMembers` takes it as `as`. */
  code: ImportCode;
};

export type ImportOutcome =
  | { outcome: "imported"; report: ImportReport }
  | { outcome: "asks"; report: ImportReport; questions: ImportQuestion[] }
  /** It would not be what the code stands for. */
  | { outcome: "changed"; what: "file" | "list" | "rest" };

type OnStep = (step: ImportStep) => void;

/** How far it has come: so many rows are compared with the list, or written. */
export type ImportStep = { step: "compare" | "write"; rows: number };

type Planned = Preview & {
  plan: Plan;
  refusals: Refusals;
  arriving: string[];
  given: ListAnswer[];
  consent: string | undefined;
};

/** What an import would do now. Changes nothing, and holds up nobody. @throws UnreadableFile */
export async function previewImport(
  db: Database,
  bytes: Uint8Array,
  { onStep, ...options }: ImportOptions & { onStep?: OnStep },
): Promise<Preview> {
  const table = await readTable(bytes, scoreHeader);
  onStep?.({ step: "compare", rows: table.rows.length });
  const { report, questions, code } = await db.transaction((tx) => planAll(tx, bytes, table, options), {
    isolationLevel: "repeatable read",
    accessMode: "read only",
  });
  return { report, questions, code };
}

/**
 * Brings the member list in, all or nothing; a row that can't be used is refused and the rest goes in.
 * Never removes a member or an opt-out, and leaves people without an account alone.
 *
 * @param db or how the transaction is made, where it is somebody's of the board
 * @param as the code of a preview: exactly that is done, or nothing
 * @param also what is kept with it, in the same transaction
 * @throws UnreadableFile where the file as a whole can't be used
 */
export async function importMembers(
  db: Database | InTransaction,
  bytes: Uint8Array,
  {
    actor,
    freezeNext,
    as,
    onStep,
    also,
    ...options
  }: ImportOptions & {
    actor: Actor;
    freezeNext: FreezeNext;
    as?: string;
    onStep?: OnStep;
    also?: (tx: Tx, report: ImportReport) => Promise<void>;
  },
): Promise<ImportOutcome> {
  const table = await readTable(bytes, scoreHeader);
  onStep?.({ step: "compare", rows: table.rows.length });
  return changeMembers(db, freezeNext, async (tx): Promise<ImportOutcome> => {
    // A second import at the same time waits, and then sees what this one did.
    await tx.execute(sql`lock table members, addresses, zones in share row exclusive mode`);
    const planned = await planAll(tx, bytes, table, options);
    const { report, questions, code } = planned;
    const what = as === undefined ? undefined : compareCodes(as, code);
    if (what !== undefined) return { outcome: "changed", what };
    if (questions.length > 0) return { outcome: "asks", report, questions };
    onStep?.({ step: "write", rows: report.rows.length });
    await apply(tx, planned, actor);
    await also?.(tx, report);
    return { outcome: "imported", report };
  });
}

async function planAll(
  tx: Reader,
  bytes: Uint8Array,
  table: Table,
  options: ImportOptions,
): Promise<Planned> {
  const { country, timeZone, answers = [], plus = [], isRenumbered = false, exchanged = [] } = options;
  const { consent, bringBack = [], markLeft } = options;
  const given = resolveAnswers(answers, nameColumns(table.header.map(tidy)));
  const kept = await readAnswers(tx);
  const list = readMembers(table, createAnswers([...kept, ...given.answers]), country);
  const [stored, storedZones] = [await listMembers(tx), await listZones(tx)];
  const plusMeans = (value: string) =>
    (
      plus.find((each) => digitsOf(each.value) === digitsOf(value)) ??
      plus.find(({ value }) => value === "all")
    )?.means;
  const backs = new Set(bringBack.map(looseAccount));
  const met = new Set<string>();
  const isBack = (account: string) => {
    const key = looseAccount(account);
    if (backs.has(key)) met.add(key);
    return backs.has(key);
  };
  const isErased = await readErasedAccounts(tx);
  const plan = planImport(list.rows, stored, storedZones, {
    country,
    plusMeans,
    isRenumbered,
    isErased,
    isBack,
  });
  const arriving = await lookAtNewNumbers(tx, plan.taken, timeZone);
  const refusals = await decideRefusals(tx, plan.taken, plan.renumbered, timeZone);
  const phones = new Set(list.rows.map(({ phone }) => digitsOf(phone)));
  const unmet = [
    ...given.unmet.map(({ text }) => text),
    ...given.answers
      .filter((answer) => !list.answers.includes(answer))
      .map(({ column, value }) => (value === null ? column : `${column}=${value}`)),
    ...plus.map(({ value }) => value).filter((value) => value !== "all" && !phones.has(digitsOf(value))),
    ...exchanged.filter((column) => !SORTABLE.some((each) => each === column)),
    ...bringBack.filter((account) => !met.has(looseAccount(account))),
  ];
  const report: ImportReport = {
    file: accountFor(table, list.rows),
    rows: plan.outcomes,
    newZones: listNewZones(plan.writes, storedZones),
    notInFile: plan.notInFile,
    areMarkedLeft: markLeft !== undefined,
    gone: plan.gone,
    withoutPhone: plan.withoutPhone,
    otherPhoneOnly: plan.otherPhoneOnly,
    optedOut: refusals.toOptOut.length,
    notCounted: refusals.notCounted,
    unusedColumns: list.unusedColumns,
    answers: list.answers,
    writtenOtherwise: plan.writtenOtherwise,
  };
  const questions: ImportQuestion[] = [
    ...(unmet.length > 0 ? [{ about: "answers" as const, unmet }] : []),
    ...list.questions,
    ...plan.questions.filter(
      (question) => question.about !== "sorted" || !exchanged.includes(question.column),
    ),
    ...(markLeft ? askAboutLeavers(plan, stored, markLeft.confirmed) : []),
  ];
  const code = makeCode({
    file: bytes,
    list: [[...stored.values()], storedZones],
    rest: [report, plan.writes, plan.renumbered, refusals, questions, consent],
  });
  return { report, questions, code, plan, refusals, arriving, given: given.answers, consent };
}

const digitsOf = (phone: string) => phone.replace(/\D/g, "");

function listNewZones(writes: readonly Member[], stored: readonly { name: string }[]): string[] {
  const seen = new Set(stored.map(({ name }) => zoneKey(name)));
  const names = writes.flatMap(({ zone: name, inAllZones }) => {
    const isNew = !inAllZones && !seen.has(zoneKey(name));
    seen.add(zoneKey(name));
    return isNew ? [{ name }] : [];
  });
  return names.sort(byName).map(({ name }) => name);
}

/** Writes what was planned, in the transaction in which it was. */
async function apply(tx: Tx, planned: Planned, actor: Actor): Promise<void> {
  const { report, plan, refusals, arriving, given, consent } = planned;
  await renumber(tx, plan.renumbered, (current) =>
    writeMembers(
      tx,
      plan.writes.map((member) => ({ ...member, account: current(member.account) })),
      actor,
    ),
  );
  await recordImportEdits(tx, plan.edits, actor);
  if (report.areMarkedLeft) await markNotInFile(tx, report.notInFile, actor);
  if (consent !== undefined) await keepImportConsent(tx, plan.taken, consent, actor);
  await freeNumbers(tx, arriving, "it is new to an account", actor);
  await writeRefusals(tx, refusals, actor);
  await keepAnswers(tx, given);
  const { optedOut, notCounted, newZones } = report;
  const renumbered = plan.renumbered.length;
  const left = report.areMarkedLeft ? report.notInFile.length : 0;
  const counts = { ...countOutcomes(report.rows), left, optedOut, notCounted, newZones };
  await record(tx, { actor, action: "imported", detail: { ...counts, renumbered, answers: given.length } });
}

export function countOutcomes(rows: RowOutcome[]): Record<RowOutcome["outcome"], number> {
  const counts = { added: 0, changed: 0, "left alone": 0, refused: 0 };
  for (const { outcome } of rows) counts[outcome]++;
  return counts;
}

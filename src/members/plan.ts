// What an import would do, row by row: a decision without a database.

import type { CountryCode } from "libphonenumber-js/max";
import { MAX_ZONE_NAME, MAX_ZONES, zoneKey } from "../zones/zones.ts";
import { recognizeAccounts, whySpoilt, withoutDecimals } from "./accounts/recognize.ts";
import {
  compareNumbering,
  createKnownPeople,
  type NumberingQuestion,
  nameKey,
  type Renumbering,
} from "./accounts/renumber.ts";
import type { MemberRow } from "./columns.ts";
import { maskPhone, type ParsedPhone, type PlusMeans, parsePhone, type TwoReadings } from "./phone.ts";

/** A member as stored; the zone by its name. */
export type Member = {
  account: string;
  name: string;
  phone: string | null;
  zone: string;
  language: string | null;
};

export type RowOutcome = {
  line: number;
  account: string;
  name: string;
  outcome: "added" | "changed" | "left alone" | "refused";
  /** Whole sentences: why it was refused, what changed, what somebody should look at. Phones are masked. */
  notes: string[];
};

/** A row that was taken: the number that it brings, and what it says of texts to it. */
export type TakenRow = {
  outcome: RowOutcome;
  phone: string | null;
  /** Of this account; null where it had none, or is new. */
  phoneBefore: string | null;
  /** Undefined where the file has no column for it. */
  saysNoTexts: boolean | undefined;
  /** The day of that No, where the list gives it. */
  noSince?: string | undefined;
};

export type Plan = {
  outcomes: RowOutcome[];
  /** To be added or changed. */
  writes: Member[];
  renumbered: Renumbering[];
  taken: TakenRow[];
  /** Those of Headgate whom the file does not name, not even in a row that was refused. */
  notInFile: Person[];
  /** Accounts that the file writes otherwise than Headgate does. */
  writtenOtherwise: { line: number; written: string; account: string }[];
  withoutPhone: number;
  otherPhoneOnly: number;
  questions: (NumberingQuestion | PlusQuestion)[];
};

export type Person = Pick<Member, "account" | "name">;

/** Numbers that may be abroad, or at home without their country's code. */
export type PlusQuestion = {
  about: "plus";
  values: { line: number; account: string; value: string; readings: TwoReadings }[];
};

export type PlanOptions = {
  /** The co-op's own. */
  country: CountryCode;
  /** How a number with a plus and no country's code is meant, where somebody has said so. */
  plusMeans(value: string): PlusMeans | undefined;
  /** It was said that the accounts are numbered anew. */
  isRenumbered: boolean;
};

const MAX_NAME = 80;
const MAX_ACCOUNT = 40;
const MAX_LANGUAGE = 35;

/** A row with its account as Headgate has it, and its phone as it is read. */
type Read = MemberRow & { written: string; parsed: ParsedPhone; refusal?: string | undefined };

export function planImport(
  list: readonly MemberRow[],
  stored: ReadonlyMap<string, Member>,
  zones: readonly { name: string }[],
  options: PlanOptions,
): Plan {
  const { rows, questions, renumbered } = recognize(list, stored, options);
  const before = new Map(renumbered.map(({ from, to }) => [to, stored.get(from)]));
  const moved = new Set(renumbered.map(({ from }) => from));
  const storedAs = (account: string) =>
    before.get(account) ?? (moved.has(account) ? undefined : stored.get(account));
  const zoneKeys = new Set(zones.map(({ name }) => zoneKey(name)));
  const firstRows = new Map<string, Read>();
  const asWritten = new Set(
    rows.filter(({ account, written }) => account === written).map((row) => row.account),
  );
  const plan: Plan = {
    outcomes: [],
    writes: [],
    renumbered,
    taken: [],
    notInFile: [],
    writtenOtherwise: [],
    withoutPhone: 0,
    otherPhoneOnly: 0,
    questions,
  };
  const plus: PlusQuestion = { about: "plus", values: [] };
  for (const row of rows) {
    const { line, account, name } = row;
    const tell = (outcome: RowOutcome["outcome"], notes: string[]): RowOutcome => {
      const told = { line, account, name, outcome, notes };
      plan.outcomes.push(told);
      return told;
    };
    const first = firstRows.get(account);
    const refusal =
      whyRefused(row, zoneKeys) ??
      (first ? whyNotAgain(row, first) : undefined) ??
      (row.written !== account && asWritten.has(account) && !first ? whyNotFirst(account) : undefined);
    if (refusal !== undefined) {
      tell("refused", row.saysNoTexts ? [refusal, "Its No to texts was not counted."] : [refusal]);
      continue;
    }
    if (first !== undefined) {
      tell("left alone", [`The same as line ${first.line}.`]);
      continue;
    }
    firstRows.set(account, row);
    zoneKeys.add(zoneKey(row.zone));
    if (row.written !== account) plan.writtenOtherwise.push({ line, written: row.written, account });
    const was = storedAs(account);
    const { member, notes, either } = decide(row, was);
    if (either) plus.values.push({ line, account, value: row.phone, readings: either });
    const changes = was === undefined ? [] : describeChanges(was, member);
    if (was === undefined || changes.length > 0) plan.writes.push(member);
    if (member.phone === null) plan.withoutPhone++;
    if (member.phone === null && row.otherPhoneOnly) plan.otherPhoneOnly++;
    const kind = was === undefined ? "added" : changes.length > 0 ? "changed" : "left alone";
    const outcome = tell(kind, [...changes, ...notes]);
    const { saysNoTexts, noSince } = row;
    plan.taken.push({ outcome, phone: member.phone, phoneBefore: was?.phone ?? null, saysNoTexts, noSince });
  }
  if (plus.values.length > 0) plan.questions.push(plus);
  const named = new Set([...rows.map(({ account }) => account), ...moved]);
  plan.notInFile = [...stored.values()].filter(({ account }) => !named.has(account));
  noteKnownPeople(plan, stored);
  return plan;
}

/** Which member of Headgate each row is about, and whether the file numbers them anew. */
function recognize(list: readonly MemberRow[], stored: ReadonlyMap<string, Member>, options: PlanOptions) {
  const accounts = withoutDecimals(list.map(({ account }) => account));
  const read = list.map((row, index): Read => {
    const account = accounts[index] ?? row.account;
    const written = row.account;
    const parsed = parsePhone(row.phone, options.country, options.plusMeans(row.phone));
    return { ...row, account, written, parsed };
  });
  const looksLike = ({ name, parsed }: Read, account: string): boolean => {
    const known = stored.get(account);
    if (!known) return false;
    const samePhone = parsed.kind === "phone" && parsed.phone === known.phone;
    return samePhone || nameKey(name) === nameKey(known.name);
  };
  const recognized = recognizeAccounts(read, stored, looksLike);
  const rows = read.map((row, index): Read => {
    const { account = row.account, refusal } = recognized[index] ?? {};
    return { ...row, account, refusal: row.problem ?? whySpoilt(row.account) ?? refusal };
  });
  const numbering = compareNumbering(
    rows.filter(({ refusal }) => refusal === undefined),
    stored,
  );
  if (!numbering.isNew) return { rows, questions: [], renumbered: [] };
  if (!options.isRenumbered) return { rows, questions: [numbering.question], renumbered: [] };
  const refused = new Map(numbering.refusals.map(({ line, refusal }) => [line, refusal]));
  return {
    rows: rows.map((row) => ({ ...row, refusal: row.refusal ?? refused.get(row.line) })),
    questions: [],
    renumbered: numbering.renumbered,
  };
}

/** A row whose account is new, and whose person is in Headgate under one that the file doesn't name. */
function noteKnownPeople(plan: Plan, stored: ReadonlyMap<string, Member>): void {
  const missing = plan.notInFile.flatMap(({ account }) => stored.get(account) ?? []);
  const accountsOf = createKnownPeople(missing);
  const added = new Map(plan.writes.map((member) => [member.account, member]));
  for (const outcome of plan.outcomes) {
    if (outcome.outcome !== "added") continue;
    const member = added.get(outcome.account);
    const [account] = member ? accountsOf(member) : [];
    if (account === undefined) continue;
    outcome.notes.push(
      `The same name and phone are in Headgate as account ${account}, which is not in the file. ` +
        "If it is the same member, they are there twice now.",
    );
  }
}

function whyRefused(
  { account, name, zone, overflows, problem, refusal }: Read,
  zoneKeys: Set<string>,
): string | undefined {
  if (problem !== undefined) return problem;
  if (overflows) {
    return (
      "The row has more cells than there are columns with a name. " +
      "A comma within a cell needs quotes around the cell, and a column of notes needs a name."
    );
  }
  if (refusal !== undefined) return refusal;
  if (account === "") return "There is no account number.";
  if (account.length > MAX_ACCOUNT) return `The account number is longer than ${MAX_ACCOUNT} characters.`;
  if (name === "") return "There is no name.";
  if (name.length > MAX_NAME) return `The name is longer than ${MAX_NAME} characters.`;
  if (zone === "") return "There is no zone, so no alert would reach this member.";
  const [empty] =
    Object.entries({ "account number": account, name, zone }).find(([, it]) => isNothing(it)) ?? [];
  if (empty) return `The ${empty} is a mark or an error of Excel's, and no ${empty}.`;
  if ([name, zone].some((text) => /^[\d\s()+.-]{7,}$/.test(text))) {
    return "A phone number stands where the name or the zone should be: the cells of this row have moved.";
  }
  if (zone.length > MAX_ZONE_NAME) return `The zone's name is longer than ${MAX_ZONE_NAME} characters.`;
  if (!zoneKeys.has(zoneKey(zone)) && zoneKeys.size >= MAX_ZONES) {
    return `The zone "${zone}" is new, and there are ${MAX_ZONES} zones already, which is as many as there can be.`;
  }
  return undefined;
}

/** A ditto mark, a dash, "#N/A". */
const isNothing = (text: string) => !/[\p{L}\p{N}]/u.test(text) || /^#(N\/A|[A-Z]+[!?]|DIV\/0!)$/.test(text);

function whyNotAgain(row: Read, first: Read): string | undefined {
  const same =
    row.name === first.name &&
    row.phone === first.phone &&
    zoneKey(row.zone) === zoneKey(first.zone) &&
    row.language === first.language &&
    row.saysNoTexts === first.saysNoTexts;
  return same
    ? undefined
    : `The account is on line ${first.line} already${row.written === first.written ? "" : `, as ${first.written}`}, with other details. That line was taken.`;
}

/** Where the file has it as Headgate has it, too: that row is taken. */
const whyNotFirst = (account: string): string =>
  `It may be account ${account}, which has a row of its own. Write the account number in full.`;

/** What the member becomes. A number that can't be used never takes the place of a good one. */
function decide(
  row: Read,
  before: Member | undefined,
): { member: Member; notes: string[]; either?: TwoReadings } {
  const { parsed } = row;
  const kept = before?.phone ?? null;
  const language =
    row.language === undefined ? (before?.language ?? null) : row.language.slice(0, MAX_LANGUAGE) || null;
  const member = { account: row.account, name: row.name, zone: row.zone, language };
  switch (parsed.kind) {
    case "phone":
      return { member: { ...member, phone: parsed.phone }, notes: parsed.doubt ? [parsed.doubt] : [] };
    case "none":
      if (kept !== null && row.phone === "" && row.otherPhones.some((other) => isSame(other, kept))) {
        const notes = [`The phone ${maskPhone(kept)} was kept: it stands in another column of phones.`];
        return { member: { ...member, phone: kept }, notes };
      }
      return { member: { ...member, phone: null }, notes: [] };
    case "refused": {
      const { either } = parsed;
      // It was answered before.
      if (either && kept !== null && (kept === either.home || kept === either.abroad?.phone)) {
        return { member: { ...member, phone: kept }, notes: [] };
      }
      const instead = kept === null ? "No phone was taken" : `The phone ${maskPhone(kept)} was kept`;
      const notes = [`${instead}: ${parsed.reason}`];
      return { member: { ...member, phone: kept }, notes, ...(either && { either }) };
    }
  }
}

function isSame(written: string, phone: string): boolean {
  const digits = written.replace(/\D/g, "");
  return digits.length >= 7 && phone.endsWith(digits);
}

function describeChanges(before: Member, after: Member): string[] {
  const changes: string[] = [];
  if (before.account !== after.account) changes.push(`Account: was ${before.account}.`);
  if (before.name !== after.name) changes.push(`Name: was ${before.name}.`);
  if (before.phone !== after.phone) {
    const [was, is] = [before.phone, after.phone].map((phone) =>
      phone === null ? "none" : maskPhone(phone),
    );
    changes.push(`Phone: was ${was}, is ${is}.`);
  }
  if (zoneKey(before.zone) !== zoneKey(after.zone))
    changes.push(`Zone: was ${before.zone}, is ${after.zone}.`);
  if (before.language !== after.language) {
    changes.push(`Language: was ${before.language ?? "none"}, is ${after.language ?? "none"}.`);
  }
  return changes;
}

// What an import would do, row by row: a decision without a database.
import type { CountryCode } from "libphonenumber-js/max";
import { zoneKey } from "../zones/zones.ts";
import { createKnownPeople, type NumberingQuestion, type Renumbering } from "./accounts/renumber.ts";
import { compareAccounts, judge, type Read, recognize } from "./check/judge.ts";
import { type Change, findSorted, type SortedQuestion } from "./check/sorted.ts";
import type { MemberRow } from "./columns.ts";
import { maskPhone, type PlusMeans, type TwoReadings } from "./phone.ts";

/** A member as stored; the zone by its name, the phone as the list has it. */
export type Member = {
  account: string;
  name: string;
  phone: string | null;
  zone: string;
  language: string | null;
  /** In all zones, and not in that one. */
  inAllZones?: boolean;
  /** Their numbers that were added in Headgate, and are not the list's. */
  others?: readonly string[];
  /** When they left the co-op. */
  leftAt?: Date | null;
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
  /** The member's numbers that are not the list's. */
  others?: readonly string[];
  /** Undefined where the file has no column for it. */
  saysNoTexts: boolean | undefined;
  /** The day of that No, where the list gives it. */
  noSince?: string | undefined;
};

export type Plan = {
  outcomes: RowOutcome[];
  /** To be added or changed; and of those who are changed, how they stand. */
  writes: Member[];
  edits: { was: Member; is: Member }[];
  renumbered: Renumbering[];
  taken: TakenRow[];
  /** Those of Headgate whom the file does not name, not even in a row that was refused. */
  notInFile: Person[];
  /** Those of the file who had left or were erased, of whom nobody has said that they are back. */
  gone: Person[];
  /** Accounts that the file writes otherwise than Headgate does. */
  writtenOtherwise: { line: number; written: string; account: string }[];
  withoutPhone: number;
  otherPhoneOnly: number;
  questions: (NumberingQuestion | SortedQuestion | PlusQuestion)[];
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
  /** Whether an account was erased. */
  isErased?(account: string): boolean;
  /** Whether it was said that this member is back, who had left or was erased. */
  isBack?(account: string): boolean;
};

const MAX_LANGUAGE = 35;

export function planImport(
  list: readonly MemberRow[],
  stored: ReadonlyMap<string, Member>,
  zones: readonly { name: string }[],
  options: PlanOptions,
): Plan {
  const zoneKeys = new Set(zones.map(({ name }) => zoneKey(name)));
  const judged = judge(recognize(list, stored, options), zoneKeys, options.country);
  const { verdicts, renumbered, question, before } = compareAccounts(judged, stored, options);
  const saysTexts = list.some(({ saysNoTexts }) => saysNoTexts !== undefined);
  const wasAt = new Map(renumbered.map(({ from, to }) => [to, stored.get(from)]));
  const moved = new Set(renumbered.map(({ from }) => from));
  const storedAs = (account: string) =>
    wasAt.get(account) ?? (moved.has(account) ? undefined : stored.get(account));
  const plan: Plan = {
    outcomes: [],
    writes: [],
    edits: [],
    renumbered,
    taken: [],
    notInFile: [],
    gone: [],
    writtenOtherwise: [],
    withoutPhone: 0,
    otherPhoneOnly: 0,
    questions: [...question],
  };
  const plus: PlusQuestion = { about: "plus", values: [] };
  const changed: Change[] = [];
  for (const verdict of verdicts) {
    const { row } = verdict;
    const { line, account, name, written } = row;
    const tell = (outcome: RowOutcome["outcome"], notes: string[], shown = account): RowOutcome => {
      const told = { line, account: shown, name, outcome, notes };
      plan.outcomes.push(told);
      return told;
    };
    if (verdict.is === "refused") {
      tell("refused", [verdict.why, ...describeRefused(row, saysTexts)], written);
      continue;
    }
    if (verdict.is === "repeated") {
      tell("left alone", [`The same as line ${verdict.first.line}.`]);
      continue;
    }
    if (written !== account) plan.writtenOtherwise.push({ line, written, account });
    const was = storedAs(account);
    const gone = describeGone(account, was, options);
    if (gone !== undefined && !options.isBack?.(account)) {
      tell("left alone", [`${gone} Nothing of this row was taken. ${BRING_BACK}`]);
      plan.gone.push({ account, name: was?.name ?? name });
      continue;
    }
    const { member, notes, either } = decide(row, was);
    if (gone !== undefined) notes.unshift(`${gone} They are back, as you say.`);
    if (either) plus.values.push({ line, account, value: row.phone, readings: either });
    if (was !== undefined) changed.push({ line, was, is: member });
    const changes = was === undefined ? [] : describeChanges(was, member);
    const isChanged = was !== undefined && (changes.length > 0 || gone !== undefined);
    if (was === undefined || isChanged) plan.writes.push(member);
    if (was !== undefined && isChanged) plan.edits.push({ was, is: member });
    const others = was?.others ?? [];
    const hasNone = member.phone === null && others.length === 0;
    if (hasNone) plan.withoutPhone++;
    if (hasNone && row.otherPhoneOnly) plan.otherPhoneOnly++;
    const kind = was === undefined ? "added" : isChanged ? "changed" : "left alone";
    const outcome = tell(kind, [...changes, ...notes]);
    const { saysNoTexts, noSince } = row;
    const phoneBefore = was?.phone ?? null;
    plan.taken.push({ outcome, phone: member.phone, phoneBefore, others, saysNoTexts, noSince });
  }
  // Where the accounts themselves are in doubt, so is who has which phone.
  if (question.length === 0) plan.questions.push(...findSorted(changed));
  if (plus.values.length > 0) plan.questions.push(plus);
  const named = new Set([...verdicts.map(({ row }) => row.account), ...before]);
  const missing = [...stored.values()].filter(({ account, leftAt }) => !leftAt && !named.has(account));
  plan.notInFile = missing;
  noteKnownPeople(plan, missing);
  return plan;
}

const BRING_BACK = "If they are a member again, it has to be said of this account.";

/** Why a row is about nobody who is on the list now. No import brings them back by itself. */
function describeGone(
  account: string,
  was: Member | undefined,
  { isErased }: PlanOptions,
): string | undefined {
  if (was?.leftAt) return `In Headgate this account is ${was.name}, who has left the co-op.`;
  if (was === undefined && isErased?.(account)) {
    return "Whoever had this account was erased from Headgate, because that was asked for.";
  }
  return undefined;
}

/** What somebody has to know of a row of which nothing was taken. */
function describeRefused(
  { line, lastLine, saysNoTexts, problem, overflows }: Read,
  saysTexts: boolean,
): string[] {
  const isUnread = problem !== undefined || overflows;
  return [
    ...(lastLine > line ? [`It stands on lines ${line} to ${lastLine}.`] : []),
    ...(saysNoTexts ? ["Its No to texts was not counted."] : []),
    ...(isUnread && saysTexts ? ["If it says No to texts, that was not counted."] : []),
  ];
}

/** A row whose account is new, and whose person is in Headgate under one that the file doesn't name. */
function noteKnownPeople(plan: Plan, missing: readonly Member[]): void {
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

/** What the member becomes. A number that can't be used never takes the place of a good one. */
function decide(
  row: Read,
  before: Member | undefined,
): { member: Member; notes: string[]; either?: TwoReadings } {
  const { parsed } = row;
  const kept = before?.phone ?? null;
  const language =
    row.language === undefined ? (before?.language ?? null) : row.language.slice(0, MAX_LANGUAGE) || null;
  // Who is in all zones is so by a decision of the board's.
  const place = before?.inAllZones ? { zone: before.zone, inAllZones: true } : { zone: row.zone };
  const member = { account: row.account, name: row.name, ...place, language };
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

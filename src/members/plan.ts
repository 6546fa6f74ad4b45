// What an import would do, row by row: a decision without a database.
import { MAX_ZONE_NAME, MAX_ZONES, zoneKey } from "../zones/zones.ts";
import type { MemberRow } from "./columns.ts";
import { maskPhone, parsePhone } from "./phone.ts";

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
};

export type Plan = {
  outcomes: RowOutcome[];
  /** To be added or changed. */
  writes: Member[];
  /** Every account that the file names, those of refused rows too. */
  accounts: Set<string>;
  taken: TakenRow[];
  withoutPhone: number;
  otherPhoneOnly: number;
};

const MAX_NAME = 80;
const MAX_ACCOUNT = 40;
const MAX_LANGUAGE = 35;

export function planImport(
  rows: MemberRow[],
  stored: ReadonlyMap<string, Member>,
  zones: readonly { name: string }[],
): Plan {
  const zoneKeys = new Set(zones.map(({ name }) => zoneKey(name)));
  const firstRows = new Map<string, MemberRow>();
  const plan: Plan = {
    outcomes: [],
    writes: [],
    accounts: new Set(),
    taken: [],
    withoutPhone: 0,
    otherPhoneOnly: 0,
  };
  for (const row of rows) {
    const { line, account, name } = row;
    const tell = (outcome: RowOutcome["outcome"], notes: string[]): RowOutcome => {
      const told = { line, account, name, outcome, notes };
      plan.outcomes.push(told);
      return told;
    };
    plan.accounts.add(account);
    const first = firstRows.get(account);
    const refusal = whyRefused(row, zoneKeys) ?? (first && whyNotAgain(row, first));
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
    const before = stored.get(account);
    const { member, notes } = decide(row, before);
    const changes = before === undefined ? [] : describeChanges(before, member);
    if (before === undefined || changes.length > 0) plan.writes.push(member);
    if (member.phone === null) plan.withoutPhone++;
    if (member.phone === null && row.otherPhoneOnly) plan.otherPhoneOnly++;
    const kind = before === undefined ? "added" : changes.length > 0 ? "changed" : "left alone";
    const outcome = tell(kind, [...changes, ...notes]);
    const { saysNoTexts } = row;
    plan.taken.push({ outcome, phone: member.phone, phoneBefore: before?.phone ?? null, saysNoTexts });
  }
  return plan;
}

function whyRefused(
  { account, name, zone, overflows, problem }: MemberRow,
  zoneKeys: Set<string>,
): string | undefined {
  if (problem !== undefined) return problem;
  if (overflows) {
    return (
      "The row has more cells than there are columns with a name. " +
      "A comma within a cell needs quotes around the cell, and a column of notes needs a name."
    );
  }
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

function whyNotAgain(row: MemberRow, first: MemberRow): string | undefined {
  const same =
    row.name === first.name &&
    row.phone === first.phone &&
    zoneKey(row.zone) === zoneKey(first.zone) &&
    row.language === first.language &&
    row.saysNoTexts === first.saysNoTexts;
  return same
    ? undefined
    : `The account is on line ${first.line} already, with other details. That line was taken.`;
}

/** What the member becomes. A number that can't be used never takes the place of a good one. */
function decide(row: MemberRow, before: Member | undefined): { member: Member; notes: string[] } {
  const parsed = parsePhone(row.phone);
  const kept = before?.phone ?? null;
  const language =
    row.language === undefined ? (before?.language ?? null) : row.language.slice(0, MAX_LANGUAGE) || null;
  const member = { account: row.account, name: row.name, zone: row.zone, language };
  switch (parsed.kind) {
    case "phone":
      return { member: { ...member, phone: parsed.phone }, notes: parsed.doubt ? [parsed.doubt] : [] };
    case "none":
      return { member: { ...member, phone: null }, notes: [] };
    case "refused": {
      const instead = kept === null ? "No phone was taken" : `The phone ${maskPhone(kept)} was kept`;
      return { member: { ...member, phone: kept }, notes: [`${instead}: ${parsed.reason}`] };
    }
  }
}

function describeChanges(before: Member, after: Member): string[] {
  const changes: string[] = [];
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

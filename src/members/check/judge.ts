// Which rows of a file can be taken, and of which member of Headgate each is.
import type { CountryCode } from "libphonenumber-js/max";
import { zoneKey } from "../../zones/zones.ts";
import { isNameLike, recognizeAccounts, whySpoilt, withoutDecimals } from "../accounts/recognize.ts";
import { compareNumbering } from "../accounts/renumber.ts";
import type { MemberRow } from "../columns.ts";
import { type ParsedPhone, parsePhone } from "../phone.ts";
import type { Member, PlanOptions } from "../plan.ts";
import { learnPlaces } from "./moved.ts";
import { whyNotAgain, whyNotFirst, whyRefused } from "./why-refused.ts";

/** A row with its account as Headgate has it, and its phone as it is read. */
export type Read = MemberRow & { written: string; parsed: ParsedPhone; doubt?: string | undefined };

export type Verdict = { row: Read } & (
  | { is: "taken" }
  | { is: "refused"; why: string }
  /** It says the same as a row above. */
  | { is: "repeated"; first: Read }
);

/** Which member of Headgate each row is about. */
export function recognize(
  list: readonly MemberRow[],
  stored: ReadonlyMap<string, Member>,
  options: PlanOptions,
): Read[] {
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
    return samePhone || isNameLike(name, known.name);
  };
  const recognized = recognizeAccounts(read, stored, looksLike);
  return read.map((row, index): Read => {
    const { account = row.account, refusal } = recognized[index] ?? {};
    return {
      ...row,
      account,
      doubt: (stored.has(row.account) ? undefined : whySpoilt(row.account)) ?? refusal,
    };
  });
}

/** Which rows can be taken, each by itself and beside those above. */
export function judge(rows: readonly Read[], stored: ReadonlySet<string>, country: CountryCode): Verdict[] {
  const zoneKeys = new Set(stored);
  const whyMoved = learnPlaces(rows, stored, country);
  const asWritten = new Set(
    rows.filter(({ account, written }) => account === written).map(({ account }) => account),
  );
  const firstRows = new Map<string, Read>();
  return rows.map((row): Verdict => {
    const { account, written, zone } = row;
    const first = firstRows.get(account);
    const again = first && whyNotAgain(row, first);
    const why =
      whyRefused(row, zoneKeys) ??
      whyMoved(row) ??
      (again === undefined ? undefined : `${again} That line was taken.`) ??
      (written !== account && asWritten.has(account) && !first ? whyNotFirst(account) : undefined);
    if (why !== undefined) return { row, is: "refused", why };
    if (first !== undefined) return { row, is: "repeated", first };
    firstRows.set(account, row);
    zoneKeys.add(zoneKey(zone));
    return { row, is: "taken" };
  });
}

/** Whether the file numbers its accounts anew; where that is meant, who gets which and who can't. */
export function compareAccounts(
  verdicts: Verdict[],
  stored: ReadonlyMap<string, Member>,
  options: PlanOptions,
) {
  const byTaken = Map.groupBy(verdicts, ({ is }) => is === "taken");
  const [taken, others] = [true, false].map((is) => byTaken.get(is)?.map(({ row }) => row) ?? []);
  const { isNew, question, decide } = compareNumbering(taken ?? [], others ?? [], stored);
  if (!isNew || !options.isRenumbered) {
    return { verdicts, question: isNew ? [question] : [], renumbered: [], before: new Set<string>() };
  }
  const { refusals, renumbered, before } = decide();
  const refuse = (verdict: Verdict): Verdict => {
    const { row } = verdict;
    const why = refusals.get((verdict.is === "repeated" ? verdict.first : row).line);
    if (why !== undefined && verdict.is !== "refused") return { row, is: "refused", why };
    return verdict;
  };
  return { verdicts: verdicts.map(refuse), question: [], renumbered, before };
}

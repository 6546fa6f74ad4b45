// A co-op that has numbered its accounts anew: the same people, under other accounts.
import { zoneKey } from "../../zones/zones.ts";
import type { ParsedPhone } from "../phone.ts";
import type { Member } from "../plan.ts";

/** Most accounts of a file look new, though their people are known. */
export type NumberingQuestion = {
  about: "numbering";
  rows: number;
  of: number;
  examples: { line: number; account: string; name: string; before: string }[];
};

export type Renumbering = { from: string; to: string };

/** The names as they are compared: "RUIZ, Ana" stays another than "Ana Ruiz". */
export const nameKey = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

type Known = Pick<Member, "name" | "phone" | "zone">;

/** Nobody without a phone is known by the name alone. */
const keyOf = ({ name, phone, zone }: Known) =>
  JSON.stringify([nameKey(name), phone ?? `in ${zoneKey(zone)}`]);

/** @returns by name and phone, the accounts of those who are in Headgate and not in the file */
export function createKnownPeople(stored: Iterable<Member>) {
  const byKey = Map.groupBy(stored, keyOf);
  return (person: Known): string[] => byKey.get(keyOf(person))?.map(({ account }) => account) ?? [];
}

type Row = { line: number; account: string; name: string; zone: string; parsed: ParsedPhone };

const personOf = (row: Row): Known => ({
  ...row,
  phone: row.parsed.kind === "phone" ? row.parsed.phone : null,
});

const EXAMPLES = 3;
/** One row shows no numbering: its note does. */
const LEAST = 2;

/** A row whose account is new, and the accounts under which its person is in Headgate. */
type KnownRow = { row: Row; before: string[] };

/**
 * Whether most of the file's people are in Headgate under other accounts, and what these become.
 *
 * @param rows those that can be taken, one for each account
 * @param refused the others
 */
export function compareNumbering(
  rows: readonly Row[],
  refused: readonly Row[],
  stored: ReadonlyMap<string, Member>,
) {
  const accountsOf = createKnownPeople([...stored.values()].filter(({ leftAt }) => !leftAt));
  // Somebody may have several accounts: those that the file still has as theirs have not become others.
  const still = new Set(rows.map((row) => `${row.account} ${keyOf(personOf(row))}`));
  const find = (row: Row): KnownRow[] => {
    const person = personOf(row);
    const all = accountsOf(person);
    const before = all.filter((account) => !still.has(`${account} ${keyOf(person)}`));
    return before.length > 0 && !all.includes(row.account) ? [{ row, before }] : [];
  };
  const known = rows.flatMap(find);
  const accountsBefore = (those: readonly KnownRow[]) => those.flatMap(({ before }) => before);
  const examples = known
    .slice(0, EXAMPLES)
    .map(({ row: { line, account, name }, before: [before = ""] }) => ({ line, account, name, before }));
  const question: NumberingQuestion = { about: "numbering", rows: known.length, of: rows.length, examples };
  return {
    isNew: known.length >= LEAST && known.length * 2 > rows.length,
    question,
    /** Where it is meant. */
    decide: () => {
      const before = new Set([...accountsBefore(known), ...accountsBefore(refused.flatMap(find))]);
      /** `before`: the accounts of all whom the file knows by another. */
      return { ...decideMoves(rows, known, before, stored), before };
    },
  };
}

/** Only those move of whom everything is certain; whoever would take the place of one that stays is refused. */
function decideMoves(
  rows: readonly Row[],
  known: readonly KnownRow[],
  before: ReadonlySet<string>,
  stored: ReadonlyMap<string, Member>,
): { renumbered: Renumbering[]; refusals: Map<number, string> } {
  const refusals = new Map<number, string>();
  const takers = new Map<string, number>();
  for (const { before: all } of known)
    for (const account of all) takers.set(account, (takers.get(account) ?? 0) + 1);
  const moves = new Map<string, Row>();
  for (const { row, before: all } of known) {
    const [from = "", another] = all;
    if (another === undefined && takers.get(from) === 1) moves.set(from, row);
    else refusals.set(row.line, describeTwins(row));
  }
  const byAccount = new Map(rows.map((row) => [row.account, row]));
  const fromOf = new Map([...moves].map(([from, row]) => [row, from]));
  const knownRows = new Set(known.map(({ row }) => row));
  // Whoever stays keeps the account from the row that has it, whose person then stays as well, and so on.
  const staying = [...stored.keys()].filter((account) => {
    const taker = byAccount.get(account);
    return taker && !moves.has(account) && (knownRows.has(taker) || before.has(account));
  });
  for (let account = staying.pop(); account !== undefined; account = staying.pop()) {
    const taker = byAccount.get(account);
    if (taker === undefined) continue;
    if (!refusals.has(taker.line)) refusals.set(taker.line, describeHolder(account, stored));
    const from = fromOf.get(taker);
    if (from === undefined || !moves.delete(from)) continue;
    staying.push(from);
  }
  return { renumbered: [...moves].map(([from, row]) => ({ from, to: row.account })), refusals };
}

const describeTwins = ({ account }: Row): string =>
  `This name and phone are in Headgate, or in the file, more than once: nobody knows which of them has become account ${account}.`;
const describeHolder = (account: string, stored: ReadonlyMap<string, Member>): string =>
  `In Headgate account ${account} is ${stored.get(account)?.name ?? ""}, to whom the file gives no other account that can be taken.`;

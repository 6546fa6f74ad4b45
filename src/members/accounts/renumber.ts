// A co-op that has numbered its accounts anew: the same people, under other accounts.
import { sql } from "drizzle-orm";
import type { Tx } from "../../db/open.ts";
import { fileRefusals, members } from "../../db/schema.ts";
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
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

type Known = Pick<Member, "name" | "phone" | "zone">;

/** Nobody without a phone is known by the name alone. */
const keyOf = ({ name, phone, zone }: Known) =>
  JSON.stringify([nameKey(name), phone ?? `in ${nameKey(zone)}`]);

/** @returns by name and phone, the accounts of those who are in Headgate and not in the file */
export function createKnownPeople(stored: Iterable<Member>) {
  const byKey = Map.groupBy(stored, keyOf);
  return (person: Known): string[] => byKey.get(keyOf(person))?.map(({ account }) => account) ?? [];
}

type Row = { line: number; account: string; name: string; zone: string; parsed: ParsedPhone };

const EXAMPLES = 3;
/** One row shows no numbering: its note does. */
const LEAST = 2;

/** Whether most of the file's people are in Headgate under other accounts, and what these become. */
export function compareNumbering(rows: readonly Row[], stored: ReadonlyMap<string, Member>) {
  const accountsOf = createKnownPeople(stored.values());
  const named = new Set(rows.map(({ account }) => account));
  const personOf = (row: Row): Known => ({
    ...row,
    phone: row.parsed.kind === "phone" ? row.parsed.phone : null,
  });
  // Somebody may have several accounts: those that the file still has as theirs have not become others.
  const still = new Set(rows.map((row) => `${row.account} ${keyOf(personOf(row))}`));
  const known = rows.flatMap((row) => {
    const person = personOf(row);
    const all = accountsOf(person);
    const before = all.filter((account) => !still.has(`${account} ${keyOf(person)}`));
    return before.length > 0 && !all.includes(row.account) ? [{ row, before }] : [];
  });
  const renumbered: Renumbering[] = [];
  const refusals: { line: number; refusal: string }[] = [];
  const givers = new Set(known.flatMap(({ before }) => before));
  const takers = Map.groupBy(known, ({ before }) => before[0]);
  for (const { row, before } of known) {
    const [from = "", another] = before;
    const holder = stored.get(row.account);
    if (another !== undefined || takers.get(from)?.length !== 1) {
      const refusal = `This name and phone are in Headgate, or in the file, more than once: nobody knows which of them has become account ${row.account}.`;
      refusals.push({ line: row.line, refusal });
    } else if (holder && !givers.has(row.account)) {
      const refusal = `In Headgate account ${row.account} is ${holder.name}, whom the file does not name otherwise.`;
      refusals.push({ line: row.line, refusal });
    } else renumbered.push({ from, to: row.account });
  }
  const examples = known
    .slice(0, EXAMPLES)
    .map(({ row: { line, account, name }, before: [before = ""] }) => ({ line, account, name, before }));
  const question: NumberingQuestion = { about: "numbering", rows: known.length, of: rows.length, examples };
  const isNew = known.length >= LEAST && known.length * 2 > named.size;
  return { isNew, question, renumbered, refusals };
}

/** In two steps, since one's new account may be another's old one. */
export async function renumber(tx: Tx, renumbered: readonly Renumbering[]): Promise<void> {
  if (renumbered.length === 0) return;
  const pairs = sql`jsonb_to_recordset(${JSON.stringify(renumbered)}::jsonb) as r("from" text, "to" text)`;
  await tx.execute(sql`
    update ${members} set account = E'\n' || r."to", updated_at = now() from ${pairs} where account = r."from"`);
  await tx.execute(sql`update ${members} set account = substr(account, 2) where starts_with(account, E'\n')`);
  await tx.execute(sql`
    update ${fileRefusals} set account = E'\n' || r."to" from ${pairs} where account = r."from"`);
  await tx.execute(
    sql`update ${fileRefusals} set account = substr(account, 2) where starts_with(account, E'\n')`,
  );
}

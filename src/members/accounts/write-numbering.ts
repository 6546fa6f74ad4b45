// What a new numbering changes in the database.
import { sql } from "drizzle-orm";
import type { Tx } from "../../db/open.ts";
import { fileRefusals, members } from "../../db/schema.ts";
import type { Renumbering } from "./renumber.ts";

/** What begins the account of a member on the way to a new one, and no other: db/functions/keep_member_changes.sql. */
const ON_THE_WAY = "\n";

/**
 * Renumbers in two steps, since one's new account may be another's old one.
 *
 * @param work what else is written of the members, to whom `current` gives the account that they have meanwhile
 */
export async function renumber(
  tx: Tx,
  renumbered: readonly Renumbering[],
  work: (current: (account: string) => string) => Promise<void>,
): Promise<void> {
  if (renumbered.length === 0) return work((account) => account);
  const pairs = sql`jsonb_to_recordset(${JSON.stringify(renumbered)}::jsonb) as r("from" text, "to" text)`;
  const moving = new Set(renumbered.map(({ to }) => to));
  for (const table of [members, fileRefusals]) {
    await tx.execute(sql`
      update ${table} set account = ${ON_THE_WAY} || r."to" from ${pairs} where account = r."from"`);
  }
  await work((account) => (moving.has(account) ? ON_THE_WAY + account : account));
  for (const table of [members, fileRefusals]) {
    await tx.execute(
      sql`update ${table} set account = substr(account, 2) where starts_with(account, ${ON_THE_WAY})`,
    );
  }
}

// Whoever is not in the co-op's list any more: marked as having left, where that is meant.
import { sql } from "drizzle-orm";
import { type Actor, whoOf } from "../../audit/audit.ts";
import { recordEdits } from "../../audit/edits.ts";
import type { Tx } from "../../db/open.ts";
import type { Member, Person, Plan } from "../plan.ts";

/** More than this share of the members leave at once only where somebody has typed how many. */
const MANY = 1 / 5;

/** So many would be marked as having left: that many has to be typed. */
export type LeaversQuestion = {
  about: "leavers";
  count: number;
  of: number;
  /** Rows that were refused, of which nobody knows whose they are: they may be about these members. */
  unreadRows: number;
};

export function askAboutLeavers(
  { notInFile, outcomes }: Plan,
  stored: ReadonlyMap<string, Member>,
  confirmed: number | undefined,
): LeaversQuestion[] {
  const count = notInFile.length;
  if (count === 0 || confirmed === count) return [];
  const of = [...stored.values()].filter(({ leftAt }) => !leftAt).length;
  const unreadRows = outcomes.filter(
    ({ outcome, account }) => outcome === "refused" && !stored.has(account),
  ).length;
  return count > of * MANY || unreadRows > 0 ? [{ about: "leavers", count, of, unreadRows }] : [];
}

/** From now on they get nothing, and stay in the record. */
export async function markNotInFile(tx: Tx, people: readonly Person[], actor: Actor): Promise<void> {
  const { userId, teamId } = whoOf(actor);
  const accounts = JSON.stringify(people.map(({ account }) => account));
  const left = await tx.execute<{ id: number }>(sql`
    update members set left_at = now(), version = version + 1, updated_at = now(), updated_by = ${userId},
      updated_team = ${teamId}
    where left_at is null and account in (select jsonb_array_elements_text(${accounts}::jsonb)) returning id`);
  const edits = left.map(({ id }) => ({ memberId: id, before: {}, after: { hasLeft: true } }));
  await recordEdits(tx, { actor, action: "member left", detail: { by: "import" } }, edits);
}

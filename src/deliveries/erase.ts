// Somebody is erased: what was sent to them stays with its outcome, and to which number is not known any more.
import { type SQL, sql } from "drizzle-orm";
import type { Tx } from "../db/open.ts";

/** What became of a delivery that was not sent yet. */
export const ERASED = "erased";

/** Whoever is erased, and every number that they have or had. */
export type Erasing = { memberId: number; phones: readonly string[] };

/**
 * A row with this phone, of this version of the list, is about them alone: no other member had the number then. The
 * numbers of those who were erased before are in no version any more.
 */
export const isTheirsAlone = (phone: SQL, version: SQL, { memberId, phones }: Erasing): SQL => sql`(
  ${phone} in (select jsonb_array_elements_text(${JSON.stringify(phones)}::jsonb)) and not exists (
    select from listed_numbers n join listed_members l using (member)
    where n.phone = ${phone} and n.member <> ${memberId}::int
      and n.since <= ${version} and coalesce(n.until > ${version}, true)
      and l.since <= ${version} and coalesce(l.until > ${version}, true)))`;

/**
 * What waits is not sent; of the rest the numbers are forgotten. A number that another member had too stays theirs.
 *
 * @returns nothing, and nothing was changed, while a text to them is being handed over
 */
export async function eraseFromDeliveries(
  tx: Tx,
  erasing: Erasing,
): Promise<{ deliveries: number; canceled: number } | undefined> {
  // Locked, so that no claim takes one that is canceled here. In the order in which everybody locks.
  const theirs = await tx.execute<{ sendingId: number; position: number; status: string }>(sql`
    select d.sending_id as "sendingId", d.position, d.status from deliveries d join sendings s on s.id = d.sending_id
    where ${isTheirsAlone(sql`d.address`, sql`s.list_version`, erasing)}
    order by d.sending_id, d.position for update of d`);
  if (theirs.some(({ status }) => status === "sending")) return undefined;
  const rows = JSON.stringify(theirs.map(({ sendingId, position }) => ({ s: sendingId, p: position })));
  await tx.execute(sql`
    update deliveries d set address = '', ask_at = null, again_at = null,
      code = case when status = 'pending' then ${ERASED} else code end,
      status_at = case when status = 'pending' then now() else status_at end,
      status = case when status = 'pending' then 'canceled' else status end
    from jsonb_to_recordset(${rows}::jsonb) as r(s int, p int) where d.sending_id = r.s and d.position = r.p`);
  const canceled = theirs.filter(({ status }) => status === "pending").length;
  return { deliveries: theirs.length, canceled };
}

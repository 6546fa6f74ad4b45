// Changes of members: how it was before and is after stands in a table that can be blanked, and the entry names it.
import { sql } from "drizzle-orm";
import type { Tx } from "../db/open.ts";
import { auditEntries, memberEdits } from "../db/schema.ts";
import { type AuditEntry, whoOf } from "./audit.ts";

export type Edit = { memberId: number; before: Record<string, unknown>; after: Record<string, unknown> };

/** Writes an entry for each, in the transaction of the changes: thousands take one statement. */
export async function recordEdits(
  tx: Tx,
  { actor, action, detail = {} }: Pick<AuditEntry, "actor" | "action" | "detail">,
  edits: readonly Edit[],
): Promise<void> {
  if (edits.length === 0) return;
  const { userId, teamId } = whoOf(actor);
  const kind = typeof actor === "string" ? actor : "board";
  await tx.execute(sql`
    with kept as (
      insert into ${memberEdits} (member_id, before, after)
      select "memberId", before, after
      from jsonb_to_recordset(${JSON.stringify(edits)}::jsonb) as e("memberId" int, before jsonb, after jsonb)
      returning id, member_id
    )
    insert into ${auditEntries} (actor_kind, team_id, actor, action, member_id, detail)
    select ${kind}::actor_kind, ${teamId}, ${userId}, ${action}, member_id,
      ${JSON.stringify(detail)}::jsonb || jsonb_build_object('edit', id)
    from kept order by id`);
}

// Two people change the same member at once: the second is told, and nothing is lost.
import { eq, sql } from "drizzle-orm";
import { type Actor, type AuditAction, whoOf } from "../../audit/audit.ts";
import { recordEdits } from "../../audit/edits.ts";
import type { Tx } from "../../db/open.ts";
import { members } from "../../db/schema.ts";

/** A member as somebody has seen them: by the version that their card had. */
export type Seen = { memberId: number; version: number };

/** Whoever changed them last, as audit entries name it. */
type ChangedBy = { userId: string | null; teamId: string | null; at: Date };

/** Nothing was changed. */
export type NotChanged =
  | { outcome: "changed meanwhile"; by: ChangedBy }
  /** Nobody has this id, or they were erased. */
  | { outcome: "not found" }
  /** Why, in whole sentences; and which field of a form it is about, where it is about one. */
  | { outcome: "refused"; why: string; field?: Field };

export type Field = "name" | "account" | "about" | "language" | "place" | "phone" | "words";

/** @param version the one that their card has now */
export type Changed = { outcome: "changed"; memberId: number; version: number };

export type Locked = typeof members.$inferSelect;

export const refused = (why: string, field?: Field): NotChanged => ({
  outcome: "refused",
  why,
  ...(field && { field }),
});

/** Until the transaction ends nobody else changes them. @returns why not, where they are not as they were seen */
export async function lockMember(tx: Tx, { memberId, version }: Seen): Promise<Locked | NotChanged> {
  const [found] = await tx.select().from(members).where(eq(members.id, memberId)).for("update");
  if (!found || found.erasedAt !== null) return { outcome: "not found" };
  if (found.version === version) return found;
  const { updatedBy: userId, updatedTeam: teamId, updatedAt: at } = found;
  return { outcome: "changed meanwhile", by: { userId, teamId, at } };
}

type Change = {
  action: AuditAction;
  actor: Actor;
  /** What else of the member's own row is another from now on. */
  set?: Partial<typeof members.$inferInsert>;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
};

/** Writes the change and its entry; the caller has locked the member. */
export async function writeChange(
  tx: Tx,
  { id: memberId, version }: Locked,
  { action, actor, set = {}, before, after }: Change,
): Promise<Changed> {
  const { userId: updatedBy, teamId: updatedTeam } = whoOf(actor);
  await tx
    .update(members)
    .set({ ...set, version: version + 1, updatedAt: sql`now()`, updatedBy, updatedTeam })
    .where(eq(members.id, memberId));
  await recordEdits(tx, { actor, action }, [{ memberId, before, after }]);
  return { outcome: "changed", memberId, version: version + 1 };
}

export const isLocked = (found: Locked | NotChanged): found is Locked => !("outcome" in found);

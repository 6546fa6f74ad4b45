// Who was the last to do something: for whoever comes second, and is to be told. No rule asks this.
import { and, desc, inArray, or, sql } from "drizzle-orm";
import type { Reader } from "../db/open.ts";
import { auditEntries } from "../db/schema.ts";
import type { AuditAction } from "./audit.ts";

export type LastEntry = { at: Date; actor: string; actorKind: string | null };

/** @param about what stands in the entry's detail: any of these */
export async function findLastEntry(
  db: Reader,
  actions: readonly AuditAction[],
  about: readonly Record<string, string | number>[],
): Promise<LastEntry | undefined> {
  const { id, at, actor, actorKind, action, detail } = auditEntries;
  const isAbout = about.map((each) => sql`${detail} @> ${JSON.stringify(each)}::jsonb`);
  // It has just happened, so it is among the newest.
  const [last] = await db
    .select({ at, actor, actorKind })
    .from(auditEntries)
    .where(and(inArray(action, actions), or(...isAbout)))
    .orderBy(desc(id))
    .limit(1);
  return last;
}

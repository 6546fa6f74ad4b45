// Who tried what they may not, for whoever looks after the board.
import { and, desc, eq, gt, lt, sql } from "drizzle-orm";
import type { Reader } from "../db/open.ts";
import { auditEntries } from "../db/schema.ts";

export type RefusedAttempt = {
  id: number;
  at: Date;
  teamId: string | null;
  /** A Slack user's id. */
  actor: string;
  alertId: number | null;
  /** What they tried, by the name of its button or command, and why it was refused. */
  what: string | null;
  why: string | null;
};

/** Those of the last 30 days, the newest first. @param before the entry before which the page begins */
export function listRefusals(
  db: Reader,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<RefusedAttempt[]> {
  const { id, at, teamId, actor, alertId, detail } = auditEntries;
  return db
    .select({
      id,
      at,
      teamId,
      actor,
      alertId,
      what: sql<string | null>`${detail} ->> 'what'`,
      why: sql<string | null>`${detail} ->> 'why'`,
    })
    .from(auditEntries)
    .where(
      and(
        eq(auditEntries.action, "refused"),
        gt(at, sql`now() - interval '30 days'`),
        before === undefined ? undefined : lt(id, before),
      ),
    )
    .orderBy(desc(id))
    .limit(limit);
}

import { and, asc, eq, sql } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { auditEntries } from "../db/schema.ts";

export type AuditAction =
  | "opened"
  | "refused"
  | "reviewed"
  | "test requested"
  | "test sent"
  | "edited"
  | "discarded"
  | "confirmed"
  | "stopped"
  | "halted"
  | "resumed"
  | "resent"
  | "finished"
  | "opted out"
  | "opted in"
  | "viewed log"
  | "exported"
  | "imported"
  | "board member added"
  | "board member removed";

/** Who acts: a Slack user, or what acts by itself. */
export type Actor = { teamId: string; userId: string } | "system" | "member" | "command line";

export type AuditEntry = {
  actor: Actor;
  action: AuditAction;
  alertId?: number;
  detail?: Record<string, unknown>;
};

/** Writes one entry. Called with the transaction of the change that it tells of. */
export async function record(db: Db, { actor, action, alertId, detail = {} }: AuditEntry): Promise<void> {
  const who = typeof actor === "string" ? { actor } : { actor: actor.userId, teamId: actor.teamId };
  await db.insert(auditEntries).values({ ...who, action, alertId, detail });
}

/** Whether this user did this, about this alert, in the last seconds. */
export async function hasEntrySince(
  db: Db,
  { actor, action, alertId }: { actor: { userId: string }; action: AuditAction; alertId: number },
  seconds: number,
): Promise<boolean> {
  const same = and(
    eq(auditEntries.alertId, alertId),
    eq(auditEntries.action, action),
    eq(auditEntries.actor, actor.userId),
    sql`${auditEntries.at} > now() - make_interval(secs => ${seconds})`,
  );
  return (await db.$count(auditEntries, same)) > 0;
}

/** What was done about one alert, the first things first. */
export function listEntries(db: Db, alertId: number, limit: number) {
  return db
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.alertId, alertId))
    .orderBy(asc(auditEntries.id))
    .limit(limit);
}

export function listAllEntries(db: Db) {
  return db.select().from(auditEntries).orderBy(asc(auditEntries.id));
}

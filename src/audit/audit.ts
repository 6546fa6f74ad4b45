import { and, asc, desc, eq, sql } from "drizzle-orm";
import type { Reader, Tx } from "../db/open.ts";
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

/** Writes one entry, in the transaction of the change that it tells of. */
export async function record(tx: Tx, { actor, action, alertId, detail = {} }: AuditEntry): Promise<void> {
  const who = typeof actor === "string" ? { actor } : { actor: actor.userId, teamId: actor.teamId };
  await tx.insert(auditEntries).values({ ...who, action, alertId, detail });
}

/** Whether this user asked for a test of this alert by this very press, or by any in the last seconds. */
export async function wasTestRequested(
  db: Reader,
  alertId: number,
  userId: string,
  press: string,
  seconds: number,
): Promise<boolean> {
  const same = and(
    eq(auditEntries.alertId, alertId),
    eq(auditEntries.action, "test requested"),
    eq(auditEntries.actor, userId),
    sql`(${auditEntries.at} > now() - make_interval(secs => ${seconds}) or ${auditEntries.detail} ->> 'press' = ${press})`,
  );
  return (await db.$count(auditEntries, same)) > 0;
}

/** What was done about one alert last, the first of it first; and how many entries came before. */
export async function listLastEntries(db: Reader, alertId: number, limit: number) {
  const ofAlert = eq(auditEntries.alertId, alertId);
  const last = await db
    .select()
    .from(auditEntries)
    .where(ofAlert)
    .orderBy(desc(auditEntries.id))
    .limit(limit);
  return { entries: last.reverse(), earlier: (await db.$count(auditEntries, ofAlert)) - last.length };
}

export function listAllEntries(db: Reader) {
  return db.select().from(auditEntries).orderBy(asc(auditEntries.id));
}

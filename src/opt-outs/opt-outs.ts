// Who gets no texts, because they said so.
import { eq } from "drizzle-orm";
import { type Actor, record } from "../audit/audit.ts";
import type { Reader, Tx } from "../db/open.ts";
import { optOuts } from "../db/schema.ts";
import { signal } from "../db/signals.ts";

/**
 * From the commit on this phone gets nothing, not even what was about to be sent.
 *
 * @param source how it was asked for, such as `sms STOP`
 */
export async function optOut(tx: Tx, phone: string, source: string, actor: Actor): Promise<void> {
  const added = await tx.insert(optOuts).values({ phone, source }).onConflictDoNothing().returning();
  if (added.length === 0) return;
  await record(tx, { actor, action: "opted out", phone, detail: { source } });
  await signal(tx, { about: "opt-out", phone });
}

export async function isOptedOut(db: Reader, phone: string): Promise<boolean> {
  return (await db.$count(optOuts, eq(optOuts.phone, phone))) > 0;
}

export async function optIn(tx: Tx, phone: string, source: string, actor: Actor): Promise<void> {
  const removed = await tx.delete(optOuts).where(eq(optOuts.phone, phone)).returning();
  if (removed.length === 0) return;
  await record(tx, { actor, action: "opted in", phone, detail: { source } });
}

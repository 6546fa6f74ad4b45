// Who gets no texts, because they said so.
import { eq } from "drizzle-orm";
import { type Actor, record } from "../audit/audit.ts";
import type { Reader, Tx } from "../db/open.ts";
import { optOuts } from "../db/schema.ts";
import { signal } from "../db/signals.ts";

/** When it was said, if not now; and the text that said it, by the provider's id. */
type Said = { at?: Date; messageSid?: string };

/**
 * From the commit on this phone gets nothing, not even what was about to be sent.
 *
 * @param source how it was asked for, such as `sms STOP`
 * @returns whether that is new
 */
export async function optOut(
  tx: Tx,
  phone: string,
  source: string,
  actor: Actor,
  { at, messageSid }: Said = {},
): Promise<boolean> {
  const values = { phone, source, ...(at && { optedOutAt: at }) };
  const added = await tx.insert(optOuts).values(values).onConflictDoNothing().returning();
  if (added.length === 0) return false;
  const detail = { source, ...(messageSid !== undefined && { messageSid }) };
  await record(tx, { actor, action: "opted out", phone, detail });
  await signal(tx, { about: "opt-out", phone });
  return true;
}

export async function isOptedOut(db: Reader, phone: string): Promise<boolean> {
  return (await db.$count(optOuts, eq(optOuts.phone, phone))) > 0;
}

/** @returns whether the phone had opted out until now */
export async function optIn(tx: Tx, phone: string, source: string, actor: Actor): Promise<boolean> {
  const removed = await tx.delete(optOuts).where(eq(optOuts.phone, phone)).returning();
  if (removed.length === 0) return false;
  await record(tx, { actor, action: "opted in", phone, detail: { source } });
  return true;
}

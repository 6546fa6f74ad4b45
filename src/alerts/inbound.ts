// What members write back.
import { and, asc, desc, eq, gte, isNotNull, isNull, sql } from "drizzle-orm";
import type { Database, Db } from "../db/open.ts";
import { alerts, deliveries, inboundTexts } from "../db/schema.ts";
import { readKeyword } from "../opt-outs/keywords.ts";
import { optIn, optOut } from "../opt-outs/opt-outs.ts";

export type InboundText = { messageSid: string; phone: string; body: string };

/** Keeps the text and does what its keyword says; a second time it changes nothing. */
export function keepInboundText(db: Database, { messageSid, phone, body }: InboundText): Promise<void> {
  return db.transaction(async (tx) => {
    const keyword = readKeyword(body);
    const kept = await tx
      .insert(inboundTexts)
      // A keyword is between the member and the record; Twilio itself answers it.
      .values({
        messageSid,
        phone,
        body,
        keyword: keyword?.word,
        alertId: keyword ? null : await lastAlert(tx, phone),
      })
      .onConflictDoNothing()
      .returning({ messageSid: inboundTexts.messageSid });
    if (kept.length === 0 || !keyword) return;
    if (keyword.kind === "stop") await optOut(tx, phone, `sms ${keyword.word}`, "member");
    if (keyword.kind === "start") await optIn(tx, phone, `sms ${keyword.word}`, "member");
  });
}

/** The last alert that reached this phone. */
async function lastAlert(tx: Db, phone: string): Promise<number | null> {
  const [last] = await tx
    .select({ alertId: deliveries.alertId })
    .from(deliveries)
    .where(
      and(eq(deliveries.phone, phone), isNotNull(deliveries.claimedAt), gte(deliveries.status, "accepted")),
    )
    .orderBy(desc(deliveries.claimedAt))
    .limit(1);
  return last?.alertId ?? null;
}

export type ReplyToShow = InboundText & { channelId: string; messageTs: string };

/** Texts that an alert's thread does not show yet, oldest first. */
export function listRepliesToShow(db: Database, limit: number): Promise<ReplyToShow[]> {
  return db
    .select({
      messageSid: inboundTexts.messageSid,
      phone: inboundTexts.phone,
      body: inboundTexts.body,
      channelId: sql<string>`${alerts.channelId}`,
      messageTs: sql<string>`${alerts.messageTs}`,
    })
    .from(inboundTexts)
    .innerJoin(alerts, eq(alerts.id, inboundTexts.alertId))
    .where(and(isNull(inboundTexts.shownAt), isNotNull(alerts.messageTs)))
    .orderBy(asc(inboundTexts.receivedAt))
    .limit(limit);
}

/** @returns false where another instance was first */
export async function markShown(db: Database, messageSid: string): Promise<boolean> {
  const marked = await db
    .update(inboundTexts)
    .set({ shownAt: sql`now()` })
    .where(and(eq(inboundTexts.messageSid, messageSid), isNull(inboundTexts.shownAt)))
    .returning({ messageSid: inboundTexts.messageSid });
  return marked.length > 0;
}

/** It could not be shown after all. */
export async function unmarkShown(db: Database, messageSid: string): Promise<void> {
  await db.update(inboundTexts).set({ shownAt: null }).where(eq(inboundTexts.messageSid, messageSid));
}

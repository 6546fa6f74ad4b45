// What members write back.
import { and, asc, desc, eq, gte, sql } from "drizzle-orm";
import type { Database, Reader } from "../db/open.ts";
import { alerts, deliveries, inboundTexts } from "../db/schema.ts";
import type { InboundSms } from "../gateways/gateway.ts";
import { readKeyword } from "../opt-outs/keywords.ts";
import { freeNumbers } from "../opt-outs/numbers.ts";
import { optIn, optOut } from "../opt-outs/opt-outs.ts";

/** Keeps the text and does what its keyword says; a second time it changes nothing. */
export function keepInboundText(db: Database, { messageSid, phone, body }: InboundSms): Promise<void> {
  return db.transaction(async (tx) => {
    const keyword = readKeyword(body);
    const kept = await tx
      .insert(inboundTexts)
      // A keyword is between the member and the record; the provider itself answers it.
      .values({
        messageSid,
        phone,
        body,
        keyword: keyword?.word,
        alertId: keyword ? null : await lastAlert(tx, phone),
      })
      .onConflictDoNothing()
      .returning({ messageSid: inboundTexts.messageSid });
    if (kept.length === 0) return;
    // A member who writes has a phone for texts, whatever was found out about it before.
    await freeNumbers(tx, [phone], "the member wrote", "member");
    if (!keyword) return;
    if (keyword.kind === "stop") await optOut(tx, phone, `sms ${keyword.word}`, "member");
    if (keyword.kind === "start") await optIn(tx, phone, `sms ${keyword.word}`, "member");
  });
}

/** The last alert that reached this phone. */
async function lastAlert(tx: Reader, phone: string): Promise<number | null> {
  const [last] = await tx
    .select({ alertId: alerts.id })
    .from(deliveries)
    .innerJoin(alerts, eq(alerts.sendingId, deliveries.sendingId))
    .where(and(eq(deliveries.address, phone), gte(deliveries.status, "accepted")))
    .orderBy(desc(deliveries.sendingId))
    .limit(1);
  return last?.alertId ?? null;
}

export type ReplyToShow = InboundSms & { channelId: string; messageTs: string };

/** What can't be shown now is tried again after this long, by this instance or another. */
const SHOW_AGAIN_AFTER_SECONDS = 60;

/** Takes texts that an alert's thread does not show yet, oldest first. Nobody else gets them for a while. */
export function takeRepliesToShow(db: Database, limit: number): Promise<ReplyToShow[]> {
  return db.execute<ReplyToShow>(sql`
    with due as materialized (
      select t.message_sid from inbound_texts t join alert_messages m using (alert_id)
      where t.shown_at is null and t.show_at <= now() and m.place = 'board' and m.message_ts is not null
      order by t.show_at limit ${limit} for update of t skip locked
    )
    update inbound_texts t set show_at = now() + make_interval(secs => ${SHOW_AGAIN_AFTER_SECONDS})
    from due, alert_messages m where t.message_sid = due.message_sid and m.alert_id = t.alert_id and m.place = 'board'
    returning t.message_sid as "messageSid", t.phone, t.body, m.channel_id as "channelId", m.message_ts as "messageTs"`);
}

export async function markShown(db: Database, messageSid: string): Promise<void> {
  await db.update(inboundTexts).set({ shownAt: sql`now()` }).where(eq(inboundTexts.messageSid, messageSid));
}

/** Every text of a member, for the export. */
export function listInboundTexts(db: Reader) {
  return db.select().from(inboundTexts).orderBy(asc(inboundTexts.receivedAt));
}

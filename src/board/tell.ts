// What the board is told once: kept in the transaction of what it tells of, and posted by a job.
import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { Database, Tx } from "../db/open.ts";
import { alarms, boardMessages } from "../db/schema.ts";
import type { SlackUser } from "./allowlist.ts";

export type BoardMessage = {
  /** What it is about, such as `destination +52`: told once, whoever finds it. */
  key: string;
  /** In Slack's notation; what others wrote is escaped in it. */
  text: string;
  /** It is told in this alert's thread, and seen in the channel too. */
  alertId?: number | undefined;
  /** In plain words, where it must reach somebody: texted to the admins when Slack can't be told. */
  alarm?: string | undefined;
};

/** @returns false if the board has been told already */
export async function tellBoard(tx: Tx, message: BoardMessage): Promise<boolean> {
  const kept = await tx
    .insert(boardMessages)
    .values(message)
    .onConflictDoNothing()
    .returning({ id: boardMessages.id });
  return kept.length > 0;
}

/** Whether it stands in Slack. */
export async function isToldToBoard(tx: Tx, key: string): Promise<boolean> {
  return (
    (await tx.$count(boardMessages, and(eq(boardMessages.key, key), isNotNull(boardMessages.postedAt)))) > 0
  );
}

export type DueMessage = {
  id: number;
  text: string;
  alertId: number | null;
  alarm: string | null;
  /** It was to be told a minute ago. */
  isLate: boolean;
  /** False: it tells of a halt or of its end, and the alert is in another state by now. */
  isCurrent: boolean;
};

/** How what tells that sending goes on is named: it is no news once the alert has halted again, or is over. */
export const RESUME = "resume";

/** Of a row of board_messages by the name of m. */
const isCurrent = sql`((m.alarm is null and m.key not like ${`${RESUME} %`}) or m.alert_id is null or exists (
  select from alerts a join sendings s on s.id = a.sending_id join parts p on p.sending_id = s.id
  where a.id = m.alert_id and s.status = 'sending' and (p.halt_reason is null) = (m.alarm is null)))`;

/** What could not be told for this long is old news. */
const GIVEN_UP_AFTER = sql`interval '3 days'`;
const LATE_AFTER = sql`interval '1 minute'`;

/** Takes what is to be posted, oldest first. Nobody else gets it for a while: the older it is, the longer. */
export async function takeBoardMessages(db: Database, limit: number): Promise<DueMessage[]> {
  const taken = await db.execute<DueMessage>(sql`
    with due as materialized (
      select id from board_messages
      where posted_at is null and post_at <= now() and created_at > now() - ${GIVEN_UP_AFTER}
      order by id limit ${limit} for update skip locked
    )
    update board_messages m
    set post_at = now() + least(interval '1 hour', greatest(interval '1 minute', now() - created_at))
    from due where m.id = due.id
    returning m.id, m.text, m.alert_id as "alertId", m.alarm, m.created_at < now() - ${LATE_AFTER} as "isLate",
      ${isCurrent} as "isCurrent"`);
  return [...taken].sort((a, b) => a.id - b.id);
}

export async function markPosted(db: Database, id: number): Promise<void> {
  await db.update(boardMessages).set({ postedAt: sql`now()` }).where(eq(boardMessages.id, id));
}

/** @returns false if this admin was texted about it already */
export async function takeAlarm(
  db: Database,
  messageId: number,
  { teamId, userId }: SlackUser,
): Promise<boolean> {
  const taken = await db
    .insert(alarms)
    .values({ messageId, teamId, userId })
    .onConflictDoNothing()
    .returning({ at: alarms.at });
  return taken.length > 0;
}

/** It is certain that no text left. */
export async function giveAlarmBack(
  db: Database,
  messageId: number,
  { teamId, userId }: SlackUser,
): Promise<void> {
  await db
    .delete(alarms)
    .where(and(eq(alarms.messageId, messageId), eq(alarms.teamId, teamId), eq(alarms.userId, userId)));
}

/** The alarms that neither Slack nor a phone took. */
export async function listUntold(db: Database): Promise<string[]> {
  const rows = await db.execute<{ alarm: string }>(sql`
    select m.alarm from board_messages m
    where m.alarm is not null and m.posted_at is null and ${isCurrent}
      and m.created_at < now() - ${LATE_AFTER} and m.created_at > now() - ${GIVEN_UP_AFTER}
      and not exists (select from alarms where message_id = m.id)
    order by m.id`);
  return rows.map(({ alarm }) => alarm);
}

// Which texts of members wait to be shown in Slack, and where.
import { and, eq, isNull, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { tellBoard } from "../board/tell.ts";
import type { Database, Reader } from "../db/open.ts";
import { inboundTexts, type ShownAs } from "../db/schema.ts";
import { namesOf, zonesOf } from "../members/holders.ts";

/** For so long after its end an alert is what a member may be answering. Later than that its thread is out of sight. */
export const isCurrent = (sendingId: SQLWrapper): SQL<boolean> => sql<boolean>`exists (
  select from sendings s where s.id = ${sendingId}
    and (s.status = 'sending' or s.ended_at > now() - interval '3 days'))`;

export type Reply = {
  id: number;
  phone: string;
  body: string;
  keyword: string | null;
  shownAs: ShownAs;
  /** Everybody who has this phone, and their zones; null if nobody has. */
  names: string | null;
  zones: string | null;
  isOptedOut: boolean;
  /** When it was written, if it came to us much later: milliseconds since 1970. */
  lateSince: number | null;
};

/** A message in Slack, where there is one. */
type Place = { channelId: string | null; messageTs: string | null };

/** With the message of the alert that it answers, where that stands in the board's channel. */
export type ReplyToShow = Reply &
  Place & {
    /** The alert that it answers, if that is still what people look at. */
    alertId: number | null;
    /** It has been tried for days. */
    isHopeless: boolean;
  };

/** What can't be shown now is tried again after a minute, then after two, four ... and at last every hour. */
const AGAIN = sql`now() + least(interval '1 minute' * power(2, least(t.tries, 10)), interval '1 hour')`;
const HOPELESS_AFTER = sql`interval '3 days'`;
const LATE_AFTER = sql`interval '10 minutes'`;

/** How the text `t` is told of: by whom, in which words. */
const told = {
  id: sql<number>`t.id`,
  phone: sql<string>`t.phone`,
  body: sql<string>`t.body`,
  keyword: sql<string | null>`t.keyword`,
  shownAs: sql<ShownAs>`t.shown_as`,
  names: namesOf(sql.raw("t.phone")),
  zones: zonesOf(sql.raw("t.phone")),
  isOptedOut: sql<boolean>`exists (select from opt_outs o where o.phone = t.phone)`,
  lateSince: sql<number | null>`case when t.received_at - t.written_at > ${LATE_AFTER}
    then extract(epoch from t.written_at)::float8 * 1000 end`,
};
const toldColumns = sql.join(
  Object.entries(told).map(([name, column]) => sql`${column} as ${sql.identifier(name)}`),
  sql`, `,
);

/**
 * Takes texts that nobody has been shown yet, oldest first. Nobody else gets them for a while.
 *
 * @param hasChannel without one an alert's message is between Headgate and its author, while they are on the board
 */
export function takeRepliesToShow(
  db: Database,
  { limit, hasChannel }: { limit: number; hasChannel: boolean },
): Promise<ReplyToShow[]> {
  return db.execute<ReplyToShow>(sql`
    with due as materialized (
      select t.message_sid from inbound_texts t
      where t.shown_at is null and t.shown_as is not null and not t.is_gathered and t.show_at <= now()
      order by t.show_at limit ${limit} for update skip locked
    ), t as (
      update inbound_texts t set show_at = ${AGAIN}, tries = t.tries + 1
      from due where t.message_sid = due.message_sid returning t.*
    )
    select ${toldColumns}, m.channel_id as "channelId", m.message_ts as "messageTs", m.alert_id as "alertId",
      t.tries > 1 and t.received_at < now() - ${HOPELESS_AFTER} as "isHopeless"
    from t left join (
      select a.id as alert_id, m.channel_id, m.message_ts from alerts a
      left join alert_messages m on m.alert_id = a.id and m.place = 'board' and m.message_ts is not null
      where ${isCurrent(sql.raw("a.sending_id"))} and (${hasChannel} or exists (
        select from board_members b where b.team_id = a.team_id and b.user_id = a.author_id))
    ) m on m.alert_id = t.alert_id
    order by t.id`);
}

/** With the message that shows it. */
export async function findReply(db: Reader, id: number): Promise<(Reply & Place) | undefined> {
  const t = alias(inboundTexts, "t");
  const [reply] = await db
    .select({ ...told, channelId: t.channelId, messageTs: t.messageTs })
    .from(t)
    .where(eq(t.id, id));
  return reply;
}

export async function markShown(
  db: Database,
  id: number,
  { channelId, messageTs }: { channelId: string; messageTs: string },
): Promise<void> {
  await db
    .update(inboundTexts)
    .set({ shownAt: sql`now()`, channelId, messageTs })
    .where(eq(inboundTexts.id, id));
}

/** What can't be shown where it belongs goes where the board is told things now. @param text in Slack's notation */
export function handOver(
  db: Database,
  { id, alertId }: Pick<ReplyToShow, "id" | "alertId">,
  text: string,
): Promise<void> {
  return db.transaction(async (tx) => {
    const taken = await tx
      .update(inboundTexts)
      .set({ shownAt: sql`now()` })
      .where(and(eq(inboundTexts.id, id), isNull(inboundTexts.shownAt)))
      .returning({ id: inboundTexts.id });
    if (taken.length > 0)
      await tellBoard(tx, { key: `member's text ${id}`, text, alertId: alertId ?? undefined });
  });
}

export type UnknownText = { id: number; phone: string; body: string };

/** Of all numbers that no member has, the board hears at most once in this time. */
const GATHERED_FOR = sql`interval '1 hour'`;

/**
 * Tells the board of what has come from numbers that no member has, in one message.
 *
 * @param say the message in Slack's notation
 */
export function tellOfUnknown(db: Database, say: (texts: UnknownText[]) => string): Promise<void> {
  return db.transaction(async (tx) => {
    const waiting = sql`t.is_gathered and t.shown_at is null and t.shown_as is not null`;
    const isQuiet = sql`not exists (
      select from inbound_texts t where t.is_gathered and t.shown_at > now() - ${GATHERED_FOR})`;
    const find = () =>
      tx.execute<UnknownText>(sql`
        select t.id, t.phone, t.body from inbound_texts t where ${waiting} and ${isQuiet} order by t.written_at, t.id`);
    if ((await find()).length === 0) return;
    // Another instance may be doing the same.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('unknown numbers'))`);
    const texts = await find();
    const [first] = texts;
    if (!first) return;
    await tellBoard(tx, { key: `unknown numbers ${first.id}`, text: say(texts) });
    const ids = JSON.stringify(texts.map(({ id }) => id));
    await tx.execute(sql`update inbound_texts set shown_at = now()
      where id in (select value::int from jsonb_array_elements_text(${ids}::jsonb))`);
  });
}

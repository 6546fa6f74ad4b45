// Fills databases with what a row of the table needs, in bulk.
import { sql } from "drizzle-orm";
import { saveDraft } from "../../src/alerts/draft.ts";
import type { Moment } from "../../src/alerts/warnings.ts";
import { addBoardMember } from "../../src/board/allowlist.ts";
import { changesOf } from "../../src/board/change.ts";
import type { Database } from "../../src/db/open.ts";
import { alerts, parts, sendings } from "../../src/db/schema.ts";
import { noon } from "../helpers/moment.ts";
import { PHONE_SQL, text } from "./text.ts";

const common = {
  teamId: "T1",
  authorId: "U1",
  kind: "other" as const,
  zoneIds: [1],
  zoneNames: ["North"],
  allZones: true,
  text,
  segments: 1,
  audienceFingerprint: "",
} satisfies Partial<typeof alerts.$inferInsert>;

/** An alert that is under way, with this many deliveries that wait. @returns its sending's id */
export async function fillAlert(
  db: Database,
  count: number,
  over?: { phoneCount: number; confirmedAt: Date },
): Promise<number> {
  const last = over?.phoneCount ?? count;
  const at = over?.confirmedAt ?? sql`now()`;
  const [sending] = await db
    .insert(sendings)
    .values({
      about: "alert",
      rank: 2,
      readyAt: at,
      deadlineAt: sql`now() + interval '4 hours'`,
      followAt: sql`now()`,
      ...(over && { status: "finished" as const, endedAt: over.confirmedAt }),
    })
    .returning({ id: sendings.id });
  if (!sending) throw new Error("No sending was inserted.");
  const sendingId = sending.id;
  await db.insert(alerts).values({
    ...common,
    status: "confirmed",
    phoneCount: last,
    memberCount: last,
    confirmedAt: at,
    sendingId,
  });
  await db.execute(sql`
    insert into deliveries (sending_id, position, address)
    select ${sendingId}, n, ${sql.raw(PHONE_SQL)} from generate_series(1, ${count}::int) n`);
  await db
    .insert(parts)
    .values({ sendingId, part: 1, gateway: "twilio", text, segments: 1, first: 1, last, claimedUpTo: 0 });
  return sendingId;
}

/** Alerts of last week, of which nearly all texts arrived: one in a thousand failed. @param count deliveries in all */
export async function fillLastWeek(db: Database, alertCount: number, count: number): Promise<void> {
  const lastWeek = new Date(Date.now() - 7 * 86_400_000);
  const then = sql`${lastWeek.toISOString()}::timestamptz`;
  const each = count / alertCount;
  for (let n = 0; n < alertCount; n++) {
    const sendingId = await fillAlert(db, 0, { phoneCount: each, confirmedAt: lastWeek });
    await db.execute(sql`
      insert into deliveries (sending_id, position, address, status, attempt, claimed_at, accepted_at,
        status_at, message_sid, gateway, code, price)
      select ${sendingId}, n, ${sql.raw(PHONE_SQL)},
        case when n % 1000 = 0 then 'undelivered' else 'delivered' end::delivery_status, 1,
        ${then}, ${then}, ${then}, 'SM' || lpad(to_hex(n), 32, '0'),
        'twilio', case when n % 1000 = 0 then '30003' end, 0.0083
      from generate_series(1, ${each}::int) n`);
  }
  // As they are when the provider has named them all.
  await db.execute(sql`update parts set claimed_up_to = last`);
  await db.execute(sql`update sendings set follow_at = null`);
  await db.execute(sql`
    update delivery_counts c set price = d.price
    from (select sending_id, status, sum(price) as price from deliveries group by 1, 2) d
    where d.sending_id = c.sending_id and d.status = c.status`);
  await db.execute(sql`vacuum analyze`);
}

/** This many members in ten zones, each with a phone of their own. */
export async function fillMembers(db: Database, count: number): Promise<void> {
  await db.execute(sql`
    insert into zones (name, key) select 'Zone ' || n, 'zone ' || n from generate_series(1, 10) n`);
  await db.execute(sql`
    insert into members (account, name, zone_id, has_number)
    select 'A' || n, 'Member ' || n, 1 + n % 10, true from generate_series(1, ${count}::int) n`);
  await db.execute(sql`
    insert into addresses (member_id, address, is_listed)
    select id, ${sql.raw(PHONE_SQL)}, true from (select id, substr(account, 2)::int as n from members) as m`);
  await db.execute(sql`vacuum analyze members, addresses`);
}

/**
 * Years of a co-op: of ten zones the last never gets an alert, each other its own in turn, and each tenth alert goes to
 * all nine. One member in twenty has opted out. Each wrote three texts, one of them lately where their number says so,
 * and was changed three times.
 */
export async function fillYears(
  db: Database,
  { members, alerts }: { members: number; alerts: number },
): Promise<void> {
  await fillMembers(db, members);
  const to = sql`case when a % 10 = 0 then array[1, 2, 3, 4, 5, 6, 7, 8, 9] else array[a % 10] end`;
  const isOut = sql`n % 20 = 3`;
  const then = sql`now() - interval '1 hour' * 24 * (${alerts}::int - a + 1)`;
  const everyAlert = sql`generate_series(1, ${alerts}::int) as a`;
  const everybody = sql`generate_series(1, ${members}::int) as n`;
  await db.execute(sql`insert into opt_outs (phone, source)
    select ${sql.raw(PHONE_SQL)}, 'sms STOP' from ${everybody} where ${isOut}`);
  await db.execute(sql`update member_list set version = 1`);
  await db.execute(sql`
    insert into sendings (about, rank, status, ready_at, deadline_at, ended_at, list_version)
    select 'alert', 2, 'finished', ${then}, ${then}, ${then}, 1 from ${everyAlert}`);
  await db.execute(sql`
    insert into alerts (status, team_id, author_id, kind, zone_ids, zone_names, all_zones, text, segments,
      phone_count, member_count, audience_fingerprint, created_at, reviewed_at, confirmed_at, sending_id)
    select 'confirmed', 'T1', 'U1', 'other', ${to}, array['Some zone'], false, ${text}, 1, 1, 1, '',
      ${then}, ${then}, ${then}, a from ${everyAlert}`);
  await db.execute(sql`
    insert into deliveries (sending_id, position, address, status, attempt, status_at)
    select a, row_number() over (partition by a order by n), ${sql.raw(PHONE_SQL)}, 'delivered', 1, ${then}
    from ${everyAlert} join ${everybody} on 1 + n % 10 = any (${to}) where not ${isOut} order by a, n`);
  await db.execute(sql`
    insert into left_out (sending_id, member_id, reason)
    select a, m.id, 'opted out' from ${everyAlert} join ${everybody} on 1 + n % 10 = any (${to})
      join members m on m.account = 'A' || n where ${isOut}`);
  await db.execute(sql`
    insert into parts (sending_id, part, gateway, text, segments, first, last, claimed_up_to)
    select sending_id, 1, 'twilio', ${text}, 1, 1, count(*), count(*) from deliveries group by sending_id`);
  await db.execute(sql`
    insert into inbound_texts (message_sid, received_at, written_at, phone, list_version, body, shown_as, shown_at)
    select 'SM' || n || '-' || x, at, at, ${sql.raw(PHONE_SQL)}, 1, 'What is this about?', 'words', at
    from ${everybody}, generate_series(1, 3) as x, lateral (select now() - interval '1 day' * (n % 1000)) as t (at)`);
  await db.execute(sql`
    insert into audit_entries (actor_kind, actor, action, member_id)
    select 'board', 'U1', 'member changed', m.id from members m, generate_series(1, 3)`);
  await db.execute(sql`vacuum analyze`);
}

/** Who writes and confirms what is measured. */
export const boardMember = { teamId: "T1", userId: "U1" };

/** This many on the board, U1 among them. @returns their ids */
export async function fillBoard(db: Database, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => `U${n + 1}`);
  for (const userId of ids) await addBoardMember(db, { ...boardMember, userId }, "admin", "command line");
  return ids;
}

/** When nothing can be sent in time. */
export const slowMoment = (): Moment =>
  noon({ organization: "A name that the text does not say", segmentsPerSecond: 0.1 }, new Date());

/** An alert to everybody, reviewed and not yet confirmed. */
export async function fillDraft(db: Database): Promise<number> {
  // An emergency is warned of no hour of the day, and at a slow pace all else is known at its review.
  const input = { author: boardMember, kind: "emergency", zoneIds: [], allZones: true, text };
  const change = changesOf(db, boardMember, "operator", "compose");
  const draft = await change((tx) =>
    saveDraft(tx, { ...input, viewId: `V${crypto.randomUUID()}` }, slowMoment()),
  );
  if (!("alertId" in draft)) throw new Error(`There is no draft: ${JSON.stringify(draft)}`);
  return draft.alertId;
}

/** How many deliveries have this status, by the rows themselves. */
export async function countDeliveries(db: Database, status: string): Promise<number> {
  const [row] = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from deliveries where status = ${status}::delivery_status`,
  );
  return row?.count ?? 0;
}

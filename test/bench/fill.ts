// Fills databases with what a row of the table needs, in bulk.
import { sql } from "drizzle-orm";
import { saveDraft } from "../../src/alerts/draft.ts";
import { addBoardMember } from "../../src/board/allowlist.ts";
import { changesOf } from "../../src/board/change.ts";
import type { Database } from "../../src/db/open.ts";
import { alerts, progress } from "../../src/db/schema.ts";
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

/** An alert that is under way, with so many deliveries that wait. @returns its id */
export async function fillAlert(
  db: Database,
  count: number,
  more: Partial<typeof alerts.$inferInsert> = {},
): Promise<number> {
  const [alert] = await db
    .insert(alerts)
    .values({
      ...common,
      status: "sending",
      phoneCount: count,
      memberCount: count,
      confirmedAt: sql`now()`,
      frozenAt: sql`now()`,
      deadlineAt: sql`now() + interval '4 hours'`,
      ...more,
    })
    .returning({ id: alerts.id });
  if (!alert) throw new Error("No alert was inserted.");
  await db.insert(progress).values({ alertId: alert.id });
  await db.execute(sql`
    insert into deliveries (alert_id, position, phone)
    select ${alert.id}, n, ${sql.raw(PHONE_SQL)} from generate_series(1, ${count}::int) n`);
  return alert.id;
}

/** So many members in ten zones, each with a phone of his own. */
export async function fillMembers(db: Database, count: number): Promise<void> {
  await db.execute(sql`
    insert into zones (name, key) select 'Zone ' || n, 'zone ' || n from generate_series(1, 10) n`);
  await db.execute(sql`
    insert into members (account, name, phone, zone_id)
    select 'A' || n, 'Member ' || n, ${sql.raw(PHONE_SQL)}, 1 + n % 10 from generate_series(1, ${count}::int) n`);
  await db.execute(sql`vacuum analyze members`);
}

/** Who writes and confirms what is measured. */
export const boardMember = { teamId: "T1", userId: "U1" };

/** So many on the board, U1 among them. @returns their ids */
export async function fillBoard(db: Database, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => `U${n + 1}`);
  for (const userId of ids) await addBoardMember(db, { ...boardMember, userId }, "admin", "command line");
  return ids;
}

/** An alert to everybody, reviewed and not yet confirmed. */
export async function fillDraft(db: Database): Promise<number> {
  const input = { author: boardMember, kind: "other", zoneIds: [], allZones: true, text };
  const change = changesOf(db, boardMember, "operator", "compose");
  const draft = await change((tx) => saveDraft(tx, { ...input, viewId: `V${crypto.randomUUID()}` }));
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

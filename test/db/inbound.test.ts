// What a text costs the database when many deliveries are kept.
import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../src/db/open.ts";
import { inboundTexts } from "../../src/db/schema.ts";
import { keepInboundText } from "../../src/replies/inbound.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { createTestDatabase } from "../helpers/database.ts";

const OLD_ALERTS = 200;
const PHONES = 500;

/** Many alerts that are over, and one that is not. One session alone, so that it can be asked what it has read. */
async function openFilled() {
  const connection = openDatabase(await createTestDatabase(), { maxConnections: 1 });
  onTestFinished(connection.close);
  const { db } = connection;
  const ended = new Date(Date.now() - 7 * 86_400_000);
  for (let n = 0; n < OLD_ALERTS; n++) await insertAlert(db, [], { status: "finished", endedAt: ended });
  const current = await insertAlert(db, [], { status: "finished", endedAt: new Date() });
  await db.execute(sql`
    insert into deliveries (sending_id, position, address, status)
    select s.id, n, '+1206' || 5000000 + n, 'delivered' from sendings s, generate_series(1, ${PHONES}::int) n`);
  await db.execute(sql`vacuum analyze deliveries, alerts, sendings`);
  /** How many deliveries statements of this session have read so far. */
  const countRead = async () => {
    await db.execute(sql`select pg_stat_force_next_flush()`);
    const [row] = await db.execute<{ read: number }>(sql`
      select (seq_tup_read + idx_tup_fetch)::int as read from pg_stat_user_tables where relname = 'deliveries'`);
    return row?.read ?? Number.NaN;
  };
  return {
    db,
    alertId: current.alertId,
    async readWhile(work: () => Promise<unknown>): Promise<number> {
      const before = await countRead();
      await work();
      return (await countRead()) - before;
    },
  };
}

test("a text is looked up in the alerts that it may answer, and not in all that were ever sent", async () => {
  const { db, alertId, readWhile } = await openFilled();
  const keep = (messageSid: string, phone: string) =>
    keepInboundText(db, { messageSid, phone, body: "Is the water safe?" });
  const enough = 3 * PHONES;
  for (const [n, phone] of ["+120650001005", "+12069999999", "+447700900123"].entries()) {
    expect(await readWhile(() => keep(`SM${n}`, phone))).toBeLessThan(enough);
  }
  expect(await readWhile(() => keep("SM9", "+12065000100"))).toBeLessThan(enough);
  const kept = await db.select().from(inboundTexts).orderBy(inboundTexts.messageSid);
  expect(kept.map((text) => text.alertId)).toEqual([null, null, null, alertId]);
  // So that the measure itself is known to be one.
  const all = () => db.execute(sql`select count(address) from deliveries`);
  expect(await readWhile(all)).toBe((OLD_ALERTS + 1) * PHONES);
});

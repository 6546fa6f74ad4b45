// Callbacks are forgotten in time, and none before the row of its attempt says what it said.
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import type { Database } from "../../src/db/open.ts";
import { attempts, type DeliveryStatus, deliveries, statusCallbacks } from "../../src/db/schema.ts";
import { recordCallbacks } from "../../src/deliveries/reports.ts";
import { forgetCallbacks } from "../../src/upkeep/forget.ts";
import { openTestDatabase } from "../helpers/database.ts";

const KEPT_DAYS = 90;
type Told = Partial<typeof statusCallbacks.$inferInsert>;
type Row = { status: DeliveryStatus; messageSid?: string | null; code?: string };

/** One delivery as it stands, and one callback about it. @returns whether that is still there after the job */
async function isKept(row: Row, told: Told, { days = 91, earlier }: { days?: number; earlier?: Row } = {}) {
  const { db } = await openTestDatabase();
  const key = { sendingId: 1, position: 1 };
  const address = "+12065550101";
  await db.insert(deliveries).values({ ...key, address, attempt: 3, messageSid: "SM1", ...row });
  if (earlier) await db.insert(attempts).values({ ...key, attempt: 1, statusAt: new Date(), ...earlier });
  const usual = { ...key, attempt: 3, messageSid: "SM1", status: "delivered", meaning: "delivered" as const };
  const receivedAt = sql`now() - make_interval(days => ${days})`;
  await db.insert(statusCallbacks).values({ ...usual, ...told, receivedAt });
  return keptAfter(db);
}

async function keptAfter(db: Database): Promise<boolean> {
  while (await forgetCallbacks(db, KEPT_DAYS));
  return (await db.$count(statusCallbacks)) > 0;
}

const delivered = { status: "delivered" as const };
const sent = { status: "sent", meaning: "sent" as const };
const failed = { status: "failed", meaning: "failed" as const, code: "30003" };

test.each<[string, Row, Told, Parameters<typeof isKept>[2], boolean]>([
  ["old, and the row says it", delivered, {}, {}, false],
  ["not old enough", delivered, {}, { days: 89 }, true],
  ["a step before what the row says", delivered, sent, {}, false],
  ["more than the row says", { status: "sent" }, {}, {}, true],
  ["a step that the row has not come to", { status: "accepted" }, sent, {}, true],
  ["a failure with its code", { status: "failed", code: "30003" }, failed, {}, false],
  ["a failure of which the row has another code", { status: "failed", code: "30005" }, failed, {}, true],
  ["a failure of which the row has no code", { status: "failed" }, failed, {}, true],
  ["another end than the row's", delivered, failed, {}, true],
  ["another end than the row's, without a code", delivered, { ...failed, code: null }, {}, true],
  ["a message that the row does not know", delivered, { messageSid: "SM2" }, {}, true],
  ["a row that knows no message", { status: "unknown", messageSid: null }, sent, {}, true],
  [
    "an earlier attempt's, and its row says it",
    delivered,
    { ...failed, messageSid: "SM0", attempt: 1 },
    { earlier: { status: "failed", messageSid: "SM0", code: "30003" } },
    false,
  ],
  [
    "an earlier attempt's, of which its row says less",
    delivered,
    { ...failed, messageSid: "SM0", attempt: 1 },
    { earlier: { status: "unknown", messageSid: "SM0" } },
    true,
  ],
  ["the word of 0.1.0, and the row says it", delivered, { meaning: null }, {}, false],
  ["a step in the words of 0.1.0", delivered, { meaning: null, status: "queued" }, {}, false],
  ["an end in the words of 0.1.0 that the row has not", { status: "sent" }, { meaning: null }, {}, true],
])("%s: kept %#", async (_, row, told, more, kept) => {
  expect(await isKept(row, told, more)).toBe(kept);
});

test("as the engine itself writes both, all that is old goes, however much there is", async () => {
  const { db } = await openTestDatabase();
  await db.execute(sql`
    insert into deliveries (sending_id, position, address, status, attempt)
    select 1, n, '+1206555' || n, 'sending', 1 from generate_series(1000, 7000) n`);
  const callbacks = (status: "sent" | "delivered") =>
    Array.from({ length: 6001 }, (_, n) => ({
      delivery: { sendingId: 1, position: 1000 + n, attempt: 1 },
      sid: `SM${n}`,
      status,
      word: status,
      failure: null,
    }));
  await recordCallbacks(db, callbacks("sent"));
  await recordCallbacks(db, callbacks("delivered"));
  expect(await db.$count(statusCallbacks)).toBe(12_002);
  await db.update(statusCallbacks).set({ receivedAt: sql`now() - interval '91 days'` });
  expect(await keptAfter(db)).toBe(false);
  expect(await db.$count(deliveries, sql`status = 'delivered'`)).toBe(6001);
});

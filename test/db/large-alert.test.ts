// What takes longer for a large alert than a person in Slack waits.
import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { addBoardMember } from "../../src/board/allowlist.ts";
import { changesOf } from "../../src/board/change.ts";
import type { Database } from "../../src/db/open.ts";
import { auditEntries, deliveries, sendings } from "../../src/db/schema.ts";
import { claimDeliveries } from "../../src/deliveries/claim.ts";
import { finishSendings } from "../../src/deliveries/finish.ts";
import { stopAlert } from "../../src/deliveries/lifecycle.ts";
import { readAlert } from "../../src/outcomes/read-alert.ts";
import { insertAlert, setLast } from "../helpers/alerts.ts";
import { openTestDatabase } from "../helpers/database.ts";

const MANY = 20_011;

async function insertLargeAlert(db: Database): Promise<number> {
  const { alertId, sendingId } = await insertAlert(db, ["+12060000000"]);
  await db.execute(sql`
    insert into deliveries (sending_id, position, address)
    select ${sendingId}::int, n, '+1206' || lpad(n::text, 7, '0') from generate_series(2, ${MANY}::int) as n`);
  await setLast(db, sendingId, MANY);
  return alertId;
}
const claim = (db: Database) =>
  claimDeliveries(db, crypto.randomUUID(), { gateway: "twilio", limit: 10, segmentsPerSecond: 1000 });
const count = (db: Database, status: "canceled" | "expired" | "sending" | "pending") =>
  db.$count(deliveries, eq(deliveries.status, status));

test("Stop answers at once, counts what was not sent, and a job cancels it", async () => {
  const { db } = await openTestDatabase();
  const alertId = await insertLargeAlert(db);
  expect((await claim(db)).deliveries).toHaveLength(10);

  const user = { teamId: "T1", userId: "U1" };
  await addBoardMember(db, user, "operator", "command line");
  const change = changesOf(db, user, "operator", "stop");
  expect(await change((tx) => stopAlert(tx, alertId, user))).toBe(true);

  expect((await claim(db)).deliveries).toEqual([]);
  const [entry] = await db
    .select({ detail: auditEntries.detail })
    .from(auditEntries)
    .where(eq(auditEntries.action, "stopped"));
  expect(entry?.detail).toEqual({ notSent: MANY - 10 });
  expect(await finishSendings(db)).toBe(true);
  expect([await count(db, "canceled"), await count(db, "sending")]).toEqual([MANY - 10, 10]);
  expect(await finishSendings(db)).toBe(false);
});

test("what is pending at the deadline expires, and the alert is over", async () => {
  const { db } = await openTestDatabase();
  const alertId = await insertLargeAlert(db);
  await db.update(sendings).set({ deadlineAt: sql`now()` });

  await finishSendings(db);

  expect(await count(db, "expired")).toBe(MANY);
  expect(await readAlert(db, alertId)).toMatchObject({ status: "finished" });
});

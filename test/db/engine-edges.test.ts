// Rules of the engine that show only where two things meet.
import { eq, sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { recordTest, requestTest } from "../../src/alerts/tests.ts";
import { endFrozenSessions } from "../../src/db/frozen-sessions.ts";
import { type Database, openDatabase } from "../../src/db/open.ts";
import { alerts, deliveries, parts, sendings, zones } from "../../src/db/schema.ts";
import { listenForSignals, type Signal } from "../../src/db/signals.ts";
import { resolveOpen } from "../../src/deliveries/ask/resolve.ts";
import { claimDeliveries } from "../../src/deliveries/claim.ts";
import { freezeNext } from "../../src/deliveries/freeze.ts";
import { stopAlert } from "../../src/deliveries/lifecycle.ts";
import { recordReports } from "../../src/deliveries/reports.ts";
import { countResendable, resend } from "../../src/deliveries/resend.ts";
import { createLog } from "../../src/log.ts";
import { startWorld } from "../../src/practice/world.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { createTestDatabase, openTestDatabase } from "../helpers/database.ts";
import { openProxy } from "../helpers/database-proxy.ts";
import { eventually } from "../helpers/eventually.ts";
import { openGateway, twilioWords } from "../helpers/gateway.ts";
import { addMembers } from "../helpers/members.ts";

const user = { teamId: "T1", userId: "U1" };
const PHONE = "+12065550101";
const TEXT = "Boil your water.";

test("an emergency goes before what was confirmed earlier", async () => {
  const { db } = await openTestDatabase();
  await insertAlert(db, [PHONE], { kind: "service", text: "The meeting is on Tuesday." });
  const { sendingId } = await insertAlert(db, [PHONE], { kind: "emergency", text: TEXT });
  await db.update(sendings).set({ readyAt: sql`now() - interval '1 hour'` }).where(sql`id <> ${sendingId}`);
  const claim = () =>
    claimDeliveries(db, crypto.randomUUID(), { gateway: "twilio", limit: 1, segmentsPerSecond: 1000 });
  const claimed: string[] = [];
  await eventually(async () => {
    claimed.push(...(await claim()).deliveries.map(({ text }) => text));
    return claimed.length === 2;
  }, "both to be claimed");
  expect(claimed).toEqual([TEXT, "The meeting is on Tuesday."]);
});

/** A delivery of which nobody knows what became of it, and a provider that has one message to its phone. */
async function openUnknown() {
  const { db } = await openTestDatabase();
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);
  const world = await startWorld({ port: 0, twilio: { pacing: "manual", now } });
  onTestFinished(world.close);
  const gateway = openGateway(world);
  const { alertId, sendingId } = await insertAlert(db, [PHONE]);
  return {
    db,
    alertId,
    send: (body: string) => gateway.send({ to: PHONE, body, kind: "other" }),
    pass: (milliseconds: number) => {
      ahead += milliseconds;
    },
    async resolve() {
      await db.execute(
        sql`update deliveries set status = 'sending', attempt = 1, claimed_at = now(), ask_at = now()`,
      );
      await resolveOpen({ db, gateway, country: "US", log: createLog("silent") }, 20);
      const [delivery] = await db.select().from(deliveries).where(eq(deliveries.sendingId, sendingId));
      return { status: delivery?.status, sid: delivery?.messageSid };
    },
  };
}
const NOTHING_FOUND = { status: "sending", sid: null };

test("what the provider has for that phone is found by its text: no other is taken for it", async () => {
  const { send, resolve } = await openUnknown();
  await send("The meeting is on Tuesday.");
  expect(await resolve()).toEqual(NOTHING_FOUND);
  const { sid } = await send(TEXT);
  expect(await resolve()).toEqual({ status: "accepted", sid });
});

test("the same text of an earlier day is not taken for it", async () => {
  const { send, pass, resolve } = await openUnknown();
  await send(TEXT);
  pass(86_400_000);
  expect(await resolve()).toEqual(NOTHING_FOUND);
});

test("a test of the same text, to the same phone, is not taken for it", async () => {
  const { db, alertId, send, resolve } = await openUnknown();
  const asked = { alertId, user, phone: PHONE };
  const kept = await db.transaction((tx) => requestTest(tx, { ...asked, press: "1.2.3" }));
  if (!("testId" in kept)) throw new Error(kept.notSent);
  const { sid } = await send(TEXT);
  await recordTest(db, { ...asked, ...kept }, { messageSid: sid });
  expect(await resolve()).toEqual(NOTHING_FOUND);
});

test("what nobody has been told of is not sent again, whatever number was said", async () => {
  const { db } = await openTestDatabase();
  const { alertId } = await insertAlert(db, [PHONE, "+12065550102"]);
  await db.update(deliveries).set({ status: "unknown", attempt: 1 });
  await db.update(deliveries).set({ failureNamedAt: sql`now()` }).where(eq(deliveries.position, 1));
  expect(await countResendable(db, alertId, twilioWords)).toEqual({ unknown: 1, unreached: 0 });
  const asked = { alertId, what: "unknown" as const, user };
  const press = (said: number) => db.transaction((tx) => resend(tx, twilioWords, { ...asked, said }));
  expect(await press(2)).toEqual({ now: 1 });
  expect(await press(1)).toEqual({ resent: 1 });
  const statuses = await db
    .select({ status: deliveries.status })
    .from(deliveries)
    .orderBy(deliveries.position);
  expect(statuses).toEqual([{ status: "pending" }, { status: "unknown" }]);
});

test("of two prices the later one counts, and none takes one away", async () => {
  const { db } = await openTestDatabase();
  const { sendingId } = await insertAlert(db, [PHONE]);
  await db.update(deliveries).set({ status: "sending", attempt: 1, messageSid: "SM1" });
  const priceAfter = async (price: number | null) => {
    const report = { sendingId, position: 1, attempt: 1, messageSid: "SM1", status: "delivered" as const };
    await recordReports(db, [{ ...report, price }]);
    return (await db.select({ price: deliveries.price }).from(deliveries))[0]?.price;
  };
  expect(await priceAfter(0.0083)).toBe(0.0083);
  expect(await priceAfter(0.0128)).toBe(0.0128);
  expect(await priceAfter(null)).toBe(0.0128);
});

test("a freeze that comes later says how many phones it found", async () => {
  const { db } = await openTestDatabase();
  await db.insert(zones).values({ name: "North", key: "north" });
  await addMembers(db, [{ account: "1", name: "Ruth", phone: PHONE, zoneId: 1 }]);
  const { alertId } = await insertAlert(db, [], { phoneCount: 3, memberCount: 3 });
  await db.delete(parts);
  expect(await freezeNext(db, "twilio")).toBe(true);
  const [alert] = await db.select().from(alerts).where(eq(alerts.id, alertId));
  expect(alert).toMatchObject({ phoneCount: 1, optedOutSince: 2 });
});

test("Stop is told to all instances, which may have claimed what it stops", async () => {
  const connection = await openTestDatabase();
  const heard: Signal[] = [];
  const stopListening = await listenForSignals(
    connection,
    (what) => heard.push(what),
    () => {},
  );
  onTestFinished(stopListening);
  const { alertId, sendingId } = await insertAlert(connection.db, [PHONE]);
  await connection.db.transaction((tx) => stopAlert(tx, alertId, user));
  await eventually(async () => heard.length > 0, "the signal");
  expect(heard).toEqual([{ about: "sending", sendingId }]);
});

test("a connection that is left in a transaction is hung up on, and no statement waits for ever", async () => {
  const connection = openDatabase(await createTestDatabase());
  onTestFinished(connection.close);
  const limit = async (db: Database, name: string) => {
    const [row] = await db.execute<{ limit: string }>(sql`select current_setting(${name}) as limit`);
    return row?.limit;
  };
  expect(await limit(connection.db, "idle_in_transaction_session_timeout")).toBe("10s");
  expect(await limit(connection.db, "statement_timeout")).toBe("15s");
});

test("what an instance has locked that froze in the middle of a statement is let go", async () => {
  const url = await createTestDatabase();
  const [alive, proxy] = [openDatabase(url), await openProxy(url)];
  const frozen = openDatabase(proxy.url, { maxConnections: 1 });
  onTestFinished(alive.close);
  await alive.db.insert(zones).values({ name: "North", key: "north" });
  const isHeld = async () =>
    (await alive.db.select().from(zones).for("update", { skipLocked: true })).length === 0;
  const lost = frozen.client.begin(async (tx) => {
    await tx`update zones set name = 'South'`;
    // It is asked for what the statement needs, and never says.
    proxy.freeze("answers");
    await tx`select name from zones where id = ${1}`;
  });
  const ended = expect(lost).rejects.toThrow();
  await eventually(isHeld, "the row to be locked");
  await endFrozenSessions(alive.db, 60);
  expect(await isHeld()).toBe(true);
  await eventually(async () => {
    await endFrozenSessions(alive.db, 0);
    return !(await isHeld());
  }, "the row to be free");
  proxy.cut();
  await ended;
  await frozen.close();
});

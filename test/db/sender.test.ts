// The sender against a real database and the stand-in Twilio, with a clock of the test's own.
import { eq, inArray, isNotNull, sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { type Database, openDatabase } from "../../src/db/open.ts";
import { claims, deliveries, parts } from "../../src/db/schema.ts";
import { claimDeliveries } from "../../src/deliveries/claim.ts";
import { createSender, type Sender } from "../../src/deliveries/send.ts";
import type { OutgoingText } from "../../src/gateways/gateway.ts";
import { createLog } from "../../src/log.ts";
import { behaviours, refuses } from "../../src/practice/stand-ins/twilio/misbehaviour.ts";
import { startWorld } from "../../src/practice/world.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { createTestDatabase, openTestDatabase } from "../helpers/database.ts";
import { openProxy } from "../helpers/database-proxy.ts";
import { eventually } from "../helpers/eventually.ts";
import { openGateway } from "../helpers/gateway.ts";

const phones = ["+12065550101", "+12065550102", "+12065550103"];
const some = (count: number) =>
  Array.from({ length: count }, (_, n) => `+120655501${String(n + 1).padStart(2, "0")}`);

/** Many times what another claim would take. */
async function wakeOften(sender: Sender, db: Database): Promise<void> {
  for (let n = 0; n < 200; n++) {
    sender.wake();
    await db.execute(sql`select 1`);
  }
}

/** No set-back is written down before that. */
const holdTransactions = (db: Database, until: Promise<void>): Database =>
  Object.create(db, {
    transaction: {
      value: async (...work: Parameters<Database["transaction"]>) => {
        await until;
        return db.transaction(...work);
      },
    },
  });

test("what has not left well within its lease goes back, and is claimed anew", async () => {
  const { db } = await openTestDatabase();
  const world = await startWorld({ port: 0 });
  onTestFinished(world.close);
  const { twilio } = world;
  let now = 0;
  const clock = { ...systemClock, monotonic: () => now };
  const gateway = openGateway(world, { clock });
  await insertAlert(db, phones);

  const sender = createSender({
    db,
    gateway,
    log: createLog("silent"),
    segmentsPerSecond: () => 1000,
    country: "US",
    maxInFlight: 1,
    onProgress: () => {},
    clock,
  });
  const letGo = Promise.withResolvers<void>();
  twilio.misbehave({
    create: ({ n }) => (n === 1 ? { ...behaviours.ok, answerAfter: letGo.promise } : undefined),
  });
  sender.wake();
  // The second waits for the first, and the event loop stalls for 40 s.
  await eventually(async () => (await db.$count(claims)) === 2, "the second to be claimed");
  now = 40_000;
  letGo.resolve();
  const wakeful = setInterval(sender.wake, 20);
  await twilio.until(() => twilio.ledger.length === 3, "three texts");
  clearInterval(wakeful);
  await sender.stop();

  expect(twilio.requests.map(({ to }) => to).sort()).toEqual(phones);
  const attempts = await db.select({ attempt: deliveries.attempt }).from(deliveries);
  expect(Math.max(...attempts.map(({ attempt }) => attempt))).toBe(2);
});

test("what was claimed and never told goes back once the database is there again, and is sent", async () => {
  const url = await createTestDatabase();
  const { db, close } = openDatabase(url);
  const proxy = await openProxy(url);
  const far = openDatabase(proxy.url, { maxConnections: 1 });
  onTestFinished(async () => void (await Promise.all([close(), far.close()])));
  // The first time, the driver also asks how the statement is to be called.
  await claimDeliveries(far.db, crypto.randomUUID(), {
    gateway: "twilio",
    limit: 1,
    segmentsPerSecond: 1000,
  });
  const world = await startWorld({ port: 0 });
  onTestFinished(world.close);
  const { twilio } = world;
  const sender = createSender({
    db: far.db,
    gateway: openGateway(world),
    log: createLog("silent"),
    segmentsPerSecond: () => 1000,
    country: "US",
    maxInFlight: 5,
    onProgress: () => {},
  });
  await insertAlert(db, phones);

  proxy.freeze("answers");
  sender.wake();
  await eventually(async () => (await db.$count(claims)) === 1, "the claim to be made");
  proxy.cut();
  proxy.thaw();
  expect(twilio.requests).toEqual([]);
  const wakeful = setInterval(sender.wake, 20);
  await twilio.until(() => twilio.ledger.length === 3, "three texts");
  clearInterval(wakeful);
  await sender.stop();

  expect(twilio.requests.map(({ to }) => to).sort()).toEqual(phones);
  const known = await db.select({ status: deliveries.status, askAt: deliveries.askAt }).from(deliveries);
  expect(known).toEqual(phones.map(() => ({ status: "accepted", askAt: null })));
});

test("once the account is refused, nothing follows what was in flight, even before that is written down", async () => {
  const { db } = await openTestDatabase();
  const world = await startWorld({ port: 0 });
  onTestFinished(world.close);
  const { twilio } = world;
  const refuseFirst = Promise.withResolvers<void>();
  const letGo = Promise.withResolvers<void>();
  twilio.misbehave({
    create: ({ n }) => ({ ...refuses(20003), answerAfter: n === 1 ? refuseFirst.promise : letGo.promise }),
  });
  const slow = holdTransactions(db, letGo.promise);
  const gateway = openGateway(world);
  const refused = Promise.withResolvers<void>();
  const sender = createSender({
    db: slow,
    gateway: { ...gateway, send: (text) => gateway.send(text).finally(refused.resolve) },
    log: createLog("silent"),
    segmentsPerSecond: () => 1_000_000,
    country: "US",
    maxInFlight: 4,
    onProgress: () => {},
  });
  await insertAlert(db, some(6));
  sender.wake();
  await eventually(async () => (await db.$count(claims)) === 2, "the rest to be claimed");
  refuseFirst.resolve();
  await refused.promise;
  await insertAlert(db, some(20));
  await wakeOften(sender, db);
  expect(twilio.requests).toHaveLength(4);
  letGo.resolve();
  await eventually(async () => (await db.$count(parts, isNotNull(parts.haltReason))) > 0, "the halt");
  await sender.stop();
});

test("what a crash would leave claimed and never sent is no more than what may be in flight", async () => {
  const { db } = await openTestDatabase();
  const world = await startWorld({ port: 0 });
  onTestFinished(world.close);
  const { twilio } = world;
  const gateway = openGateway(world);
  const letGo = Promise.withResolvers<void>();
  twilio.misbehave({ create: () => ({ ...behaviours.ok, answerAfter: letGo.promise }) });
  // Two leave, and are not answered; the others are slow to leave.
  const isSlow = ({ delivery }: OutgoingText) => (delivery?.position ?? 0) > 2;
  const sender = createSender({
    db,
    gateway: {
      ...gateway,
      send: async (text) => {
        if (isSlow(text)) await letGo.promise;
        return gateway.send(text);
      },
    },
    log: createLog("silent"),
    segmentsPerSecond: () => 1_000_000,
    country: "US",
    maxInFlight: 4,
    onProgress: () => {},
  });
  await insertAlert(db, some(40));
  const isSending = eq(deliveries.status, "sending");
  await eventually(async () => {
    sender.wake();
    return (await db.$count(deliveries, isSending)) === 6;
  }, "four to be claimed beside those that left");
  await wakeOften(sender, db);
  expect(await db.$count(deliveries, isSending)).toBe(6);
  letGo.resolve();
  const isOpen = inArray(deliveries.status, ["pending", "sending"]);
  await eventually(async () => (await db.$count(deliveries, isOpen)) === 0, "all of them to go out");
  await sender.stop();
});

test("what a crash would leave to ask about is no more than twice that, however slowly answers are recorded", async () => {
  const { db } = await openTestDatabase();
  const world = await startWorld({ port: 0 });
  onTestFinished(world.close);
  const { twilio } = world;
  twilio.misbehave({ create: () => refuses(21211) });
  const letGo = Promise.withResolvers<void>();
  const sender = createSender({
    db: holdTransactions(db, letGo.promise),
    gateway: openGateway(world),
    log: createLog("silent"),
    segmentsPerSecond: () => 1_000_000,
    country: "US",
    maxInFlight: 4,
    onProgress: () => {},
  });
  await insertAlert(db, some(40));
  const countOf = (status: "sending" | "rejected") => db.$count(deliveries, eq(deliveries.status, status));
  await eventually(async () => {
    sender.wake();
    return (await countOf("sending")) === 8;
  }, "answers to wait for being recorded");
  await wakeOften(sender, db);
  expect(await countOf("sending")).toBe(8);
  letGo.resolve();
  // Nobody wakes it: that there is room is enough.
  await eventually(async () => (await countOf("rejected")) === 40, "all of them to be told");
  await sender.stop();
});

test("no more waits to leave than the pace carries in a moment, because all of it leaves together", async () => {
  const { db } = await openTestDatabase();
  const world = await startWorld({ port: 0 });
  onTestFinished(world.close);
  const gateway = openGateway(world);
  const connected = Promise.withResolvers<void>();
  const sender = createSender({
    db,
    gateway: { ...gateway, send: (text) => connected.promise.then(() => gateway.send(text)) },
    log: createLog("silent"),
    segmentsPerSecond: () => 400,
    country: "US",
    maxInFlight: 100,
    onProgress: () => {},
  });
  await insertAlert(db, some(60));
  const claimed = () => db.$count(deliveries, eq(deliveries.status, "sending"));
  sender.wake();
  await eventually(async () => (await claimed()) > 0, "the first to be claimed");
  await wakeOften(sender, db);
  expect(await claimed()).toBe(20);
  connected.resolve();
  await world.twilio.until(() => world.twilio.requests.length === 60, "all of them to go out");
  await sender.stop();
});

test("at a slow pace a text that can't leave does not hold up the others", async () => {
  const { db } = await openTestDatabase();
  const world = await startWorld({ port: 0 });
  onTestFinished(world.close);
  const { twilio } = world;
  const gateway = openGateway(world);
  const connected = Promise.withResolvers<void>();
  const sender = createSender({
    db,
    gateway: {
      ...gateway,
      send: async (text) => {
        if (text.delivery?.position === 1) await connected.promise;
        return gateway.send(text);
      },
    },
    log: createLog("silent"),
    segmentsPerSecond: () => 20,
    country: "US",
    maxInFlight: 50,
    onProgress: () => {},
  });
  await insertAlert(db, some(5));
  sender.wake();
  await twilio.until(() => twilio.ledger.length === 4, "the others to go out");
  connected.resolve();
  await twilio.until(() => twilio.ledger.length === 5, "the last to go out");
  await sender.stop();
});

// Numbers that can't get texts: when one is barred, and when it is tried again.
import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { listAllEntries } from "../../src/audit/audit.ts";
import type { Database } from "../../src/db/open.ts";
import { deliveries, numberFaults, unusablePhones } from "../../src/db/schema.ts";
import { recordHandOvers } from "../../src/deliveries/hand-over.ts";
import { recordCallbacks } from "../../src/deliveries/reports.ts";
import { freeNumbers, judgeNumbers } from "../../src/opt-outs/numbers.ts";
import { keepInboundText } from "../../src/replies/inbound.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { twilioWords } from "../helpers/gateway.ts";
import { newMessageSid } from "../helpers/twilio-posts.ts";

const PHONE = "+12065550101";

const judge = (db: Database) => judgeNumbers(db, twilioWords);
const barred = async (db: Database) => (await db.select().from(unusablePhones)).map(({ code }) => code);
const told = async (db: Database) =>
  (await listAllEntries(db)).map(({ actor, action, detail }) => ({ actor, action, ...detail }));

/** An alert to this phone, and what the provider says of it afterwards. */
async function sendAlert(db: Database) {
  const { sendingId } = await insertAlert(db, [PHONE]);
  const ofSending = eq(deliveries.sendingId, sendingId);
  await db.update(deliveries).set({ status: "sending", attempt: 1, gateway: "twilio" }).where(ofSending);
  const delivery = { sendingId, position: 1, attempt: 1 };
  const sid = newMessageSid();
  const fails = (code: string) => {
    const failure = { code, ...twilioWords.explain(code) };
    const late = { word: "undelivered", status: "undelivered", failure } as const;
    return recordCallbacks(db, [{ delivery, sid, ...late }]);
  };
  const arrives = () =>
    recordCallbacks(db, [{ delivery, sid, word: "delivered", status: "delivered", failure: null }]);
  const isRefused = (code: string) =>
    recordHandOvers(db, "US", [{ ...delivery, result: "rejected", code, uselessNumber: true }]);
  return { fails, arrives, isRefused };
}

test("what is certain bars the number at once, and is in the log once", async () => {
  const { db } = await openTestDatabase();
  await (await sendAlert(db)).isRefused("21211");
  await (await sendAlert(db)).fails("30005");
  await Promise.all([judge(db), judge(db)]);
  await judge(db);
  expect(await barred(db)).toEqual(["21211"]);
  expect(await told(db)).toEqual([
    { actor: "system", action: "number barred", phone: PHONE, gateway: "twilio", code: "21211" },
  ]);
});

test("what may be the carrier's trouble bars it when a second alert meets it too", async () => {
  const { db } = await openTestDatabase();
  const first = await sendAlert(db);
  await first.fails("30006");
  await judge(db);
  await first.fails("30006");
  await judge(db);
  expect(await barred(db)).toEqual([]);

  await (await sendAlert(db)).fails("30006");
  await judge(db);
  expect(await barred(db)).toEqual(["30006"]);
});

test("a text that arrived in between proves that the number is good", async () => {
  const { db } = await openTestDatabase();
  await (await sendAlert(db)).fails("30006");
  await (await sendAlert(db)).arrives();
  await (await sendAlert(db)).fails("30006");
  await judge(db);
  expect(await barred(db)).toEqual([]);
  await (await sendAlert(db)).fails("30006");
  await judge(db);
  expect(await barred(db)).toEqual(["30006"]);
});

test("two of one round are two alerts all the same", async () => {
  const { db } = await openTestDatabase();
  const [first, second] = [await sendAlert(db), await sendAlert(db)];
  await first.fails("30006");
  await second.fails("30006");
  await judge(db);
  expect(await barred(db)).toEqual(["30006"]);
});

test("who writes has a phone for texts: before it is judged, after, and before it is told", async () => {
  const { db } = await openTestDatabase();
  const writes = () => keepInboundText(db, { messageSid: newMessageSid(), phone: PHONE, body: "Thanks" });
  await (await sendAlert(db)).fails("30005");
  await writes();
  await judge(db);
  expect(await barred(db), "before it is judged").toEqual([]);

  await (await sendAlert(db)).fails("30005");
  await judge(db);
  expect(await barred(db)).toEqual(["30005"]);
  await writes();
  expect(await barred(db), "after").toEqual([]);

  const late = await sendAlert(db);
  await writes();
  await late.fails("30005");
  await judge(db);
  expect(await barred(db), "before it is told").toEqual([]);
  expect((await told(db)).map(({ action }) => action)).toEqual(["number barred", "number freed"]);
});

test("after six months it is tried again by itself, and what was said before is forgotten", async () => {
  const { db } = await openTestDatabase();
  await (await sendAlert(db)).fails("30005");
  await judge(db);
  await db.update(unusablePhones).set({ foundAt: sql`now() - interval '5 months 25 days'` });
  await judge(db);
  expect(await barred(db)).toEqual(["30005"]);

  await db.update(unusablePhones).set({ foundAt: sql`now() - interval '6 months 1 hour'` });
  await judge(db);
  expect(await barred(db)).toEqual([]);
  expect(await db.$count(numberFaults)).toBe(0);
  expect((await told(db)).at(-1)).toEqual({
    actor: "system",
    action: "number freed",
    phone: PHONE,
    why: "barred for 6 months",
    gateway: "twilio",
    code: "30005",
  });
});

test("a number that was freed starts anew: once is not enough again", async () => {
  const { db } = await openTestDatabase();
  await (await sendAlert(db)).fails("30006");
  await judge(db);
  await db.transaction((tx) => freeNumbers(tx, [PHONE], "by hand", "command line"));
  await (await sendAlert(db)).fails("30006");
  await judge(db);
  expect(await barred(db)).toEqual([]);
});

// Refusals of the co-op's own numbers are counted in the database: instances know nothing of each other's answers.
import { expect, test } from "vitest";
import type { Database } from "../../src/db/open.ts";
import { deliveries, zones } from "../../src/db/schema.ts";
import { type HandOver, recordHandOvers } from "../../src/deliveries/hand-over.ts";
import { readAlert } from "../../src/outcomes/read-alert.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { twilioWords } from "../helpers/gateway.ts";
import { addMembers } from "../helpers/members.ts";

const record = (db: Database, handOvers: HandOver[]) => recordHandOvers(db, "US", handOvers);

const phones = Array.from({ length: 8 }, (_, n) => `+1206555010${n}`);

/** An alert of which all is being sent, and what two instances may be answered. */
async function openSending() {
  const { db } = await openTestDatabase();
  const [zone] = await db.insert(zones).values({ name: "North", key: "north" }).returning();
  const rows = phones.map((phone) => ({ account: phone, name: phone, phone, zoneId: zone?.id ?? 0 }));
  await addMembers(db, rows);
  const { alertId, sendingId } = await insertAlert(db, phones);
  await db.update(deliveries).set({ status: "sending", attempt: 1, claimedAt: new Date() });
  await db.execute("update parts set claimed_up_to = last");
  const refused = (position: number, code = "21408"): HandOver => {
    const delivery = { sendingId, position, attempt: 1 };
    const address = phones[position - 1] ?? "";
    const refusal = { ...twilioWords.explain(code), delivery, address, code, title: "Twilio" };
    return { ...delivery, result: "rejected", code, uselessNumber: false, refusal };
  };
  const statuses = async () =>
    (await db.select({ status: deliveries.status }).from(deliveries).orderBy(deliveries.position)).map(
      ({ status }) => status,
    );
  return { db, alertId, sendingId, refused, statuses };
}

test("five that two instances are refused at the same moment halt the alert, and all of them wait", async () => {
  const { db, alertId, refused, statuses } = await openSending();
  await Promise.all([
    record(
      db,
      [1, 3, 5].map((n) => refused(n)),
    ),
    record(
      db,
      [2, 4].map((n) => refused(n)),
    ),
  ]);
  expect((await readAlert(db, alertId))?.status).toBe("halted");
  expect((await statuses()).slice(0, 5)).toEqual(Array(5).fill("pending"));
  // What was in flight when it halted is no more lost than these.
  await record(db, [refused(6)]);
  expect((await statuses())[5]).toBe("pending");
});

test("where one of the co-op's own numbers was taken before, each refusal is that number's alone", async () => {
  const { db, alertId, sendingId, refused, statuses } = await openSending();
  const taken = { sendingId, position: 8, attempt: 1, messageSid: `SM${"1".repeat(32)}` };
  await record(db, [{ ...taken, result: "accepted", status: "accepted" }]);
  await record(
    db,
    [1, 2, 3, 4, 5].map((n) => refused(n)),
  );
  expect((await readAlert(db, alertId))?.status).toBe("sending");
  expect((await statuses()).slice(0, 5)).toEqual(Array(5).fill("rejected"));
});

test("the same answer recorded twice counts once", async () => {
  const { db, alertId, refused } = await openSending();
  for (let n = 0; n < 5; n++) await record(db, [refused(1)]);
  expect((await readAlert(db, alertId))?.status).toBe("sending");
});

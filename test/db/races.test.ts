// What seldom happens by chance at the same moment, made to happen by a lock.
import { sql } from "drizzle-orm";
import type postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { addBoardMember } from "../../src/board/allowlist.ts";
import { changesOf } from "../../src/board/change.ts";
import type { Database } from "../../src/db/open.ts";
import { deliveries } from "../../src/db/schema.ts";
import { resolveOpen } from "../../src/deliveries/ask/resolve.ts";
import { claimDeliveries } from "../../src/deliveries/claim.ts";
import { finishSendings } from "../../src/deliveries/finish.ts";
import { recordHandOvers } from "../../src/deliveries/hand-over.ts";
import { resumeAlert, stopAlert } from "../../src/deliveries/lifecycle.ts";
import { actOnLateFailure, recordCallbacks } from "../../src/deliveries/reports.ts";
import { resend } from "../../src/deliveries/resend.ts";
import { createLog } from "../../src/log.ts";
import { optOut } from "../../src/opt-outs/opt-outs.ts";
import { readAlert } from "../../src/outcomes/read-alert.ts";
import { startWorld } from "../../src/practice/world.ts";
import {
  BOARD,
  forgetPosted,
  giveTurnBack,
  type Place,
  placeIn,
  readPlaces,
  saveShown,
  takeTurn,
} from "../../src/slack/alert/turns.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { eventually } from "../helpers/eventually.ts";
import { openGateway, twilioWords } from "../helpers/gateway.ts";
import { inBetween } from "../helpers/in-between.ts";

const user = { teamId: "T1", userId: "U1" };
const phone = "+12065550101";

/** Somebody of the board, who presses a button. */
async function presserOn(db: Database, what: string) {
  await addBoardMember(db, user, "operator", "command line");
  return changesOf(db, user, "operator", what);
}
const claimAll = (db: Database) =>
  db.execute(sql`update deliveries set status = 'sending', attempt = 1, claimed_at = now(), ask_at = now()`);
const statuses = async (db: Database) =>
  (await db.select({ status: deliveries.status }).from(deliveries).orderBy(deliveries.sendingId)).map(
    ({ status }) => status,
  );
const waiting = async (db: Database, count: number) => {
  const rows = await db.execute(sql`select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`);
  return rows.length >= count;
};

test.each([
  ["sending", undefined],
  ["sending", "Twilio did not accept the account."],
  ["halted", "Twilio did not accept the account."],
] as const)(
  "a set-back to an alert that is %s, while Stop is pressed, leaves nothing pending",
  async (status, halt) => {
    const { db, client } = await openTestDatabase();
    const { alertId, sendingId } = await insertAlert(db, [phone], { status });
    await claimAll(db);
    const change = await presserOn(db, "stop");

    // The set-back has begun and waits for the delivery, when Stop comes.
    const held = await client.reserve();
    await held`begin`;
    await held`select from deliveries for update`;
    const setback = recordHandOvers(db, [
      { sendingId, position: 1, attempt: 1, result: "not sent", againIn: 0, halt },
    ]);
    await eventually(() => waiting(db, 1), "the set-back to wait");
    const stop = change((tx) => stopAlert(tx, alertId, user));
    await eventually(() => waiting(db, 2), "Stop to wait");
    await held`commit`;
    held.release();
    await Promise.all([setback, stop]);

    expect(await statuses(db)).toEqual(["canceled"]);
  },
);

test("one message at the provider is found for one delivery, though two alerts say the same", async () => {
  const { db, client } = await openTestDatabase();
  const world = await startWorld({ port: 0, twilio: { pacing: "manual" } });
  onTestFinished(world.close);
  const gateway = openGateway(world);
  for (let alert = 0; alert < 6; alert++) await insertAlert(db, [phone]);
  await claimAll(db);
  await gateway.send({ to: phone, body: "Boil your water.", kind: "other" });

  // All connections stand ready, so that the six are really looked at side by side.
  const ready = await Promise.all(Array.from({ length: 10 }, () => client.reserve()));
  for (const connection of ready) connection.release();
  await resolveOpen(db, gateway, createLog("silent"), { limit: 20 });

  expect((await statuses(db)).filter((status) => status !== "sending")).toEqual(["accepted"]);
});

test("a message is found though Twilio's clock is hours behind the database's, or ahead of it", async () => {
  for (const hours of [-3, 3]) {
    const { db } = await openTestDatabase();
    const now = () => new Date(Date.now() + hours * 3_600_000);
    const world = await startWorld({ port: 0, twilio: { pacing: "manual", now } });
    onTestFinished(world.close);
    const gateway = openGateway(world);
    await insertAlert(db, [phone]);
    await claimAll(db);
    const { sid } = await gateway.send({ to: phone, body: "Boil your water.", kind: "other" });
    await resolveOpen(db, gateway, createLog("silent"), { limit: 20 });
    expect(await db.select({ sid: deliveries.messageSid }).from(deliveries)).toEqual([{ sid }]);
  }
});

test("the message of an earlier attempt is not found for a later one", async () => {
  const { db } = await openTestDatabase();
  const world = await startWorld({ port: 0, twilio: { pacing: "manual" } });
  onTestFinished(world.close);
  const gateway = openGateway(world);
  const { sendingId } = await insertAlert(db, [phone]);
  const { sid } = await gateway.send({ to: phone, body: "Boil your water.", kind: "other" });
  const first = { delivery: { sendingId, position: 1, attempt: 1 }, sid, word: "undelivered" };
  await db.update(deliveries).set({ status: "sending", attempt: 1 });
  await recordCallbacks(db, [{ ...first, status: "undelivered", failure: null }]);
  // A person has sent it again, and the answer to that was lost.
  await db.execute(sql`update deliveries set status = 'sending', attempt = 2, message_sid = null,
    claimed_at = now(), ask_at = now()`);

  await resolveOpen(db, gateway, createLog("silent"), { limit: 20 });
  expect(await statuses(db)).toEqual(["sending"]);

  const second = await gateway.send({ to: phone, body: "Boil your water.", kind: "other" });
  await db.execute(sql`update deliveries set ask_at = now()`);
  await resolveOpen(db, gateway, createLog("silent"), { limit: 20 });
  expect(await db.select({ sid: deliveries.messageSid }).from(deliveries)).toEqual([{ sid: second.sid }]);
});

test("a claim that waited while somebody pressed Resume is a probe, and its refusal halts again", async () => {
  const { db, client } = await openTestDatabase();
  const { alertId } = await insertAlert(db, [phone, "+12065550102"], { status: "halted" });
  const change = await presserOn(db, "resume");
  const held = await client.reserve();
  await held`begin`;
  await held`select from pace for update`;
  const claim = claimDeliveries(db, crypto.randomUUID(), {
    gateway: "twilio",
    limit: 2,
    segmentsPerSecond: 1000,
  });
  await eventually(() => waiting(db, 1), "the claim to wait");
  expect(await change((tx) => resumeAlert(tx, alertId, 1, user))).toBe(true);
  await held`commit`;
  held.release();

  const { deliveries: claimed } = await claim;
  expect(claimed).toMatchObject([{ position: 1, isProbe: true }]);
  await recordHandOvers(
    db,
    claimed.map((delivery) => ({ ...delivery, result: "not sent", againIn: 0, halt: "Suspended." })),
  );
  expect(await readAlert(db, alertId)).toMatchObject({ status: "halted", haltReason: "Suspended." });
});

test("Resume and a late halt wait for a Stop that has begun, and then change nothing", async () => {
  const { db, client } = await openTestDatabase();
  const resumable = await insertAlert(db, [phone], { status: "halted" });
  const change = await presserOn(db, "resume");
  const stops = (sendingId: number) => (held: postgres.ReservedSql) =>
    held`update sendings set status = 'stopped' where id = ${sendingId}`;
  const resumed = await inBetween(client, {
    deed: stops(resumable.sendingId),
    press: () => change((tx) => resumeAlert(tx, resumable.alertId, 1, user)),
  });
  expect(resumed).toBe(false);

  const { alertId, sendingId } = await insertAlert(db, [phone]);
  await claimAll(db);
  await inBetween(client, {
    deed: stops(sendingId),
    press: () =>
      actOnLateFailure(
        db,
        "Twilio",
        { sendingId, position: 1, attempt: 1 },
        { fault: "account", words: "suspended", code: "30002", mayPass: false },
      ),
  });
  expect(await readAlert(db, alertId)).toMatchObject({ status: "stopped", haltReason: null });
});

test("what is resent after an alert that halted and then finished goes out", async () => {
  const { db } = await openTestDatabase();
  const { alertId } = await insertAlert(db, [phone], { status: "halted" });
  await db.update(deliveries).set({ status: "unknown", attempt: 1, failureNamedAt: new Date() });
  await finishSendings(db);
  expect((await readAlert(db, alertId))?.status).toBe("finished");
  const change = await presserOn(db, "resend");
  const resent = change((tx) => resend(tx, twilioWords, { alertId, what: "unknown", said: 1, user }));
  expect(await resent).toEqual({ resent: 1 });
  expect(await readAlert(db, alertId)).toMatchObject({ status: "sending", haltReason: null });
  const claim = { gateway: "twilio", limit: 1, segmentsPerSecond: 1000 };
  expect((await claimDeliveries(db, crypto.randomUUID(), claim)).deliveries).toHaveLength(1);
});

test("late news of a first attempt that waits while somebody has it sent again is that attempt's", async () => {
  const { db, client } = await openTestDatabase();
  const { alertId, sendingId } = await insertAlert(db, [phone]);
  const messageSid = `SM${"1".repeat(32)}`;
  await db
    .update(deliveries)
    .set({ status: "undelivered", code: "30003", attempt: 1, messageSid, failureNamedAt: new Date() });
  const change = await presserOn(db, "resend");
  const held = await client.reserve();
  await held`begin`;
  await held`select from deliveries for update`;
  const resent = change((tx) => resend(tx, twilioWords, { alertId, what: "unreached", said: 1, user }));
  await eventually(() => waiting(db, 1), "the resend to wait");
  const news = recordCallbacks(db, [
    {
      delivery: { sendingId, position: 1, attempt: 1 },
      sid: messageSid,
      word: "sent",
      status: "sent",
      failure: null,
    },
  ]);
  await eventually(() => waiting(db, 2), "the news to wait");
  await held`commit`;
  held.release();
  expect(await resent).toEqual({ resent: 1 });
  await news;
  expect(await statuses(db)).toEqual(["pending"]);
});

test("a STOP that comes while a claim waits for its turn is honoured by it", async () => {
  const { db, client } = await openTestDatabase();
  await insertAlert(db, [phone]);

  // The claim has begun, and another has the pace just now.
  const held = await client.reserve();
  await held`begin`;
  await held`select from pace for update`;
  const claim = claimDeliveries(db, crypto.randomUUID(), {
    gateway: "twilio",
    limit: 1,
    segmentsPerSecond: 1000,
  });
  await eventually(() => waiting(db, 1), "the claim to wait");
  await db.transaction((tx) => optOut(tx, phone, "sms STOP", "member"));
  await held`commit`;
  held.release();

  expect((await claim).deliveries).toEqual([]);
  expect(await statuses(db)).toEqual(["skipped"]);
});

test("an alert is not over while somebody has something of it sent again", async () => {
  const { db, client } = await openTestDatabase();
  await insertAlert(db, [phone]);
  await db.update(deliveries).set({ status: "unknown" });

  // Resend has begun, and the alert seems to have nothing left.
  const held = await client.reserve();
  await held`begin`;
  await held`select from sendings for update`;
  await held`update deliveries set status = 'pending', again_at = now()`;
  const finish = finishSendings(db);
  await eventually(() => waiting(db, 1), "the end to wait");
  await held`commit`;
  held.release();
  await finish;

  expect(
    (await claimDeliveries(db, crypto.randomUUID(), { gateway: "twilio", limit: 1, segmentsPerSecond: 1000 }))
      .deliveries,
  ).toHaveLength(1);
});

test("who was held up while another posted the alert's message posts no second one", async () => {
  const { db, client } = await openTestDatabase();
  const { alertId } = await insertAlert(db, [phone]);
  const read = async () => placeIn(await readPlaces(db, alertId), alertId, BOARD);
  const takes = async (at: Place) => (await takeTurn(db, at, 3)) ?? "none";
  const letPass = () => client`update alert_messages set shown_at = shown_at - interval '1 hour'`;
  const post = (at: Place, turn: string, messageTs: string) =>
    saveShown(db, at, { turn, digest: messageTs, version: 1, posted: { channelId: "C1", messageTs } });

  const unposted = await read();
  await post(unposted, await takes(unposted), "1.1");
  await letPass();
  expect(await takes(unposted)).toBe("none");

  // Somebody deletes it, and two notice: the second hears of it while the first posts anew.
  const posted = await read();
  const late = await takes(posted);
  await forgetPosted(db, posted);
  await saveShown(db, posted, { turn: late, digest: "late", version: 1, posted: undefined });
  await letPass();
  const forgotten = await read();
  expect(forgotten.shownDigest).toBeNull();
  const turn = await takes(forgotten);
  await forgetPosted(db, posted);
  await giveTurnBack(db, posted, { turn: late, everySeconds: 3 });
  await client`update alert_messages set shown_at = shown_at - interval '5 seconds'`;
  expect(await takes(await read())).toBe("none");
  await post(forgotten, turn, "2.2");
  await forgetPosted(db, posted);
  expect((await read()).messageTs).toBe("2.2");
});

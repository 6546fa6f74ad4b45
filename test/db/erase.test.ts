// Somebody is erased: nothing in any table tells who they were, and everything that was sent is still counted.
import { and, eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { countAudience } from "../../src/alerts/audience.ts";
import { listMemberEntries } from "../../src/audit/audit.ts";
import { addBoardMember } from "../../src/board/allowlist.ts";
import { tellBoard } from "../../src/board/tell.ts";
import type { Database } from "../../src/db/open.ts";
import {
  addresses,
  alerts,
  boardMembers,
  boardMessages,
  deliveries,
  deliveryCounts,
  digestSalt,
  erasedOptOuts,
  fileRefusals,
  inboundTexts,
  leftOut,
  listAnswers,
  members,
  numberFaults,
  optOuts,
  tests,
  unusablePhones,
  zones,
} from "../../src/db/schema.ts";
import { countResendable } from "../../src/deliveries/resend.ts";
import { importMembers } from "../../src/members/import.ts";
import { readCard } from "../../src/members/people/card.ts";
import { changeMember } from "../../src/members/people/change.ts";
import { findMembers } from "../../src/members/people/find.ts";
import { addNumber, changeNumber, optOutByHand } from "../../src/members/people/numbers.ts";
import { isOptedOut, optIn, optOut } from "../../src/opt-outs/opt-outs.ts";
import { listDeliveries } from "../../src/outcomes/delivery-lines.ts";
import { eraseMember } from "../../src/upkeep/erase.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { twilioWords } from "../helpers/gateway.ts";
import { addMembers } from "../helpers/members.ts";

const priya = { teamId: "T1", userId: "UPRIYA" };
const by = { actor: priya, country: "US" } as const;
const [OLD, OWN, SHARED, OTHER] = ["+12065550171", "+12065550172", "+12065550173", "+12065550174"];

/** Every row of every table, as text. */
async function dump(db: Database): Promise<string> {
  const tables = await db.execute<{ name: string }>(sql`
    select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by 1`);
  const all: string[] = [];
  for (const { name } of tables) {
    const rows = await db.execute<{ row: string }>(sql.raw(`select t::text as row from ${name} t`));
    all.push(...rows.map(({ row }) => `${name}: ${row}`));
  }
  return all.join("\n");
}

/** What may not be found: the number as anybody writes it, too. */
const TRACES = [/Zelda/i, /Quux/i, /7731/, /Esperanto/i, /lighthouse/i, /please/i, /0171/, /0172/];

const seen = async (db: Database, memberId: number) => ({
  memberId,
  version: (await readCard(db, memberId))?.version ?? 0,
});

async function bring(db: Database, rows: string[], bringBack: string[] = []) {
  const done = await importMembers(db, Buffer.from(["Account,Name,Phone,Zone,Texts", ...rows].join("\n")), {
    actor: "command line",
    freezeNext: async () => false,
    country: "US",
    timeZone: "America/Denver",
    bringBack,
  });
  if (done.outcome !== "imported") throw new Error(JSON.stringify(done));
  return done.report;
}

const ZELDA = "AC-7731,Zelda Quux,206-555-0171,Lane,Yes";
const LEO = "AC-2,Leo Ruiz,206-555-0173,Lane,Yes";

/** Somebody of whom everything is kept that ever is, in every table that there is. */
async function open() {
  const { db } = await openTestDatabase();
  await bring(db, [ZELDA, LEO]);
  const zelda = (await findMembers(db, { text: "zelda", limit: 1 })).people[0]?.id ?? 0;
  const change = async <T>(
    work: (
      tx: Parameters<Parameters<Database["transaction"]>[0]>[0],
      now: { memberId: number; version: number },
    ) => Promise<T>,
  ) => {
    const now = await seen(db, zelda);
    return db.transaction((tx) => work(tx, now));
  };
  await change((tx, now) =>
    changeMember(tx, now, { language: "Esperanto", about: "lighthouse keeper" }, priya),
  );
  const first = await alert(db, [OLD, SHARED]);
  await change((tx, now) =>
    changeNumber(tx, now, { from: OLD, phone: OWN, consent: { how: "letter", words: "Yes, please" } }, by),
  );
  await change((tx, now) => addNumber(tx, now, { phone: SHARED }, by));
  const said = { how: "at the lighthouse", words: "Please, no more" };
  await change((tx) => optOutByHand(tx, { memberId: zelda, phones: [OWN], ...said }, priya));
  await db.transaction((tx) => optOut(tx, OLD, "sms STOP", "member"));
  await db.insert(unusablePhones).values({ phone: OWN, gateway: "twilio", code: "30006" });
  await db
    .insert(numberFaults)
    .values({ phone: OWN, sendingId: first.sendingId, gateway: "twilio", code: "30006" });
  await db.insert(fileRefusals).values({ account: "AC-7731", phone: OWN });
  await db
    .insert(listAnswers)
    .values({ key: "k", column: "Notes", value: "Zelda Quux: none", meaning: "no texts" });
  const version = sql`(select version from member_list)`;
  const texts = [
    {
      messageSid: "SM1",
      phone: OWN,
      body: "I live in the lighthouse",
      listVersion: version,
      shownAs: "words" as const,
    },
    {
      messageSid: "SM2",
      phone: OLD,
      body: "STOP please",
      shownAt: new Date(),
      channelId: "C1",
      messageTs: "1.1",
    },
    { messageSid: "SM3", phone: SHARED, body: "Leo or not", listVersion: version },
  ];
  await db.insert(inboundTexts).values(texts);
  const [text] = await db.select().from(inboundTexts).where(eq(inboundTexts.messageSid, "SM1"));
  await db.transaction((tx) => tellBoard(tx, { key: `member's text ${text?.id}`, text: "Zelda wrote" }));
  await db.transaction((tx) => tellBoard(tx, { key: "another", text: "About (206) 555-0172" }));
  await db.transaction((tx) => tellBoard(tx, { key: "halted", text: "Halted.", alarm: "Halted: 14 wait." }));
  await db.insert(tests).values({ ...priya, alertId: first.alertId, press: "p", phone: OLD });
  await db.insert(leftOut).values({ sendingId: first.sendingId, memberId: zelda, reason: "opted out" });
  await bring(db, [ZELDA.replace("Zelda Quux", "Zelda Quux-Hall").replace("0171", "0172"), LEO]);
  const second = await alert(db, [OWN, SHARED]);
  const erase = () => change((tx, now) => eraseMember(tx, now, priya));
  return { db, zelda, first, second, erase };
}

async function alert(db: Database, phones: string[]) {
  const made = await insertAlert(db, phones);
  await db.execute(
    sql`update sendings set list_version = (select version from member_list) where id = ${made.sendingId}`,
  );
  return made;
}

test("nothing in any table tells who they were; what was sent, its outcomes and counts stay", async () => {
  const { db, zelda, first, second, erase } = await open();
  await db.update(deliveries).set({ status: "delivered" }).where(eq(deliveries.address, OLD));
  const before = await dump(db);
  for (const trace of TRACES) expect(before, `planted: ${trace}`).toMatch(trace);

  expect(await erase()).toEqual({
    outcome: "erased",
    canceled: 1,
    shared: 1,
    shown: [{ channelId: "C1", messageTs: "1.1" }],
  });

  const after = await dump(db);
  for (const trace of TRACES)
    expect(after.match(new RegExp(`.*${trace.source}.*`, "i"))?.[0]).toBeUndefined();
  // Rows, texts, times and outcomes are there.
  const counts = await db.select().from(deliveryCounts).where(sql`count <> 0`).orderBy(deliveryCounts.status);
  expect(counts.map(({ sendingId, status, count }) => [sendingId, status, count])).toEqual([
    [first.sendingId, "pending", 1],
    [second.sendingId, "pending", 1],
    [second.sendingId, "canceled", 1],
    [first.sendingId, "delivered", 1],
  ]);
  expect(await db.$count(alerts)).toBe(2);
  const [line] = await listDeliveries(db, first.alertId, { after: 0, limit: 1 });
  expect(line).toMatchObject({ phone: "", names: "", status: "delivered" });
  expect(await db.$count(leftOut, eq(leftOut.memberId, zelda))).toBe(1);
  // Whoever shares a number keeps it, and what came from it.
  expect(await db.$count(deliveries, eq(deliveries.address, SHARED))).toBe(2);
  expect(await db.$count(inboundTexts, eq(inboundTexts.body, "Leo or not"))).toBe(1);
  // An alarm that is still to be told is told.
  expect(await db.$count(boardMessages, and(eq(boardMessages.key, "halted"), sql`posted_at is null`))).toBe(
    1,
  );

  expect(await readCard(db, zelda)).toBeUndefined();
  expect((await findMembers(db, { limit: 9 })).people.map(({ name }) => name)).toEqual(["Leo Ruiz"]);
  expect(await erase()).toEqual({ outcome: "not found" });
  const { entries } = await listMemberEntries(db, { memberId: zelda, phones: [] }, { limit: 1 });
  expect(entries).toMatchObject([
    { action: "member erased", detail: { numbers: 3, deliveries: 2, canceled: 1, texts: 2 } },
  ]);
});

test("what waits is not sent to them, what failed is not sent again, and while one is handed over nothing is erased", async () => {
  const { db, second, first, erase } = await open();
  const mine = eq(deliveries.address, OWN);
  await db.update(deliveries).set({ status: "sending" }).where(mine);
  expect(await erase()).toMatchObject({
    outcome: "refused",
    why: expect.stringContaining("handed over just now"),
  });
  expect((await findMembers(db, { text: "zelda", limit: 1 })).people).toHaveLength(1);
  await db
    .update(deliveries)
    .set({ status: "unknown", failureNamedAt: new Date(), askAt: new Date() })
    .where(mine);
  await erase();
  expect(await db.$count(deliveries, sql`ask_at is not null`)).toBe(0);
  expect(await countResendable(db, second.alertId, twilioWords)).toMatchObject({ unknown: 0 });
  // The old number's delivery of the first alert had waited: nobody claims it.
  await db.execute(sql`update sendings set status = 'sending', deadline_at = now() + interval '1 hour'`);
  const claimed = await db.execute(sql`
    select claim_deliveries(gen_random_uuid(), 'twilio', 50, 1000, 1, interval '1 minute')`);
  expect(JSON.stringify(claimed)).not.toContain("0171");
  const [canceled] = await listDeliveries(db, first.alertId, { after: 0, limit: 1 });
  expect(canceled).toMatchObject({ status: "canceled", code: "erased" });
});

test("an erased number's opt-out counts wherever the number turns up, and STOP and START still work", async () => {
  const { db, erase } = await open();
  await erase();
  expect(await db.$count(optOuts)).toBe(0);
  expect(await db.select().from(erasedOptOuts).orderBy(erasedOptOuts.source)).toMatchObject([
    { source: "by hand: before they were erased" },
    { source: "sms STOP" },
  ]);
  const isOut = (phone: string) => isOptedOut(db, phone);
  expect([await isOut(OLD), await isOut(OWN), await isOut(OTHER)]).toEqual([true, true, false]);
  // Somebody new gets the number, by hand and by the list: it is out before any alert can reach it.
  const [zone] = await db.select().from(zones);
  await addMembers(db, [{ account: "AC-9", name: "Ike", phone: OWN, zoneId: zone?.id ?? 0 }]);
  expect(await countAudience(db, [zone?.id ?? 0])).toMatchObject({ reached: 1, optedOut: 1 });
  // The list brings back the account, and says so; then it is meant.
  const file = [ZELDA, LEO, "AC-9,Ike,206-555-0172,Lane,Yes"];
  const [row] = (await bring(db, file)).rows;
  expect(row).toMatchObject({ outcome: "left alone", notes: [expect.stringContaining("was erased")] });
  expect(await db.$count(members, eq(members.account, "AC-7731"))).toBe(0);
  await bring(db, file, ["AC-7731"]);
  expect(await db.select().from(optOuts).where(eq(optOuts.phone, OLD))).toMatchObject([
    { source: "sms STOP" },
  ]);
  expect(await countAudience(db, [zone?.id ?? 0])).toMatchObject({ reached: 1, optedOut: 2 });
  expect(await db.$count(erasedOptOuts)).toBe(0);
});

test("START from an erased number ends its opt-out, and STOP again is no news", async () => {
  const { db, erase } = await open();
  await erase();
  const [a, b] = await Promise.all(
    [OLD, OWN].map((phone) => db.transaction((tx) => optOut(tx, phone, "sms STOP", "member"))),
  );
  expect([a, b, await db.$count(optOuts)]).toEqual([false, false, 0]);
  // The provider blocks both from now on.
  expect((await db.select().from(erasedOptOuts)).map(({ source }) => source)).toEqual([
    "sms STOP",
    "sms STOP",
  ]);
  expect(await db.transaction((tx) => optIn(tx, OLD, "sms START", "member"))).toBe(true);
  expect([await isOptedOut(db, OLD), await db.$count(erasedOptOuts)]).toEqual([false, 1]);
});

test("what the board knows as its own number stays its own", async () => {
  const { db, erase } = await open();
  await addBoardMember(db, priya, "admin", "command line");
  await db.update(boardMembers).set({ phone: OWN });
  expect(await erase()).toMatchObject({ outcome: "erased", shared: 2 });
  expect(await isOptedOut(db, OWN)).toBe(true);
  expect(await db.$count(addresses)).toBe(1);
  expect(await db.$count(digestSalt)).toBe(1);
});

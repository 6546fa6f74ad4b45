// Members as people change them: found, looked at, added, changed, moved, gone and back; each with its entry.
import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { listMemberEntries } from "../../src/audit/audit.ts";
import type { Database, Tx } from "../../src/db/open.ts";
import {
  addresses,
  auditEntries,
  deliveries,
  inboundTexts,
  leftOut,
  memberEdits,
  members,
  unusablePhones,
  zones,
} from "../../src/db/schema.ts";
import { readCard } from "../../src/members/people/card.ts";
import { addMember, bringBack, changeMember, markLeft, moveMember } from "../../src/members/people/change.ts";
import { findMembers } from "../../src/members/people/find.ts";
import {
  addNumber,
  changeNumber,
  keepConsent,
  optOutByHand,
  removeNumber,
  undoOptOutByHand,
} from "../../src/members/people/numbers.ts";
import { optOut } from "../../src/opt-outs/opt-outs.ts";
import { listSentToMember } from "../../src/outcomes/of-member.ts";
import { listWrittenByMember } from "../../src/replies/of-member.ts";
import { eraseMember } from "../../src/upkeep/erase.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { addMembers } from "../helpers/members.ts";

const priya = { teamId: "T1", userId: "UPRIYA" };
const june = { teamId: "T1", userId: "UJUNE" };
const by = { actor: priya, country: "US" } as const;
const none = { account: null, about: null, language: null };
const [P1, P2] = ["+12065550101", "+12065550102"];

async function open() {
  const { db } = await openTestDatabase();
  const [north, south] = await db
    .insert(zones)
    .values([
      { name: "North", key: "north" },
      { name: "South Hill", key: "south hill" },
    ])
    .returning({ id: zones.id });
  const [here, there] = [north?.id ?? 0, south?.id ?? 0];
  const [ana = 0, leo = 0] = await addMembers(db, [
    { account: "1001", name: "Ana Ruiz", phone: P1, zoneId: here },
    { account: "1002", name: "Leo Ruiz", phone: P1, zoneId: there },
  ]);
  return { db, here, there, ana, leo };
}

const seen = async (db: Database, memberId: number) => ({
  memberId,
  version: (await readCard(db, memberId))?.version ?? 0,
});
/** With the member as they are now. */
const does = async <T>(
  db: Database,
  memberId: number,
  work: (tx: Tx, now: { memberId: number; version: number }) => Promise<T>,
) => {
  const now = await seen(db, memberId);
  return db.transaction((tx) => work(tx, now));
};

test("each change is one step of the card, with one entry that names nobody", async () => {
  const { db, here, there, ana } = await open();
  const steps: [work: Parameters<typeof does>[2], action: string][] = [
    [(tx, now) => changeMember(tx, now, { name: " Ana  Hall ", language: "es" }, priya), "member changed"],
    [(tx, now) => moveMember(tx, now, { zoneId: there }, priya), "member moved"],
    [(tx, now) => moveMember(tx, now, { inAllZones: true }, priya), "member moved"],
    [
      (tx, now) =>
        addNumber(tx, now, { phone: "(206) 555-0102", consent: { how: "letter", words: "Yes, please" } }, by),
      "number added",
    ],
    [(tx, now) => changeNumber(tx, now, { from: P1, phone: "206 555 0103" }, by), "number changed"],
    [
      (tx, now) => keepConsent(tx, now, { phone: P2, how: "phone call", words: "Still yes" }, priya),
      "consent kept",
    ],
    [(tx, now) => removeNumber(tx, now, P2, priya), "number removed"],
    [(tx, now) => markLeft(tx, now, priya), "member left"],
    [(tx, now) => bringBack(tx, now, priya), "member back"],
  ];
  for (const [n, [work]] of steps.entries()) {
    expect(await does(db, ana, work)).toEqual({ outcome: "changed", memberId: ana, version: n + 2 });
  }
  const entries = await db.select().from(auditEntries).orderBy(auditEntries.id);
  expect(entries.map(({ action }) => action)).toEqual(steps.map(([, action]) => action));
  expect(new Set(entries.map(({ memberId, actor }) => `${memberId} ${actor}`))).toEqual(
    new Set([`${ana} UPRIYA`]),
  );
  expect(JSON.stringify(entries)).not.toMatch(/Ana|Hall|555|North|Yes|Still/);

  const card = await readCard(db, ana);
  expect(card).toMatchObject({
    name: "Ana Hall",
    language: "es",
    zone: "All zones",
    zoneId: null,
    inAllZones: true,
    unreached: undefined,
  });
  expect(card?.numbers).toMatchObject([
    { phone: "+12065550103", isListed: true, consent: null, sharedWith: [] },
  ]);
  const history = await listMemberEntries(db, { memberId: ana, phones: [P1] }, { limit: 20 });
  expect(
    history.entries
      .map(({ detail: { before, after } }) => ({ before, after }))
      .toReversed()
      .slice(0, 4),
  ).toEqual([
    { before: { name: "Ana Ruiz", language: null }, after: { name: "Ana Hall", language: "es" } },
    { before: { zone: "North" }, after: { zone: "South Hill" } },
    { before: { zone: "South Hill" }, after: { zone: "All zones" } },
    { before: {}, after: { number: P2 } },
  ]);
  const [page, next] = [await listMemberEntries(db, { memberId: ana, phones: [] }, { limit: 4 }), 4];
  const rest = await listMemberEntries(db, { memberId: ana, phones: [] }, { before: page.next, limit: 20 });
  expect([page.entries.length, rest.entries.length, rest.next]).toEqual([
    next,
    steps.length - next,
    undefined,
  ]);
  expect(here).not.toBe(there);
});

test("two change the same member at once: the second is told by whom and when, and nothing is lost", async () => {
  const { db, ana } = await open();
  const both = await seen(db, ana);
  const [first, second] = await Promise.all(
    [priya, june].map((who, n) =>
      db.transaction((tx) =>
        changeMember(tx, both, n === 0 ? { name: "Ana Hall" } : { language: "es" }, who),
      ),
    ),
  );
  const outcomes = [first, second].map((each) => each?.outcome).sort();
  expect(outcomes).toEqual(["changed", "changed meanwhile"]);
  const [winner, told] = first?.outcome === "changed" ? [priya, second] : [june, first];
  expect(told).toMatchObject({ by: { ...winner, at: expect.any(Date) } });
  expect(await db.$count(memberEdits)).toBe(1);
  // Every other way to change them asks the same.
  const ways: ((tx: Tx) => Promise<{ outcome: string }>)[] = [
    (tx) => moveMember(tx, both, { inAllZones: true }, june),
    (tx) => addNumber(tx, both, { phone: P2 }, by),
    (tx) => removeNumber(tx, both, P1, june),
    (tx) => changeNumber(tx, both, { from: P1, phone: P2 }, by),
    (tx) => keepConsent(tx, both, { phone: P1, how: "letter", words: "Yes" }, june),
    (tx) => markLeft(tx, both, june),
    (tx) => bringBack(tx, both, june),
  ];
  for (const way of ways) expect((await db.transaction(way)).outcome).toBe("changed meanwhile");
});

test("people without an account are on the list by what they are; what can't be is refused in words", async () => {
  const { db, here, ana } = await open();
  const add = (input: Partial<Parameters<typeof addMember>[1]>) =>
    db.transaction((tx) =>
      addMember(tx, { name: "Hill School", ...none, place: { zoneId: here }, ...input }, by),
    );
  expect(await add({ about: "a school", number: { phone: "206-555-0155" } })).toMatchObject({
    outcome: "changed",
  });
  expect(await add({ name: "Fire", about: "fire department", place: { inAllZones: true } })).toMatchObject({
    outcome: "changed",
  });
  const refusals: [Partial<Parameters<typeof addMember>[1]>, RegExp][] = [
    [{}, /^Without an account it has to be said what they are/],
    [{ name: "  ", account: "1" }, /^There is no name/],
    [{ account: "1001" }, /^Account 1001 is Ana Ruiz's\./],
    [{ about: "x".repeat(61) }, /more than 60 characters/],
    [{ account: "7", place: { zoneId: 99 } }, /not there any more/],
    [{ account: "7", number: { phone: "555-0101" } }, /area code is missing/],
  ];
  for (const [input, why] of refusals) {
    expect(await add(input)).toMatchObject({
      outcome: "refused",
      field: expect.any(String),
      why: expect.stringMatching(why),
    });
  }
  expect(await db.$count(members)).toBe(4);
  expect(await does(db, ana, (tx, now) => addNumber(tx, now, { phone: P1 }, by))).toMatchObject({
    outcome: "refused",
  });
  expect(await does(db, 999, (tx, now) => markLeft(tx, now, priya))).toEqual({ outcome: "not found" });
  // Whoever left while their zone went has to be given another one.
  await does(db, ana, (tx, now) => markLeft(tx, now, priya));
  await db.update(members).set({ zoneId: null }).where(eq(members.id, ana));
  expect(await does(db, ana, (tx, now) => bringBack(tx, now, priya))).toMatchObject({ outcome: "refused" });
});

test("opted out by hand with their words, and put right; what the provider blocks only they can undo", async () => {
  const { db, ana } = await open();
  const said = { how: "phone call", words: "No more texts!" };
  const out = (phones: string[]) =>
    db.transaction((tx) => optOutByHand(tx, { memberId: ana, phones, ...said }, priya));
  const undo = (words = "It was Leo who called") =>
    db.transaction((tx) =>
      undoOptOutByHand(
        tx,
        { memberId: ana, phone: P1, how: "phone call", words },
        { actor: priya, ourNumber: "(206) 555-0000" },
      ),
    );
  await does(db, ana, (tx, now) => addNumber(tx, now, { phone: P2 }, by));
  expect(await out([P2])).toEqual({ outcome: "opted out", phones: [P2] });
  expect((await readCard(db, ana))?.unreached).toBeUndefined();
  expect(await out([P1, P2])).toEqual({ outcome: "opted out", phones: [P1] });
  expect(await out([P1])).toMatchObject({ outcome: "refused" });
  expect(await out(["+12065550177"])).toMatchObject({ outcome: "refused" });
  const card = await readCard(db, ana);
  expect(card).toMatchObject({
    unreached: "opted out",
    numbers: [{ barred: { why: "opted out", source: "by hand: phone call" } }, {}],
  });
  expect(card?.numbers[0]?.sharedWith.map(({ name }) => name)).toEqual(["Leo Ruiz"]);
  expect(await undo(" ")).toMatchObject({ outcome: "refused" });
  expect(await undo()).toEqual({ outcome: "undone" });
  await db.transaction((tx) => optOut(tx, P1, "sms STOP", "member"));
  expect(await undo()).toEqual({
    outcome: "at the provider",
    tell: "From this phone, please text START to (206) 555-0000.",
  });
  const { entries } = await listMemberEntries(db, { memberId: ana, phones: [P1, P2] }, { limit: 10 });
  expect(entries.map(({ action, detail }) => [action, detail.reason])).toEqual([
    ["opted out", undefined],
    ["opted in", "It was Leo who called"],
    ["opted out", "No more texts!"],
    ["opted out", "No more texts!"],
    ["number added", undefined],
  ]);
  await db.insert(unusablePhones).values({ phone: P1, gateway: "twilio", code: "30006" });
  expect((await readCard(db, ana))?.unreached).toBe("opted out");
});

test("found by any word, account, digits of a phone or zone; pages stay put while the list changes", async () => {
  const { db, here, there, ana, leo } = await open();
  await db.transaction((tx) =>
    addMember(tx, { name: "Hill School", ...none, about: "a school", place: { inAllZones: true } }, by),
  );
  await addMembers(db, [{ account: "2_0%", name: "Zoë O'Brien", phone: P2, zoneId: here }]);
  const names = async (input: Partial<Parameters<typeof findMembers>[1]>) =>
    (await findMembers(db, { limit: 50, ...input })).people.map(({ name }) => name);
  const found: [string, string[]][] = [
    ["ruiz", ["Ana Ruiz", "Leo Ruiz"]],
    ["RUIZ leo", ["Leo Ruiz"]],
    ["1002", ["Leo Ruiz"]],
    ["(206) 555-0101", ["Ana Ruiz", "Leo Ruiz"]],
    ["0102", ["Zoë O'Brien"]],
    ["school", ["Hill School"]],
    ["south", ["Leo Ruiz"]],
    ["zoë", ["Zoë O'Brien"]],
    ["2_0%", ["Zoë O'Brien"]],
    ["_0%", []],
    ["nobody", []],
  ];
  for (const [text, expected] of found) expect(await names({ text }), text).toEqual(expected);
  expect(await names({ zoneId: there })).toEqual(["Hill School", "Leo Ruiz"]);
  const first = await findMembers(db, { limit: 2 });
  expect(first.people).toMatchObject([
    { name: "Ana Ruiz", isReached: true, phones: [P1] },
    { about: "a school", isReached: false, zone: "All zones" },
  ]);
  // Somebody comes in before what was shown, and somebody who was shown goes.
  await addMembers(db, [{ account: "3", name: "Abe", phone: null, zoneId: here }]);
  await does(db, ana, (tx, now) => markLeft(tx, now, priya));
  expect(await names({ after: first.next })).toEqual(["Leo Ruiz", "Zoë O'Brien"]);
  expect(await names({ hasLeft: true })).toEqual(["Ana Ruiz"]);
  expect(await names({ hasLeft: false, text: "ruiz" })).toEqual(["Leo Ruiz"]);
  expect(leo).toBeGreaterThan(ana);
});

test("what was sent to a member and what they wrote, of the numbers that were theirs then", async () => {
  const { db, ana, leo } = await open();
  const alert = async (phones: string[]) => {
    const made = await insertAlert(db, phones);
    await db.execute(
      sql`update sendings set list_version = (select version from member_list) where id = ${made.sendingId}`,
    );
    return made;
  };
  const [a, b, c] = ["+12065550100", "+12065550109", "+12065550110"];
  const first = await alert([a, P1, b]);
  await db.update(deliveries).set({ status: "delivered" }).where(eq(deliveries.address, P1));
  await does(db, ana, (tx, now) => changeNumber(tx, now, { from: P1, phone: b }, by));
  await does(db, ana, (tx, now) => addNumber(tx, now, { phone: c }, by));
  const second = await alert([a, P1, b, c]);
  const third = await alert([a]);
  await db.insert(leftOut).values({ sendingId: third.sendingId, memberId: ana, reason: "opted out" });
  await alert([a]);
  // What was erased is passed by.
  await db.update(deliveries).set({ address: "" }).where(eq(deliveries.address, a));
  const told = async (memberId: number, page: Parameters<typeof listSentToMember>[2]) => {
    const { sent, next } = await listSentToMember(db, memberId, page);
    return {
      sent: sent.map(({ alertId, phone, status, reason }) => [alertId, phone ?? reason, status]),
      next,
    };
  };
  expect(await told(ana, { alerts: 2 })).toEqual({
    sent: [
      [third.alertId, "opted out", null],
      [second.alertId, b, "pending"],
      [second.alertId, c, "pending"],
    ],
    next: second.alertId,
  });
  expect(await told(ana, { before: second.alertId, alerts: 2 })).toEqual({
    sent: [[first.alertId, P1, "delivered"]],
    next: undefined,
  });
  expect((await told(leo, { alerts: 9 })).sent.map(([alertId]) => alertId)).toEqual([
    second.alertId,
    first.alertId,
  ]);

  const write = (messageSid: string, phone: string, version: number) =>
    db.insert(inboundTexts).values({ messageSid, phone, body: messageSid, listVersion: version });
  await write("before", P1, 0);
  await write("not theirs any more", P1, 1000);
  await write("now", c, 1000);
  const wrote = async (memberId: number) =>
    (await listWrittenByMember(db, memberId, { limit: 5 })).texts.map(({ body }) => body);
  expect(await wrote(ana)).toEqual(["now", "before"]);
  expect(await wrote(leo)).toEqual(["not theirs any more", "before"]);
  const page = await listWrittenByMember(db, ana, { limit: 1 });
  expect((await listWrittenByMember(db, ana, { before: page.next, limit: 1 })).texts).toMatchObject([
    { body: "before" },
  ]);
  expect(await db.$count(addresses)).toBe(3);
});

test("what came to a number that somebody of another zone shares is shown of both, also once that one is erased", async () => {
  const { db, here, there, ana, leo } = await open();
  await db.execute(sql`update member_list set version = 1`);
  const alert = async (zoneId: number, phones: string[]) => {
    const made = await insertAlert(db, phones, { status: "finished", zoneIds: [zoneId] });
    await db.execute(
      sql`update sendings set list_version = (select version from member_list) where id = ${made.sendingId}`,
    );
    return made.alertId;
  };
  const told = async (memberId: number) =>
    (await listSentToMember(db, memberId, { alerts: 9 })).sent.map(({ alertId }) => alertId);
  const theirs = await alert(there, [P1]);
  const hers = await alert(here, [P1]);
  await alert(there, [P2]);
  expect(await told(ana)).toEqual([hers, theirs]);
  expect(await told(leo)).toEqual([hers, theirs]);
  await does(db, leo, (tx, now) => changeNumber(tx, now, { from: P1, phone: P2 }, by));
  await does(db, leo, (tx, now) => eraseMember(tx, now, priya));
  expect(await told(ana)).toEqual([hers, theirs]);
  await does(db, ana, (tx, now) => moveMember(tx, now, { zoneId: there }, priya));
  await alert(here, [P2]);
  const last = await alert(there, [P1]);
  expect(await told(ana)).toEqual([last, hers, theirs]);
});

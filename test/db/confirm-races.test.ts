// Confirms that meet each other, and those that meet a change of the member list.
import { count, eq, sql } from "drizzle-orm";
import type postgres from "postgres";
import { expect, test } from "vitest";
import { confirmAlert } from "../../src/alerts/confirm.ts";
import { saveDraft } from "../../src/alerts/draft.ts";
import { addBoardMember } from "../../src/board/allowlist.ts";
import { changesOf } from "../../src/board/change.ts";
import type { Database, Db } from "../../src/db/open.ts";
import { alerts, barredAtConfirm, deliveries, members, unusablePhones } from "../../src/db/schema.ts";
import { freezeNext } from "../../src/deliveries/freeze.ts";
import { changeMembers } from "../../src/members/change-list.ts";
import { importMembers } from "../../src/members/import.ts";
import { optIn, optOut } from "../../src/opt-outs/opt-outs.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { eventually } from "../helpers/eventually.ts";
import { addMembers } from "../helpers/members.ts";
import { noon } from "../helpers/moment.ts";

const teamId = "T1";
const MANY = 20_001;
const phone = (n: number) => `+1206${String(n).padStart(7, "0")}`;

type Desk = Awaited<ReturnType<typeof openDesk>>;

/** A co-op of zones with this many members each. */
async function openDesk(zoneCount: number, perZone: number) {
  const { db, client } = await openTestDatabase();
  await client`insert into zones (name, key) select 'Zone ' || n, 'zone ' || n from generate_series(1, ${zoneCount}::int) n`;
  await client`
    with added as (
      insert into members (account, name, zone_id, has_number)
      select n, 'Member', 1 + (n - 1) / ${perZone}::int, true from generate_series(1, ${zoneCount * perZone}::int) n
      returning id, account
    )
    insert into addresses (member_id, address, is_listed)
    select id, '+1206' || lpad(account, 7, '0'), true from added`;
  const press = async (userId: string) => {
    await addBoardMember(db, { teamId, userId }, "operator", "command line");
    return changesOf(db, { teamId, userId }, "operator", "confirm");
  };
  return {
    db,
    client,
    /** Reviewed, and ready to be confirmed. */
    async reviewed({ by = "U1", zone = 1, text = "Boil your water." } = {}) {
      const change = await press(by);
      const author = { teamId, userId: by };
      const input = {
        author,
        kind: "other",
        zoneIds: [zone],
        allZones: false,
        text,
        viewId: crypto.randomUUID(),
      };
      const saved = await change((tx) => saveDraft(tx, input, noon()));
      if (!("alertId" in saved)) throw new Error(JSON.stringify(saved));
      const needs = { gateway: "twilio", ...noon() };
      return () => confirmAlert(change, { alertId: saved.alertId, version: 1 }, needs);
    },
    freezeNext: () => freezeNext(db, "twilio"),
    bring: (...rows: string[]) =>
      importMembers(db, Buffer.from(["Account,Name,Phone,Zone", ...rows].join("\n")), {
        actor: "command line",
        freezeNext: () => freezeNext(db, "twilio"),
        timeZone: "America/Denver",
        country: "US",
      }),
  };
}

const countDeliveries = (db: Database) => db.$count(deliveries);
const waiting = (client: postgres.Sql, many: number) =>
  eventually(async () => {
    const rows = await client`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    return rows.length >= many;
  }, `${many} to wait`);

/** Holds a lock until it is let go. */
async function hold(client: postgres.Sql, statement: string) {
  const held = await client.reserve();
  await held`begin`;
  await held.unsafe(statement);
  return async () => {
    await held`commit`;
    held.release();
  };
}

const addOne = (n: number) => (tx: Db) =>
  addMembers(tx, [{ account: `new ${n}`, name: "New", phone: phone(9_000_000 + n), zoneId: 1 }]);

test("two confirms of one moment, by two authors, of the same text: the later one sees the other", async () => {
  const { db, client, ...desk } = await openDesk(1, 3);
  const confirms = [
    await desk.reviewed({ by: "U1" }),
    await desk.reviewed({ by: "U2", text: "BOIL your water" }),
  ];
  const release = await hold(client, "select from turns where what = 'confirm' for update");
  const outcomes = confirms.map((confirm) => confirm());
  await waiting(client, 2);
  await release();
  const done = await Promise.all(outcomes);
  expect(done.map(({ outcome }) => outcome).sort()).toEqual(["changed", "confirmed"]);
  expect(done.flatMap(({ news }) => news)).toEqual([
    expect.stringContaining("The same text was sent to Zone 1"),
  ]);
  expect(await countDeliveries(db)).toBe(3);
});

test("five confirms of one moment to five zones are all accepted", async () => {
  const { db, client, ...desk } = await openDesk(5, 2);
  const confirms = [];
  for (let n = 1; n <= 5; n++) confirms.push(await desk.reviewed({ by: `U${n}`, zone: n }));
  const release = await hold(client, "select from turns where what = 'confirm' for update");
  const outcomes = confirms.map((confirm) => confirm());
  await waiting(client, 5);
  await release();
  const done = await Promise.all(outcomes);
  expect(done.map(({ outcome }) => outcome)).toEqual(Array(5).fill("confirmed"));
  expect(await countDeliveries(db)).toBe(10);
});

test("a member who comes between the last look and the freeze of the same confirm is not texted", async () => {
  const { db, client, ...desk } = await openDesk(1, 3);
  const confirm = await desk.reviewed();
  // The look is done when the sending is begun.
  const release = await hold(client, "lock table sendings in share mode");
  const confirmed = confirm();
  await waiting(client, 1);
  await addOne(1)(db);
  await release();
  expect(await confirmed).toMatchObject({ outcome: "confirmed", phones: 3 });
  expect(await countDeliveries(db)).toBe(3);
});

async function confirmedLarge(desk: Desk): Promise<void> {
  const confirm = await desk.reviewed();
  expect(await confirm()).toMatchObject({ outcome: "confirmed", phones: MANY });
  expect(await countDeliveries(desk.db)).toBe(0);
}

test("a large alert that is confirmed and not frozen goes to those it was confirmed for, whatever is imported", async () => {
  const desk = await openDesk(1, MANY);
  await confirmedLarge(desk);
  const moved = `1,Moved,${phone(1).slice(2)},Elsewhere`;
  await desk.bring(moved, "n1,New,(206) 555-0101,Zone 1", "n2,New,(206) 555-0102,Zone 1");
  const frozen = await desk.db
    .select({ address: deliveries.address })
    .from(deliveries)
    .orderBy(deliveries.position);
  expect(frozen).toHaveLength(MANY);
  expect(frozen[0]).toEqual({ address: phone(1) });
  expect(await desk.db.$count(members)).toBe(MANY + 2);
  expect(await desk.freezeNext()).toBe(false);
});

test("between the confirm and the freeze nobody is added, and only who opted out is left out", async () => {
  const desk = await openDesk(1, MANY + 2);
  const { db } = desk;
  const [started, freed] = [phone(MANY + 1), phone(MANY + 2)];
  await db.transaction((tx) => optOut(tx, started, "sms STOP", "member"));
  await db.insert(unusablePhones).values({ phone: freed, gateway: "twilio", code: "30006" });
  await confirmedLarge(desk);
  await db.transaction((tx) => optIn(tx, started, "sms START", "member"));
  await db.delete(unusablePhones).where(eq(unusablePhones.phone, freed));
  await db.insert(unusablePhones).values({ phone: phone(1), gateway: "twilio", code: "30006" });
  await db.transaction((tx) => optOut(tx, phone(2), "sms STOP", "member"));
  expect(await desk.freezeNext()).toBe(true);
  const expected = Array.from({ length: MANY }, (_, n) => phone(n + 1)).filter((each) => each !== phone(2));
  const frozen = await db
    .select({ address: deliveries.address })
    .from(deliveries)
    .orderBy(deliveries.position);
  expect(frozen.map(({ address }) => address)).toEqual(expected);
  const told = db.select({ phones: alerts.phoneCount, optedOut: alerts.optedOutSince }).from(alerts);
  expect(await told).toEqual([{ phones: MANY - 1, optedOut: 1 }]);
  expect(await db.select({ left: count() }).from(barredAtConfirm)).toEqual([{ left: 0 }]);
});

test("a large confirm while the list is being changed waits for nobody, and freezes what was shown", async () => {
  const desk = await openDesk(1, MANY);
  const confirm = await desk.reviewed();
  const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const changing = changeMembers(desk.db, desk.freezeNext, async (tx) => {
    await addOne(1)(tx);
    begun.resolve();
    await goOn.promise;
  });
  await begun.promise;
  expect(await confirm()).toMatchObject({ outcome: "confirmed", phones: MANY });
  expect(await countDeliveries(desk.db)).toBe(MANY);
  goOn.resolve();
  await changing;
  expect(await desk.db.$count(members)).toBe(MANY + 1);
});

test("a large confirm that has begun before the change is frozen before it", async () => {
  const desk = await openDesk(1, MANY);
  const confirm = await desk.reviewed();
  // It has looked at the list of members, and is not committed yet.
  const release = await hold(desk.client, "lock table barred_at_confirm in exclusive mode");
  const confirmed = confirm();
  await waiting(desk.client, 1);
  const changing = changeMembers(desk.db, desk.freezeNext, addOne(1));
  await waiting(desk.client, 2);
  await release();
  expect(await confirmed).toMatchObject({ outcome: "confirmed", phones: MANY });
  await changing;
  expect(await countDeliveries(desk.db)).toBe(MANY);
});

test("a large confirm that has looked before the change and gets there after it looks again", async () => {
  const desk = await openDesk(1, MANY);
  const confirm = await desk.reviewed();
  // It has begun, and waits for its turn among the confirms.
  const release = await hold(desk.client, "select from turns where what = 'confirm' for update");
  const confirmed = confirm();
  await waiting(desk.client, 1);
  await changeMembers(desk.db, desk.freezeNext, addOne(1));
  await release();
  const { outcome, news } = await confirmed;
  expect({ outcome, news }).toEqual({
    outcome: "changed",
    news: ["Who it reaches has changed. 20,002 phones instead of 20,001: one member is new."],
  });
  expect(await countDeliveries(desk.db)).toBe(0);
});

test("who changes the list waits for a freeze that is under way elsewhere", async () => {
  const desk = await openDesk(1, MANY);
  await confirmedLarge(desk);
  const release = await hold(desk.client, "lock table parts in share mode");
  const freezing = desk.freezeNext();
  await waiting(desk.client, 1);
  const changing = changeMembers(desk.db, desk.freezeNext, addOne(1));
  await waiting(desk.client, 2);
  expect(await desk.db.$count(members)).toBe(MANY);
  await release();
  await Promise.all([freezing, changing]);
  expect(await desk.db.select({ last: sql<number>`max(position)::int` }).from(deliveries)).toEqual([
    { last: MANY },
  ]);
  expect(await desk.db.$count(members)).toBe(MANY + 1);
});

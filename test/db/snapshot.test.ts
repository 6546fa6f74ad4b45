// What takes long to read: of one moment, some rows at a time, and nobody waits for it.
import { asc, eq, sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { type Database, openDatabase } from "../../src/db/open.ts";
import {
  alerts,
  auditEntries,
  deliveries,
  inboundTexts,
  leftOut,
  members,
  optOuts,
  sendings,
  zones,
} from "../../src/db/schema.ts";
import { ROWS_AT_ONCE, readSnapshot } from "../../src/db/snapshot.ts";
import { freezeAudience } from "../../src/deliveries/freeze.ts";
import { stopAlert } from "../../src/deliveries/lifecycle.ts";
import { importMembers } from "../../src/members/import.ts";
import { readAlert } from "../../src/outcomes/read-alert.ts";
import { keepInboundText } from "../../src/replies/inbound.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { connectTo, createTestDatabase } from "../helpers/database.ts";
import { eventually } from "../helpers/eventually.ts";

const COUNT = 2 * ROWS_AT_ONCE + 7;

async function openFilled() {
  const url = await createTestDatabase();
  const { db, client } = connectTo(url);
  await client`
    insert into audit_entries (actor_kind, actor, action, detail)
    select 'system', 'system', 'opened', jsonb_build_object('n', n) from generate_series(1, ${COUNT}::int) n`;
  return { url, db, client };
}

test("all rows come, in their order and as the query has them, at most some hundred at once", async () => {
  const { url, db } = await openFilled();
  const wanted = await db.select().from(auditEntries).orderBy(asc(auditEntries.id));
  const lots = await readSnapshot(url, (rows) =>
    Array.fromAsync(rows((from) => from.select().from(auditEntries).orderBy(asc(auditEntries.id)))),
  );
  expect(lots.map(({ length }) => length)).toEqual([ROWS_AT_ONCE, ROWS_AT_ONCE, 7]);
  expect(lots.flat()).toEqual(wanted);
});

test("a query with values in it, and one without rows", async () => {
  const { url } = await openFilled();
  const found = await readSnapshot(url, async (rows) => [
    await Array.fromAsync(
      rows((db) =>
        db.select({ id: auditEntries.id }).from(auditEntries).where(eq(auditEntries.action, "opened")),
      ),
    ),
    await Array.fromAsync(
      rows((db) => db.select().from(auditEntries).where(eq(auditEntries.action, "stopped"))),
    ),
  ]);
  expect(found.map((lots) => lots.flat().length)).toEqual([COUNT, 0]);
});

test("it is all of one moment, also what is read later, and two may be read in turns", async () => {
  const { url, client } = await openFilled();
  const counts = await readSnapshot(url, async (rows) => {
    const entries = () => rows((db) => db.select({ id: auditEntries.id }).from(auditEntries));
    const [one, other] = [entries(), entries()];
    const first = await one.next();
    await client`insert into audit_entries (actor_kind, actor, action) values ('system', 'system', 'opened')`;
    const again = await other.next();
    const rest = [await Array.fromAsync(one), await Array.fromAsync(other)].flat(2);
    return [...(first.value ?? []), ...(again.value ?? []), ...rest].length;
  });
  expect(counts).toBe(2 * COUNT);
});

test("it can change nothing", async () => {
  const { url } = await openFilled();
  const change = readSnapshot(url, async (rows) => {
    for await (const _ of rows((db) =>
      db.select({ now: sql`nextval('audit_entries_id_seq')` }).from(auditEntries),
    ));
  });
  await expect(change).rejects.toThrow();
});

test("nobody waits for one that stands still: neither a STOP, nor the Stop button, a freeze or an import", async () => {
  const { url, db } = await openFilled();
  const { alertId, sendingId } = await insertAlert(db, ["+12065550101", "+12065550102"]);
  const hurried = openDatabase(url, { maxConnections: 1, statementTimeoutMs: 5_000 });
  onTestFinished(hurried.close);
  await readSnapshot(url, async (rows) => {
    // A look at every table that an export reads.
    for (const table of [auditEntries, alerts, deliveries, inboundTexts, leftOut, members, zones, sendings])
      await rows((from) => from.select({ one: sql`1` }).from(table)).next();
    await keepInboundText(hurried.db, { messageSid: "SM1", phone: "+12065550101", body: "STOP" });
    await bringIn(hurried.db);
    const zoneIds = (await hurried.db.select({ id: zones.id }).from(zones)).map(({ id }) => id);
    const alike = { gateway: "twilio", text: "Hello.", segments: 1, zoneIds };
    await hurried.db.transaction(async (tx) => {
      await tx.delete(deliveries).where(eq(deliveries.sendingId, sendingId));
      await tx.execute(sql`delete from parts where sending_id = ${sendingId}`);
      await freezeAudience(tx, { sendingId, ...alike });
      await stopAlert(tx, alertId, "system");
    });
  });
  expect(await db.select({ phone: optOuts.phone }).from(optOuts)).toEqual([{ phone: "+12065550101" }]);
  expect((await readAlert(db, alertId))?.status).not.toBe("sending");
});

async function bringIn(db: Database): Promise<void> {
  const list = new TextEncoder().encode("Account,Name,Phone,Zone\n1,Ana Ruiz,+12065550102,North\n");
  const { outcome } = await importMembers(db, list, {
    actor: "command line",
    freezeNext: async () => false,
    country: "US",
    timeZone: "America/Denver",
  });
  expect(outcome).toBe("imported");
}

test("it ends at once when it is told to, in the middle of a statement too, and leaves nobody connected", async () => {
  const { url, client } = await openFilled();
  const ending = new AbortController();
  const read = readSnapshot(
    url,
    (rows) => Array.fromAsync(rows((db) => db.select({ slept: sql`pg_sleep(60)` }).from(auditEntries))),
    ending.signal,
  );
  const others = () => client`
    select from pg_stat_activity where datname = current_database() and query like 'fetch%' and state = 'active'`;
  await eventually(async () => (await others()).length === 1, "the statement to run");
  ending.abort();
  await expect(read).rejects.toThrow();
  await eventually(async () => (await others()).length === 0, "it to be gone");
});

test("one that waits for a slow disk is not cut off after ten seconds, as one that sends would be", async () => {
  const { url } = await openFilled();
  const allowed = sql<number>`extract(epoch from current_setting('idle_in_transaction_session_timeout')::interval)::int`;
  const [lot] = await readSnapshot(url, (rows) =>
    Array.fromAsync(rows((db) => db.select({ allowed }).from(auditEntries).limit(1))),
  );
  expect(lot).toEqual([{ allowed: 600 }]);
});

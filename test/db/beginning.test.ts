// Which database is new, and what begins anew.
import { expect, onTestFinished, test } from "vitest";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { type Database, openDatabase } from "../../src/db/open.ts";
import { inboundTexts, lastCheck } from "../../src/db/schema.ts";
import { createLog } from "../../src/log.ts";
import { importMembers } from "../../src/members/import.ts";
import { type BeginningOptions, createBeginning } from "../../src/upkeep/beginning.ts";
import { createTestDatabase } from "../helpers/database.ts";
import { createReleaseDatabase } from "../helpers/release.ts";

const TIME_ZONE = "America/Los_Angeles";
const NEW = /^This database is new, but your co-op has used Headgate before\. It remembers\./;

async function open(url?: string): Promise<Database> {
  const { db, close } = openDatabase(url ?? (await createTestDatabase()), { maxConnections: 1 });
  onTestFinished(close);
  return db;
}

const beginOn = (db: Database, more: Partial<BeginningOptions> = {}) =>
  createBeginning({
    db,
    witnesses: [{ name: "Slack", look: async () => "It remembers." }],
    anew: undefined,
    timeZone: TIME_ZONE,
    isOwnDatabase: true,
    log: createLog("silent"),
    ...more,
  });

test("it is new also where the member list is in already", async () => {
  const db = await open();
  const list = Buffer.from("Account,Name,Phone,Zone\n1,Ruth Abbott,(206) 555-0101,Hillside\n");
  await importMembers(db, list, {
    actor: "command line",
    country: "US",
    timeZone: TIME_ZONE,
    freezeNext: async () => false,
  });
  expect(await beginOn(db).judge()).toEqual(expect.stringMatching(NEW));
});

test.each<[string, (db: Database) => Promise<unknown>]>([
  ["Headgate has run on it", (db) => db.insert(lastCheck).values({})],
  [
    "a member has written",
    (db) =>
      db.insert(inboundTexts).values({ messageSid: "SM1", phone: "+12065550101", body: "Is the water off?" }),
  ],
])("it is not new where %s", async (_, use) => {
  const db = await open();
  await use(db);
  expect(await beginOn(db).judge()).toBeUndefined();
});

test("nor where it is that of the release before", async () => {
  const url = await createReleaseDatabase("0.1.0");
  await migrateDatabase({ url });
  expect(await beginOn(await open(url)).judge()).toBeUndefined();
});

test("what is decided once stays so", async () => {
  const db = await open();
  expect(await beginOn(db, { witnesses: [] }).judge()).toBeUndefined();
  expect(await beginOn(db).judge()).toBeUndefined();
});

test("while somebody can't be asked nothing is decided, and a look leaves no trace", async () => {
  const db = await open();
  let isAway = true;
  const look = async () => {
    if (isAway) throw new Error("away");
    return "It remembers.";
  };
  const beginning = beginOn(db, { witnesses: [{ name: "Slack", look }] });
  expect(await beginning.judge()).toBeUndefined();
  expect(await beginning.note()).toEqual({});
  isAway = false;
  expect(await beginning.look()).toEqual({ problems: [expect.stringMatching(NEW)] });
  expect(await beginOn(db).judge()).toEqual(expect.stringMatching(NEW));
});

test("one who remembers is enough, whoever can't be asked", async () => {
  const away = { name: "Twilio", look: () => Promise.reject(new Error("away")) };
  const remembers = { name: "Slack", look: async () => "It remembers." };
  expect(await beginOn(await open(), { witnesses: [away, remembers] }).judge()).toEqual(
    expect.stringMatching(NEW),
  );
});

test("the day of beginning anew is the co-op's, and good for that day alone", async () => {
  // It is the 3rd in Los Angeles, and the 4th in London.
  const now = () => new Date("2026-03-04T06:00:00Z");
  for (const anew of ["2026-03-02", "2026-03-04"]) {
    const told = await beginOn(await open(), { now, anew }).judge();
    expect(told).toEqual(expect.stringMatching(NEW));
    expect(told).toContain(
      `BEGIN_ANEW names another day, ${anew}. If you mean to begin anew, set BEGIN_ANEW=2026-03-03,`,
    );
  }
  expect(await beginOn(await open(), { now, anew: "2026-03-03" }).judge()).toBeUndefined();
});

test("what to put back is said of the database that is in use", async () => {
  const db = await open();
  expect(await beginOn(db).judge()).toContain("DATABASE_URL");
  const builtIn = await beginOn(db, { isOwnDatabase: false }).judge();
  expect(builtIn).toContain("put the backup of its folder data in place of this one");
  expect(builtIn).not.toContain("DATABASE_URL");
});

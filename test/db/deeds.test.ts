// What people do beside an alert's own life, judged as campaigns and simulation judge it: each deed has its entry.
import type { Sql } from "postgres";
import { expect, test } from "vitest";
import { discardDraft, saveDraft } from "../../src/alerts/draft.ts";
import { addBoardMember, removeBoardMember } from "../../src/board/allowlist.ts";
import type { Database } from "../../src/db/open.ts";
import { freezeNext } from "../../src/deliveries/freeze.ts";
import { importMembers } from "../../src/members/import.ts";
import { freeNumbers } from "../../src/opt-outs/numbers.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { noon } from "../helpers/moment.ts";
import { countDeeds, judgeDeeds } from "../protocol/deeds.ts";
import { factsOf } from "../protocol/facts.ts";
import { keepLog, readLog } from "../protocol/log.ts";

const user = { teamId: "T1", userId: "U1" };

async function bring(db: Database, ...rows: string[]) {
  const file = Buffer.from(["Account,Name,Phone,Zone", ...rows].join("\n"));
  const { outcome } = await importMembers(db, file, {
    actor: "command line",
    freezeNext: () => freezeNext(db, "twilio"),
    timeZone: "UTC",
    country: "US",
  });
  expect(outcome).toBe("imported");
}

function draft(db: Database, text: string, replaces?: number) {
  const input = { author: user, kind: "other", zoneIds: [1], allZones: false, text, viewId: "V1" };
  return db.transaction((tx) => saveDraft(tx, input, noon(), replaces));
}

/** Each does something once, and tells of nothing else. */
const done: [string, (db: Database) => Promise<unknown>][] = [
  ["an import", (db) => bring(db, "1,Ana Ruiz,(206) 555-0142,North")],
  ["an import that changes nobody", (db) => bring(db, "1,Ana Ruiz,(206) 555-0142,North")],
  ["an import that changes somebody", (db) => bring(db, "1,Ana Ruiz,(206) 555-0143,North")],
  [
    "a draft that is edited",
    async (db) => {
      expect(await draft(db, "Boil your water.")).toEqual({ alertId: 1 });
      expect(await draft(db, "Boil your water well.", 1)).toEqual({ alertId: 1 });
      // With the same words, to say it once more.
      expect(await draft(db, "Boil your water well.", 1)).toEqual({ alertId: 1 });
    },
  ],
  [
    "a draft that is discarded",
    async (db) => {
      expect(await db.transaction((tx) => discardDraft(tx, 1, user))).toBeUndefined();
    },
  ],
  ["a board member who is added", (db) => addBoardMember(db, user, "operator", "command line")],
  ["another role", (db) => addBoardMember(db, user, "admin", "command line", { isConfirmed: true })],
  ["an own phone", (db) => addBoardMember(db, user, "admin", "command line", { phone: "+12065550100" })],
  [
    "the same phone again",
    (db) => addBoardMember(db, user, "admin", "command line", { phone: "+12065550100" }),
  ],
  [
    "a board member who is removed",
    async (db) => {
      const other = { ...user, userId: "U2" };
      await addBoardMember(db, other, "admin", "command line", { isConfirmed: true });
      expect(await removeBoardMember(db, user, "command line")).toBe("removed");
    },
  ],
];

const readFacts = async (client: Sql) => factsOf(await readLog(client));

test("each deed of people has its entry, in its own transaction, and no entry is without one", async () => {
  const { db, client } = await openTestDatabase();
  await keepLog(client);
  for (const [what, deed] of done) {
    await deed(db);
    expect(judgeDeeds(await readFacts(client)), what).toEqual([]);
  }
  const kept = Map.groupBy(
    countDeeds(await readFacts(client)).filter((deed) => deed.done > 0),
    ({ action }) => action,
  );
  expect(Object.fromEntries([...kept].map(([action, all]) => [action, all.length]))).toEqual({
    "board member added": 5,
    "board member removed": 1,
    discarded: 1,
    edited: 2,
    imported: 2,
    "own phone kept": 1,
  });
});

test("a number that is freed is told, and one that nobody wrote down is found", async () => {
  const { db, client } = await openTestDatabase();
  await client`insert into unusable_phones (phone, gateway, code) values ('+12065550142', 'twilio', '30006')`;
  await keepLog(client);
  await db.transaction((tx) => freeNumbers(tx, ["+12065550142"], "test", "command line"));
  expect(judgeDeeds(await readFacts(client))).toEqual([]);
  await client`insert into unusable_phones (phone, gateway, code) values ('+12065550142', 'twilio', '30006')`;
  expect(judgeDeeds(await readFacts(client))).toEqual([
    '"number barred" of +12065550142 was done 1 times, and is written down 0 times',
  ]);
});

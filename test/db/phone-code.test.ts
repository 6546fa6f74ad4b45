// A phone is somebody's own once they have typed the code that was texted there.
import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { listAllEntries } from "../../src/audit/audit.ts";
import { addBoardMember, alarmPhoneOf, findBoardMember } from "../../src/board/allowlist.ts";
import {
  type CodeOutcome,
  type KeptCode,
  proveCode,
  requestCode,
  sendCode,
} from "../../src/codes/phone-code.ts";
import { phoneCodes } from "../../src/db/schema.ts";
import { createLog } from "../../src/log.ts";
import { optOut } from "../../src/opt-outs/opt-outs.ts";
import { people } from "../../src/practice/co-op/people.ts";
import { startWorld } from "../../src/practice/world.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { openGateway } from "../helpers/gateway.ts";
import { dumpTables } from "../helpers/tables.ts";

const ana = { teamId: "T1", userId: people.ana.id };
const walt = { teamId: "T1", userId: people.walt.id };
const PHONE = "+12065550191";
const OTHER = "+12065550192";
const CODE = "042917";

async function openDesk() {
  const { db, client } = await openTestDatabase();
  for (const admin of [ana, walt]) await addBoardMember(db, admin, "admin", "command line");
  const requests = (phone = PHONE, user = ana, code = CODE) =>
    db.transaction((tx) => requestCode(tx, { user, phone }, () => code));
  return {
    db,
    client,
    requests,
    proves: (typed: string, user = ana) => db.transaction((tx) => proveCode(tx, user, typed)),
    /** All codes so far were asked for this long before. */
    pass: (minutes: number) =>
      db
        .update(phoneCodes)
        .set({ askedAt: sql`${phoneCodes.askedAt} - make_interval(secs => ${60 * minutes})` }),
    alarmsGoTo: async (user = ana) => (await findBoardMember(db, user))?.alarmPhone,
  };
}

const kept = (outcome: CodeOutcome): KeptCode => {
  if ("notSent" in outcome) throw new Error(outcome.notSent);
  return outcome;
};

test("the code goes to that phone alone, and whoever types it has proven the phone; it stands nowhere", async () => {
  const { db, client, requests, proves, alarmsGoTo } = await openDesk();
  const world = await startWorld({ port: 0 });
  onTestFinished(world.close);
  const needs = { db, gateway: openGateway(world), log: createLog("silent") };
  const code = kept(await requests());
  expect(await sendCode(needs, code, "Mill Creek")).toBe("sent");
  expect(world.twilio.requests.map(({ to, body }) => [to, body])).toEqual([
    [PHONE, `Mill Creek: ${CODE} is your code for Headgate. It is good for 10 minutes.`],
  ]);
  expect(JSON.stringify(await dumpTables(client))).not.toContain(CODE);
  expect(await alarmsGoTo()).toBeNull();
  expect(await proves(" 042 917 ")).toEqual({ proven: PHONE });
  expect([await alarmsGoTo(), await alarmsGoTo(walt)]).toEqual([PHONE, null]);
  // Once only.
  expect(await proves(CODE)).toBe("over");
  const entries = (await listAllEntries(db)).slice(2);
  expect(entries.map(({ actor, action, detail }) => [actor, action, detail.phone])).toEqual([
    [ana.userId, "code requested", PHONE],
    [ana.userId, "code texted", PHONE],
    [ana.userId, "alarm phone proven", PHONE],
  ]);
  const [row] = await db.select().from(phoneCodes);
  expect(row?.messageSid).toBe(world.twilio.ledger[0]?.sid);
});

test("five wrong ones, and the right one is too late", async () => {
  const { requests, proves, alarmsGoTo } = await openDesk();
  await requests();
  for (const wrong of [4, 3, 2, 1]) expect(await proves("000000")).toEqual({ wrong });
  expect(await proves("")).toBe("over");
  expect(await proves(CODE)).toBe("over");
  expect(await alarmsGoTo()).toBeNull();
});

test("it is good for ten minutes, for whoever asked for it, and until there is another", async () => {
  const { requests, proves, pass } = await openDesk();
  expect(await proves(CODE)).toBe("over");
  await requests();
  expect(await proves(CODE, walt)).toBe("over");
  await pass(9.9);
  await requests(OTHER, ana, "111111");
  expect(await proves(CODE)).toEqual({ wrong: 4 });
  await pass(10.1);
  expect(await proves("111111")).toBe("over");
  await requests(OTHER, ana, "222222");
  await pass(9.9);
  expect(await proves("222222")).toEqual({ proven: OTHER });
});

test("pressed twice it is one text; five an hour are enough, for a person and for a phone", async () => {
  const { requests, pass } = await openDesk();
  kept(await requests());
  expect(await requests()).toEqual({ notSent: "again" });
  for (const _ of [1, 2, 3, 4]) {
    await pass(1);
    kept(await requests());
  }
  await pass(1);
  expect(await requests(OTHER)).toEqual({ notSent: "too many" });
  expect(await requests(PHONE, walt)).toEqual({ notSent: "too many" });
  kept(await requests(OTHER, walt));
  await pass(60);
  kept(await requests());
});

test("where the last code is good for nothing, a new one is texted at once", async () => {
  const { requests, proves } = await openDesk();
  await requests();
  await requests(OTHER, ana, "111111");
  kept(await requests());
  for (const _ of [1, 2, 3, 4, 5]) await proves("000000");
  kept(await requests());
  expect(await proves(CODE)).toEqual({ proven: PHONE });
  kept(await requests());
});

test("a phone that has opted out gets none, also where STOP comes in between", async () => {
  const { db, requests } = await openDesk();
  const code = kept(await requests());
  await db.transaction((tx) => optOut(tx, PHONE, "sms STOP", "member"));
  const gateway = {
    send: async () => {
      throw new Error("nothing may be sent");
    },
  };
  expect(await sendCode({ db, gateway, log: createLog("silent") }, code)).toEqual({
    failed: "opted out",
    words: "",
  });
  expect(await requests(PHONE, walt)).toEqual({ notSent: "opted out" });
});

test("alarms go to the phone that was proven; while there is none, to the one that is kept for tests", () => {
  expect(alarmPhoneOf({ phone: OTHER, alarmPhone: PHONE })).toBe(PHONE);
  expect(alarmPhoneOf({ phone: OTHER, alarmPhone: null })).toBe(OTHER);
  expect(alarmPhoneOf({ phone: null, alarmPhone: null })).toBeNull();
});

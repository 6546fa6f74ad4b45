// A database of 0.1.0, with data of every kind, after its upgrade: everything is found there, and people are
// told of it what that release told them (test/db/releases/0.1.0/).
import { readFileSync } from "node:fs";
import { eq, sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { countAudience, listReachableZones, readFingerprint } from "../../src/alerts/audience.ts";
import { requestTest } from "../../src/alerts/tests.ts";
import { listAllEntries } from "../../src/audit/audit.ts";
import { changesOf } from "../../src/board/change.ts";
import type { Settings } from "../../src/config.ts";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { type Database, openDatabase } from "../../src/db/open.ts";
import { auditEntries, type DeliveryStatus, deliveries, tests, unusablePhones } from "../../src/db/schema.ts";
import { freezeNext } from "../../src/deliveries/freeze.ts";
import { resumeAlert } from "../../src/deliveries/lifecycle.ts";
import { recordCallbacks } from "../../src/deliveries/reports.ts";
import { countResendable } from "../../src/deliveries/resend.ts";
import type { Failure } from "../../src/gateways/gateway.ts";
import { importMembers } from "../../src/members/import.ts";
import { judgeNumbers } from "../../src/opt-outs/numbers.ts";
import { countFailureCodes, listUnnamedFailures } from "../../src/outcomes/delivery-lines.ts";
import { type AlertWithCounts, readAlert } from "../../src/outcomes/read-alert.ts";
import { summarize, summarizeStopped } from "../../src/outcomes/summary.ts";
import { discardedMessage, progressMessage } from "../../src/slack/alert/message.ts";
import { makeFiles } from "../../src/slack/log/export.ts";
import { detailsPage, logPage } from "../../src/slack/log/log.ts";
import { twilioWords } from "../helpers/gateway.ts";
import { createReleaseDatabase, releases } from "../helpers/release.ts";

const read = (file: string) => readFileSync(new URL(`0.1.0/${file}`, releases));
const readJson = (file: string): unknown => JSON.parse(read(file).toString());
/** As it would be written into a file. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

async function openUpgraded(): Promise<Database> {
  const url = await createReleaseDatabase("0.1.0");
  await migrateDatabase({ url });
  const { db, close } = openDatabase(url, { maxConnections: 2 });
  onTestFinished(close);
  return db;
}

const settings: Settings = {
  organization: undefined,
  timeZone: "America/Los_Angeles",
  country: "US",
  pricePerSegment: 0.0083,
  carrierFeePerSegment: 0.0045,
  segmentsPerSecond: 3,
  isPractice: false,
};

/** What 0.1.0 called the outcomes, each by one of its statuses. */
const FORMER_WORDS: Record<string, DeliveryStatus> = {
  delivered: "delivered",
  "on the way": "sent",
  failed: "failed",
  unknown: "unknown",
  "opted out meanwhile": "skipped",
  "too late to send": "expired",
  "not sent": "canceled",
  waiting: "pending",
};

/** The same numbers; the outcomes are called otherwise since, and a stopped alert says it in its own words. */
const inTodaysWords = (told: unknown): unknown =>
  JSON.parse(
    JSON.stringify(told)
      .replace(/ Already handed over: \d+\.(?=\\n\*Sent)/g, "")
      .replace(
        /(Stopped\. |Stopped by <@\w+>\.\\n\*)?Sent \d+ of \d+: ([^.]+)\./g,
        (_, stopped: string | undefined, details: string) => {
          const counts = [...details.matchAll(/(\d+) ([a-z ]+)/g)].map(([, count, words = ""]) => [
            FORMER_WORDS[words] ?? words,
            Number(count),
          ]);
          const by = stopped?.startsWith("Stopped by") ? stopped : "";
          return by + (stopped ? summarizeStopped : summarize)(Object.fromEntries(counts));
        },
      )
      .replaceAll("follow when it was taken", "follow when it is on the way"),
  );

/** What is told of the cost, and of one that is not frozen yet, is tested by itself. */
const withoutCosts = (told: unknown): unknown =>
  JSON.parse(
    JSON.stringify(told)
      .replace(/ (\$[\d.]+ billed so far|about \$[\d.]+ \(estimate\)|Cost: [^"\\]*\.)(?=\\n|")/g, "")
      .replace(/Sent 0 of 0\.|Preparing \d+ texts?\./g, "not frozen"),
  );

const ToldMessage = z.object({
  text: z.string(),
  blocks: z.array(z.looseObject({ type: z.string(), elements: z.array(z.looseObject({})).optional() })),
});

/** Without what 0.1.0 did not have, or asked otherwise: each has tests of its own. */
function withoutNews(message: unknown) {
  const { text, blocks } = ToldMessage.parse(asJson(message));
  const isKnown = ({ type, elements }: (typeof blocks)[number]) =>
    type !== "context" && !(type === "actions" && elements?.length === 0);
  const shown = blocks.map(({ elements, ...block }) => ({
    ...(block.type === "header" ? { type: "header" } : block),
    ...(elements && {
      elements: elements
        .filter(({ action_id: id }) => id !== "unreached")
        .map(({ confirm: _, ...element }) => element),
    }),
  }));
  return { text, blocks: shown.filter(isKnown) };
}

const Line = z.looseObject({ errorCode: z.number().nullable() }).transform(({ errorCode, ...line }) => ({
  ...line,
  code: errorCode === null ? null : String(errorCode),
}));
const Told = z.object({
  status: z.string(),
  message: z.unknown().optional(),
  alert: z.looseObject({ text: z.string(), version: z.number() }).optional(),
  unnamedFailures: z.object({ positions: z.array(z.number()), lines: z.array(Line) }),
  resendable: z.object({ unknown: z.number(), unreached: z.number() }),
  failureCodes: z.array(
    z
      .object({ code: z.number(), count: z.number() })
      .transform((each) => ({ ...each, code: String(each.code) })),
  ),
});

test("every alert says what it said, and offers what it offered", async () => {
  const db = await openUpgraded();
  const told = z.record(z.string(), Told).parse(readJson("messages.json"));
  expect(Object.keys(told)).toHaveLength(14);
  for (const [id, before] of Object.entries(told)) {
    const alertId = Number(id);
    const alert = await readAlert(db, alertId);
    expect(alert?.status, `alert ${id}`).toBe(before.status);
    if (alert && before.message !== undefined) {
      const expected = withoutNews(inTodaysWords(before.message));
      expect(withoutNews(render(alert)), `alert ${id}`).toEqual(expected);
    }
    if (before.alert) {
      const { channelId, messageTs, text, version } = before.alert;
      expect(alert, `alert ${id}`).toMatchObject({ channelId, messageTs, text, version });
    }
    const unnamed = await listUnnamedFailures(db, alertId, before.unnamedFailures.lines.length);
    expect(asJson(unnamed)).toMatchObject(before.unnamedFailures);
    const { positions } = unnamed;
    expect(await countResendable(db, alertId, twilioWords, positions)).toEqual(before.resendable);
    const codes = await countFailureCodes(db, alertId);
    expect(codes.toSorted((a, b) => Number(a.code) - Number(b.code))).toEqual(before.failureCodes);
  }
});

const render = (alert: AlertWithCounts) =>
  alert.status === "discarded" ? discardedMessage(alert) : progressMessage(alert, settings);

const Audiences = z.looseObject({ reachableByZone: z.record(z.string(), z.number()) });

test("the same members are reached", async () => {
  const db = await openUpgraded();
  const zones = await listReachableZones(db);
  const about = async (zoneIds: number[]) => ({
    audience: await countAudience(db, zoneIds),
    fingerprint: await readFingerprint(db, zoneIds),
  });
  const each = [];
  for (const { id, name } of zones) each.push([String(id), { name, ...(await about([id])) }] as const);
  // 0.1.0 kept no sum for a zone in which nobody has ever been.
  const audiences = Audiences.parse(readJson("audiences.json"));
  for (const { id } of zones) audiences.reachableByZone[String(id)] ??= 0;
  const reachable = zones.map(({ id, reachable }) => [String(id), reachable] as const);
  expect({
    zones: Object.fromEntries(each),
    all: await about(zones.map(({ id }) => id)),
    nobody: await about([]),
    reachableByZone: Object.fromEntries(reachable),
  }).toEqual(audiences);
});

const Pages = z.object({ log: z.array(z.unknown()), details: z.record(z.string(), z.array(z.unknown())) });

test("/alert-log shows the same, page by page", async () => {
  const db = await openUpgraded();
  const { log, details } = Pages.parse(inTodaysWords(readJson("alert-log.json")));
  const context = { look: db, settings, gateway: twilioWords };
  // Six alerts stand on a page; the last that was confirmed is the 14th.
  expect(withoutCosts(await logPage(context))).toEqual(withoutCosts(log[0]));
  const Older = /"log-older".*?"value":"(\d+)"/;
  const before = Number(Older.exec(JSON.stringify(log[0]))?.[1]);
  expect(withoutCosts(await logPage(context, before))).toEqual(withoutCosts(log[1]));
  for (const [id, pages] of Object.entries(details)) {
    for (const [index, page] of pages.entries()) {
      const today = await detailsPage(context, Number(id), 40 * index);
      expect(withoutCosts(today), `alert ${id}`).toEqual(withoutCosts(page));
    }
  }
});

test.each(["alert-log.csv", "audit-log.csv", "member-texts.csv"])(
  "the export has the same %s",
  async (file) => {
    const files = await makeFiles({ look: await openUpgraded(), gateway: twilioWords });
    expect(files[file]?.toString()).toBe(read(file).toString());
  },
);

test("no entry of the audit log was written anew, and each says what kind of actor it had", async () => {
  const db = await openUpgraded();
  const rows = await db.select({ kind: auditEntries.actorKind }).from(auditEntries);
  expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set([null]));
  const kinds = new Map((await listAllEntries(db)).map(({ actor, actorKind }) => [actor, actorKind]));
  for (const kind of ["system", "member", "command line"] as const) expect(kinds.get(kind)).toBe(kind);
  const others = [...kinds].filter(([actor]) => /^U0/.test(actor));
  expect(others.length).toBeGreaterThan(2);
  expect(new Set(others.map(([, kind]) => kind))).toEqual(new Set(["board"]));
});

test("what the rules asked of the audit log is known: a test that is pressed again, a No that was honoured", async () => {
  const db = await openUpgraded();
  const [asked] = await db.select().from(tests).orderBy(tests.id).limit(1);
  if (!asked) throw new Error("no test was found");
  const { alertId, teamId, userId, press, phone } = asked;
  const again = { alertId, user: { teamId, userId }, phone, press };
  expect(await db.transaction((tx) => requestTest(tx, again))).toEqual({ notSent: "again" });
  expect(await db.$count(tests, sql`message_sid is not null`)).toBeGreaterThan(0);

  // Opted out by an import, and in by START since: the file's No is old. Another account's No is not.
  const said = async (account: string) => {
    const row = `${account},Nora,(509) 555-0114,Spring Lane,No`;
    const list = Buffer.from(`Account,Name,Phone,Zone,Opt In\n${row}\n`);
    const done = await importMembers(db, list, {
      actor: "command line",
      timeZone: "America/Los_Angeles",
      country: "US",
      freezeNext: () => freezeNext(db, "twilio"),
    });
    if (done.outcome !== "imported") throw new Error("The list asks something.");
    return done.report;
  };
  const old = await said("S-14");
  expect(old).toMatchObject({ optedOut: 0, notCounted: 1 });
  expect(old.rows[0]?.notes.at(-1)).toContain(
    "the member texted START on Wed, Feb 18, 2026, 6:59 AM, after it",
  );
  expect(await said("NEW-1")).toMatchObject({ optedOut: 1, notCounted: 0 });
});

test("a Resume button that stands in Slack is good for the halt that it was shown for", async () => {
  const db = await openUpgraded();
  const { userId, teamId } = { userId: "U0PRIYA", teamId: "T0PRACTICE" };
  const told = z.record(z.string(), Told).parse(readJson("messages.json"));
  const [, alertId, version] = /"value":"(10):(\d+)"/.exec(JSON.stringify(told[10]?.message)) ?? [];
  const change = changesOf(db, { userId, teamId }, "operator", "resume");
  const resume = (halts: number) => change((tx, member) => resumeAlert(tx, Number(alertId), halts, member));
  expect(await resume(Number(version) - 1)).toBe(false);
  expect(await resume(Number(version))).toBe(true);
});

test("what comes late about a text that 0.1.0 handed over is recorded, with the gateway that it went by", async () => {
  const db = await openUpgraded();
  const failure: Failure = { fault: "number", words: "no such number", code: "30005", mayPass: false };
  const late = { word: "undelivered", status: "undelivered", failure } as const;
  const [first] = await db.select().from(deliveries).where(eq(deliveries.status, "sent")).limit(1);
  if (!first?.messageSid) throw new Error("0.1.0 had handed nothing over");
  const { sendingId, position, attempt, messageSid: sid, address } = first;
  await recordCallbacks(db, [{ delivery: { sendingId, position, attempt }, sid, ...late }]);
  const [now] = await db.select().from(deliveries).where(eq(deliveries.messageSid, sid));
  expect(now).toMatchObject({ status: "undelivered", code: "30005" });
  await judgeNumbers(db, twilioWords);
  const useless = await db.select().from(unusablePhones).where(eq(unusablePhones.phone, address));
  expect(useless).toMatchObject([{ gateway: "twilio", code: "30005" }]);
});

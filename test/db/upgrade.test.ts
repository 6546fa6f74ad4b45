// A database of 0.1.0, with data of every kind, after its upgrade: everything is found there, and people are
// told of it what that release told them (test/db/releases/0.1.0/).
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { eq, sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { countAudience, listReachableZones, readFingerprint } from "../../src/alerts/audience.ts";
import { requestTest } from "../../src/alerts/tests.ts";
import { listAllEntries } from "../../src/audit/audit.ts";
import { changesOf } from "../../src/board/change.ts";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { type Database, openDatabase } from "../../src/db/open.ts";
import {
  auditEntries,
  type DeliveryStatus,
  deliveries,
  deliveryStatus,
  tests,
  unusablePhones,
} from "../../src/db/schema.ts";
import { freezeNext } from "../../src/deliveries/freeze.ts";
import { resumeAlert } from "../../src/deliveries/lifecycle.ts";
import { recordCallbacks } from "../../src/deliveries/reports.ts";
import { countResendable } from "../../src/deliveries/resend.ts";
import type { Failure } from "../../src/gateways/gateway.ts";
import { importMembers } from "../../src/members/import.ts";
import { writePhone } from "../../src/members/phone.ts";
import { judgeNumbers } from "../../src/opt-outs/numbers.ts";
import { outcomeOf } from "../../src/outcomes/counts.ts";
import { countFailureCodes, listUnnamedFailures } from "../../src/outcomes/delivery-lines.ts";
import { type AlertWithCounts, readAlert } from "../../src/outcomes/read-alert.ts";
import { summarize, summarizeStopped } from "../../src/outcomes/summary.ts";
import { FROM_THE_FIRST } from "../../src/outcomes/unreached-first.ts";
import { discardedMessage, progressMessage } from "../../src/slack/alert/message.ts";
import { describeEntry } from "../../src/slack/log/entries.ts";
import { logContents } from "../../src/slack/log/export.ts";
import { detailsPage, logPage } from "../../src/slack/log/log.ts";
import { readContents } from "../helpers/files.ts";
import { twilioWords } from "../helpers/gateway.ts";
import { noon } from "../helpers/moment.ts";
import { createReleaseDatabase, releases } from "../helpers/release.ts";

const read = (file: string) => readFileSync(new URL(`0.1.0/${file}`, releases));
const readJson = (file: string): unknown => JSON.parse(read(file).toString());
/** As it would be written into a file. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const Modal = z.looseObject({
  blocks: z.array(z.looseObject({ text: z.object({ text: z.string() }).optional() })),
});

async function upgrade(): Promise<string> {
  const url = await createReleaseDatabase("0.1.0");
  await migrateDatabase({ url });
  return url;
}

async function openUpgraded(): Promise<Database> {
  const url = await upgrade();
  const { db, close } = openDatabase(url, { maxConnections: 2 });
  onTestFinished(close);
  return db;
}

const { settings } = noon({
  timeZone: "America/Los_Angeles",
  pricePerSegment: 0.0083,
  carrierFeePerSegment: 0.0045,
});

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

const Told = z.object({
  status: z.string(),
  message: z.unknown().optional(),
  alert: z.looseObject({ text: z.string(), version: z.number() }).optional(),
  unnamedFailures: z.object({ positions: z.array(z.number()) }),
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
    const positions = await listUnnamedFailures(db, alertId);
    expect(positions).toEqual(before.unnamedFailures.positions);
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

const Pages = z.object({ log: z.array(Modal), details: z.record(z.string(), z.array(Modal)) });

/** What stands in a modal, without its buttons; whose hours these are is said since. */
const wordsOf = (modal: unknown): string[] =>
  Modal.parse(asJson(modal)).blocks.flatMap(({ text }) =>
    text === undefined ? [] : text.text.replace(/( [AP]M) P[SD]T/g, "$1"),
  );

test("/alert-log shows the same, page by page", async () => {
  const db = await openUpgraded();
  const { log } = Pages.parse(inTodaysWords(readJson("alert-log.json")));
  const context = { look: db, settings, gateway: twilioWords };
  // Six alerts stand on a page; the last that was confirmed is the 14th.
  expect(wordsOf(withoutCosts(await logPage(context)))).toEqual(wordsOf(withoutCosts(log[0])));
  const Older = /"log-older".*?"value":"(\d+)"/;
  const before = Number(Older.exec(JSON.stringify(readJson("alert-log.json")))?.[1]);
  expect(wordsOf(withoutCosts(await logPage(context, before)))).toEqual(wordsOf(withoutCosts(log[1])));
});

test("the details have the same phones with the same outcomes, and the same entries", async () => {
  const db = await openUpgraded();
  const { details } = Pages.parse(inTodaysWords(readJson("alert-log.json")));
  const context = { look: db, settings, gateway: twilioWords };
  for (const [id, pages] of Object.entries(details)) {
    const today = await listPages(context, Number(id));
    const before = pages.flatMap(wordsOf);
    const Phone = /^(\+1\d{10}) (.*?): \*([a-z :]+)\*/gm;
    const told = [...before.join("\n").matchAll(Phone)].map(([, phone = "", names, words = ""]) => {
      const status = FORMER_DETAILS[words];
      return `${writePhone(phone)} ${names || "somebody who is not known any more"}: *${status && outcomeOf(status)}*`;
    });
    const lines = [...today.join("\n").matchAll(/^\(\d{3}\) .*?: \*[a-z ]+\*/gm)].map(([line]) => line);
    expect(lines.sort(), `alert ${id}`).toEqual(told.sort());
    const entries = (all: string[]) => all.join("\n").split("*Audit entries*\n").at(-1)?.split("\n");
    const then = entries(before)?.map((line) =>
      line.replace(
        /(?<=[AP]M): (.*) by (.*)/,
        (_, action, who) => `, ${who}: ${describeEntry({ action, detail: {} })}`,
      ),
    );
    expect(entries(today)?.map((line) => line.replace(/refused: .*/, "refused: something"))).toEqual(then);
  }
});

/** What 0.1.0 called a delivery in the details. */
const FORMER_DETAILS: Record<string, DeliveryStatus> = {
  waiting: "pending",
  "opted out before it was sent": "skipped",
  "too late to send": "expired",
  "not sent: stopped": "canceled",
  refused: "rejected",
  "being sent": "sending",
  unknown: "unknown",
  "on the way": "sent",
  delivered: "delivered",
  "not delivered": "undelivered",
  failed: "failed",
};

async function listPages(context: Parameters<typeof detailsPage>[0], alertId: number): Promise<string[]> {
  const words: string[] = [];
  let [from, shownBefore] = [FROM_THE_FIRST, 0];
  for (;;) {
    const page = await detailsPage(context, alertId, from, shownBefore);
    words.push(...wordsOf(page));
    const [, others, position, shown] =
      /"details-next".*?"value":"\d+:(\d):(\d+):(\d+)"/.exec(JSON.stringify(page)) ?? [];
    if (shown === undefined) return words;
    from = { isAmongOthers: others === "1", position: Number(position) };
    shownBefore = Number(shown);
  }
}

const rowsOf = (csv: string | Buffer | undefined) =>
  z.array(z.record(z.string(), z.string())).parse(parse(csv ?? "", { bom: true, columns: true }));
const localTime = (time = "") =>
  time && new Date(time).toLocaleString("sv-SE", { timeZone: settings.timeZone });
const bare = (phone = "") => phone && writePhone(phone.replace("'", ""));
const nameOf = async (id: string) => `Name of ${id}`;

test("the export has the same deliveries, entries and texts", async () => {
  const contents = logContents({ gateway: twilioWords, settings, nameOf });
  const files = await readContents(await upgrade(), contents);
  const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();

  const today = rowsOf(files["alert-log.csv"]).map((row) => [
    row.alert,
    row.kind,
    row.by,
    row["confirmed (Los Angeles time)"],
    row["sent to"],
    row.text,
    row.phone,
    row.outcome,
    row["sent (Los Angeles time)"],
    row["outcome since (Los Angeles time)"],
    row.segments,
    row.price,
    row["message SID"],
  ]);
  const before = rowsOf(read("alert-log.csv")).map((row) => [
    row.alert,
    row.kind,
    `Name of ${row.by}`,
    localTime(row.confirmed),
    row.zones,
    row.text,
    bare(row.phone),
    outcomeOf(z.enum(deliveryStatus.enumValues).parse(row.status)),
    localTime(row.taken),
    localTime(row["status since"]),
    row.segments,
    row.price,
    row["message SID"],
  ]);
  expect(sorted(today)).toEqual(sorted(before));

  const entries = rowsOf(files["audit-log.csv"]);
  const entriesBefore = rowsOf(read("audit-log.csv"));
  expect(entries.map((row) => [row["at (Los Angeles time)"], row.who, row.alert, row.phone])).toEqual(
    entriesBefore.map(({ at, actor = "", alert, detail = "{}" }) => [
      localTime(at),
      /^U0/.test(actor) ? `Name of ${actor}` : actor,
      alert,
      bare(z.looseObject({ phone: z.string().optional() }).parse(JSON.parse(detail)).phone),
    ]),
  );

  const texts = rowsOf(files["member-texts.csv"]);
  expect(texts.map((row) => [row["received (Los Angeles time)"], row.phone, row.text, row.alert])).toEqual(
    rowsOf(read("member-texts.csv")).map(({ received, phone, text, alert }) => [
      localTime(received),
      bare(phone),
      text,
      alert,
    ]),
  );
});

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

// Slack refuses a whole call for one character too many, and an emergency is when names are long and
// lists are full: so every view and message is built at its largest.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Audience } from "../../../src/alerts/audience.ts";
import { checkText } from "../../../src/alerts/draft.ts";
import { listWarnings } from "../../../src/alerts/warnings.ts";
import { roles } from "../../../src/board/allowlist.ts";
import type { Settings } from "../../../src/config.ts";
import {
  alertKind,
  type DeliveryStatus,
  deliveryStatus,
  importState,
  shownAs,
} from "../../../src/db/schema.ts";
import type { KeptQuestion } from "../../../src/members/imports/preview.ts";
import { noChoices } from "../../../src/members/imports/rows.ts";
import { listAdvice } from "../../../src/outcomes/advice.ts";
import { type StatusCounts, unreached } from "../../../src/outcomes/counts.ts";
import type { DeliveryLine } from "../../../src/outcomes/delivery-lines.ts";
import { type AlertWithCounts, standings } from "../../../src/outcomes/read-alert.ts";
import { ofDelivery, ofLeftOut, type Unreached } from "../../../src/outcomes/unreached.ts";
import { option } from "../../../src/practice/stand-ins/slack/block-kit/text.ts";
import { checkMessage, checkView } from "../../../src/practice/stand-ins/slack/limits.ts";
import { contents } from "../../../src/settings/contents.ts";
import { ownNames } from "../../../src/settings/settings.ts";
import { composeView } from "../../../src/slack/alert/compose.ts";
import {
  discardedMessage,
  lapsedMessage,
  progressMessage,
  reviewMessage,
} from "../../../src/slack/alert/message.ts";
import { openReviewBlocks } from "../../../src/slack/alert/open-reviews.ts";
import { keptView, notPostedView, postedView } from "../../../src/slack/alert/reviewed.ts";
import { phoneCorrection, phoneView } from "../../../src/slack/alert/test.ts";
import { NAMED_AT_ONCE, unreachedMessage } from "../../../src/slack/alert/thread.ts";
import { underWayBlocks } from "../../../src/slack/alert/under-way.ts";
import { UNREACHED_PER_PAGE, unreachedView } from "../../../src/slack/alert/unreached.ts";
import { boardHomeView, strangerHomeView, wordsHomeView } from "../../../src/slack/home/view.ts";
import { actions, submissions } from "../../../src/slack/index.ts";
import { alarmCodeView, alarmPhoneView } from "../../../src/slack/lists/board/phone-views.ts";
import {
  boardView,
  newPersonView,
  PEOPLE_PER_PAGE,
  personView,
} from "../../../src/slack/lists/board/views.ts";
import {
  importedView,
  importMessage,
  importView,
  previewView,
  progressView,
} from "../../../src/slack/lists/import/views.ts";
import { type CardPage, memberView, NUMBERS_SHOWN } from "../../../src/slack/lists/members/card.ts";
import { erasedView } from "../../../src/slack/lists/members/forms/erase.ts";
import {
  addMemberView,
  changeMemberView,
  consentView,
  eraseMemberView,
  moveMemberView,
  numberView,
  optOutView,
  undoOptOutView,
} from "../../../src/slack/lists/members/forms/views.ts";
import { MEMBERS_PER_PAGE, membersView, offerOf } from "../../../src/slack/lists/members/list-page.ts";
import { PAST_PER_PAGE, pasts, pastView } from "../../../src/slack/lists/members/past.ts";
import { sentLine, writtenLine } from "../../../src/slack/lists/members/past-lines.ts";
import { describeMemberEntry } from "../../../src/slack/lists/members/words.ts";
import { settingsView, settingView } from "../../../src/slack/lists/settings/views.ts";
import { newZoneView, zoneNameView, zonesView, zoneView } from "../../../src/slack/lists/zones/views.ts";
import { REFUSALS_PER_PAGE, refusalsView } from "../../../src/slack/log/refusals.ts";
import { ALERTS_PER_PAGE, DELIVERIES_PER_PAGE, detailsView, logView } from "../../../src/slack/log/views.ts";
import { replyMessage } from "../../../src/slack/replies/message.ts";
import { formView } from "../../../src/slack/wire/form.ts";
import { noticeView } from "../../../src/slack/words/notice.ts";
import { countSegments } from "../../../src/text/segments.ts";
import { MAX_ZONE_NAME, MAX_ZONES } from "../../../src/zones/zones.ts";
import { twilioWords } from "../../helpers/gateway.ts";

/** How large each thing is. */
type Size = {
  zoneNames: string[];
  /** Of a member; of all who share a number. */
  names: string;
  text: string;
  count: number;
  allZones: boolean;
  rows: number;
};

const MAX_INTEGER = 2_147_483_647;
const MILLIONS = 9_999_999;
const USER = `U${"W".repeat(20)}`;
const ZONE = "America/Argentina/ComodRivadavia";
const LATE = new Date("2026-09-30T03:58:58Z");
const AUDIT_ENTRIES = 25;

const wordsFor = (code: string) => twilioWords.explain(code).words;
const everyCode = Array.from({ length: 70_000 }, (_, code) => String(code));
const worstCode = everyCode.reduce((a, b) => (wordsFor(b).length > wordsFor(a).length ? b : a));
const worstHalt = `Twilio says: ${wordsFor(worstCode)} (${worstCode}).`;

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The longest text that the settings allow. */
const LIMITS = { organization: undefined, longestText: 10 };

/** As often as the review lets it through; `tooOften` is where to begin. */
function fill(what: string, tooOften: number): string {
  // Signs alone say nothing, and are refused.
  const text = (times: number) => `No${what.repeat(times)}`;
  const fits = (times: number) => "text" in checkText(escaped(text(times)), LIMITS);
  for (let times = tooOften; times > 0; times--) {
    if (fits(times)) return times < tooOften ? text(times) : fill(what, tooOften * 2);
  }
  throw new Error("Not even once.");
}

/** The longest texts that the review lets through, each in the characters that make it longest in Slack. */
const texts = {
  "GSM-7": fill("&", 1_000),
  "GSM-7 with extension characters": fill("<>&€[]{}\\^~|", 50),
  "UCS-2": fill("ő&", 250),
  emoji: fill("🚱", 250),
  "an emoji of many parts": fill("👩🏽‍❤️‍💋‍👨🏿", 30),
  "many lines": fill("&\n&", 350),
};

const namesOfZones = (fill: string) =>
  Array.from({ length: MAX_ZONES }, (_, index) => `${index}`.padStart(2, "0") + fill.repeat(50)).map((name) =>
    name.slice(0, MAX_ZONE_NAME),
  );

const largest = (text: string): Size => ({
  zoneNames: namesOfZones("&"),
  names: Array.from({ length: 9 }, () => "<&>".repeat(26)).join(", "),
  text,
  count: MILLIONS,
  allZones: true,
  rows: Number.POSITIVE_INFINITY,
});

const countsOf = (count: number): StatusCounts =>
  Object.fromEntries(deliveryStatus.enumValues.map((status) => [status, count]));

const alertOf = (size: Size, more: Partial<AlertWithCounts> = {}): AlertWithCounts => ({
  id: MAX_INTEGER,
  status: "finished",
  teamId: "T0123456789",
  authorId: USER,
  kind: "service",
  zoneIds: size.zoneNames.map((_, index) => MAX_INTEGER - index),
  zoneNames: size.zoneNames,
  allZones: size.allZones,
  text: size.text,
  segments: countSegments(size.text).count,
  textChanges: Array.from({ length: size.text.length }, () => "“1234³³³³⁄₁₆₁₆” is written “1234 3333/1616”"),
  phoneCount: size.count,
  memberCount: size.count,
  audienceFingerprint: "9".repeat(40),
  newsSeen: MAX_INTEGER,
  reviewedAt: LATE,
  version: MAX_INTEGER,
  viewId: "V0123456789",
  createdAt: LATE,
  confirmedAt: LATE,
  sendingId: MAX_INTEGER,
  discardedAt: LATE,
  discardedBy: USER,
  isFrozen: true,
  haltReason: worstHalt,
  halts: MAX_INTEGER,
  delay: worstHalt,
  edited: true,
  optedOutSince: size.count,
  endedAt: LATE,
  stoppedBy: USER,
  secondsSinceReview: size.count,
  isPriceAsked: true,
  channelId: "C0123456789",
  messageTs: "1795320109.526000",
  shownDigest: null,
  notSentNamed: null,
  counts: countsOf(size.count),
  leftOut: { "opted out": size.count, "no mobile": size.count, unusable: size.count },
  price: size.count,
  unpriced: 0,
  earlierTexts: size.count,
  ...more,
});

/** One for each kind, each status, with and without what may be missing. */
const alertsOf = (size: Size): AlertWithCounts[] => [
  ...standings.map((status) => alertOf(size, { status })),
  ...alertKind.enumValues.map((kind) => alertOf(size, { kind })),
  alertOf(size, { status: "sending", isFrozen: false, counts: {} }),
  alertOf(size, { price: null, counts: {}, confirmedAt: null, haltReason: null, stoppedBy: null }),
];

const lineOf = (size: Size, status: DeliveryStatus): DeliveryLine => ({
  position: MAX_INTEGER,
  phone: "+123456789012345",
  names: size.names,
  zones: size.zoneNames.join(", "),
  accounts: size.names,
  isAgain: true,
  status,
  code: worstCode,
  acceptedAt: LATE,
  statusAt: LATE,
  price: size.count,
});
const linesOf = (size: Size, status: DeliveryStatus, most: number) =>
  Array.from({ length: Math.min(size.rows, most) }, () => lineOf(size, status));

/** Phones with this status, and members who were left out. */
const unreachedOf = (size: Size, status: DeliveryStatus, most: number): Unreached[] => [
  ...linesOf(size, status, most - 1).map((line) => ofDelivery(line, twilioWords)),
  ofLeftOut({
    account: size.names,
    name: size.names,
    zone: size.zoneNames[0] ?? "",
    phone: null,
    reason: "unusable",
  }),
];

const audienceOf = ({ count }: Size): Audience => ({
  members: count,
  reached: count,
  phones: count,
  optedOut: count,
  noMobile: count,
  unusable: count,
  shared: count,
});

const settings: Settings = {
  organization: "&".repeat(40),
  timeZone: ZONE,
  country: "US",
  pricePerSegment: 10,
  carrierFeePerSegment: 10,
  segmentsPerSecond: 0.1,
  questionsNumber: "+1 (206) 555-0134 12",
  quietHours: { from: 21 * 60 + 30, until: 8 * 60 + 30 },
  longestText: LIMITS.longestText,
  channel: "C1",
  isPractice: true,
};

const zonesOfSize = (size: Size) =>
  size.zoneNames.map((name, index) => ({
    id: MAX_INTEGER - index,
    version: MAX_INTEGER,
    name,
    // Every third one is empty.
    members: index % 3 === 0 ? 0 : size.count,
    reached: index % 3 === 1 ? 0 : size.count,
  }));

/** One for each role, with and without what may be missing. */
const boardOf = (size: Size, most: number) =>
  Array.from({ length: Math.min(size.rows, most) }, (_, index) => ({
    teamId: "T0123456789",
    userId: USER,
    role: roles[index % roles.length] ?? "admin",
    phone: index % 2 === 0 ? "+123456789012345" : null,
    alarmPhone: index % 4 === 1 ? "+123456789012345" : null,
  }));
/** As large as it is kept, with each question; and with none. */
const keptImports = ({ text, names, count, rows, zoneNames }: Size) => {
  const some = <T>(most: number, it: T): T[] => Array.from({ length: Math.min(rows, most) }, () => it);
  const counts = { added: count, changed: count, "left alone": count, refused: count };
  const example = { line: MAX_INTEGER, account: names, name: names, before: text };
  const compared = { rows: count, of: count, examples: some(3, example) };
  const readings = {
    home: "+123456789012345",
    abroad: { phone: "+123456789012345", country: "the Democratic Republic of the Congo" },
  };
  const number = { line: MAX_INTEGER, account: names, value: text, readings };
  const column = zoneNames[0] ?? "";
  const value = { value: text, rows: count, line: MAX_INTEGER };
  const questions: KeptQuestion[] = [
    { about: "answers", unmet: some(20, text) },
    { about: "consent", column, values: [value, ...some(99, value)] },
    { about: "numbering", ...compared },
    { about: "sorted", column: "phone", ...compared },
    { about: "leavers", count, of: count, unreadRows: count },
    { about: "plus", values: [number, ...some(3, number)] },
    { about: "plus", values: [...some(99, number), number, number, number, number, number] },
  ];
  return [[], questions.slice(0, 3), questions.slice(3, 6), questions.slice(4), questions].map(
    (asked, nth) => ({
      id: MAX_INTEGER,
      version: MAX_INTEGER,
      state: nth === 0 ? ("over" as const) : ("shown" as const),
      fileName: text,
      fileLink: `https://x.example/${"&".repeat(100)}`,
      words: nth === 0 ? "x".repeat(1_500) : null,
      choices: noChoices(),
      preview: {
        facts: some(60, text),
        newZones: some(10, column),
        counts,
        groups: some(4, { title: "Some of them:", count, lines: some(10, text) }),
        notInFile: { count: Math.min(rows, count), named: some(10, names), areMarkedLeft: true },
        gone: some(100, { account: names, name: names }),
        questions: asked,
      },
    }),
  );
};

/** Of each kind, each of them. */
const describedSettings = (text: string) =>
  (["the server", "an admin", "default"] as const).map((from) =>
    ownNames.map((name) => ({
      name,
      ...contents[name],
      value: text,
      typed: name === "SLACK_ALERT_CHANNEL" ? `C${"W".repeat(20)}` : text,
      from,
      version: MAX_INTEGER,
      changed: { at: LATE, actorKind: "board" as const, actor: USER, before: text },
    })),
  );

/** All that each builder can make of things of this size. One that is missing here fails the first test. */
const alertViews = {
  noticeView: () => [noticeView("&".repeat(5_000)), noticeView("x")],
  phoneView: () => [phoneView(MAX_INTEGER), phoneView(MAX_INTEGER, "+123456789012345")],
  keptView: () => [keptView()],
  notPostedView: () => [notPostedView()],
  postedView: () => [
    postedView(
      { channelId: `C${"W".repeat(20)}`, messageTs: "1.1", trouble: "x".repeat(1_000) },
      "https://x.example/1",
    ),
    postedView({ channelId: "D1", messageTs: "1.1" }, undefined),
  ],
  formView: (size: Size) =>
    alertViews.composeView(size).map((view) => {
      const blocks = view.blocks.map((block, n) => ({ ...block, block_id: block.block_id ?? `b${n}` }));
      const problems = Object.fromEntries(["zones", "kind", "message"].map((id) => [id, "x".repeat(1_000)]));
      const submitted = { ...view, blocks };
      // Twice: what was wrong before is not said again.
      return formView({ ...submitted, blocks: formView(submitted, problems).blocks }, problems);
    }),
  composeView: (size: Size) => {
    const zones = size.zoneNames.map((name, index) => ({
      id: MAX_INTEGER - index,
      name,
      reachable: size.count,
    }));
    const zoneIds = zones.map(({ id }) => id);
    const open = alertsOf(size).map((alert) => ({ ...alert, until: LATE }));
    const above = [...underWayBlocks(alertsOf(size)), ...openReviewBlocks(open, settings)];
    return [
      composeView(zones, { text: size.text, allZones: true, zoneIds, kind: "service" }, { settings }),
      composeView(zones, { text: `${size.text}&`.repeat(90), zoneIds, replaces: MAX_INTEGER }, { settings }),
      composeView(zones, { text: "" }, { settings, above }),
    ];
  },
  unreachedView: (size: Size) =>
    alertsOf(size).flatMap((alert) =>
      unreached.map((status) =>
        unreachedView({
          alert,
          people: unreachedOf(size, status, UNREACHED_PER_PAGE),
          isFirst: size.rows === 0,
          next: { position: MAX_INTEGER, leftOut: MAX_INTEGER },
          mayExport: true,
        }),
      ),
    ),
  importView: () => [importView()],
  progressView: (size: Size) =>
    importState.enumValues.flatMap((state) =>
      [undefined, { step: "write" as const, rows: size.count }].map((step) =>
        progressView({ state, fileName: size.text }, step),
      ),
    ),
  previewView: (size: Size) => [
    ...keptImports(size).map(previewView),
    ...keptImports(size).map((it) => previewView({ ...it, preview: undefined })),
  ],
  importedView: (size: Size) =>
    keptImports(size)
      .filter(({ state }) => state === "over")
      .flatMap((it) => [it, { ...it, preview: undefined }].map(importedView)),
  settingsView: (size: Size) =>
    describedSettings(size.text).map((described) => settingsView(described, ZONE)),
  settingView: (size: Size) =>
    describedSettings(size.text)
      .flat()
      .flatMap((setting) =>
        [undefined, { typed: setting.typed, timeZone: ZONE }].map((meanwhile) =>
          settingView(setting, { below: `V${"W".repeat(20)}`, ...(meanwhile && { meanwhile }) }),
        ),
      ),
  logView: (size: Size) =>
    alertsOf(size).map((alert) => {
      const alerts = Array.from({ length: Math.min(size.rows, ALERTS_PER_PAGE) }, () => alert);
      return logView({ alerts, isNewest: size.rows === 0, older: MAX_INTEGER }, settings);
    }),
  refusalsView: (size: Size) => {
    const refusal = { id: MAX_INTEGER, at: LATE, teamId: "T1", actor: USER, alertId: MAX_INTEGER };
    const rows = Math.min(size.rows, REFUSALS_PER_PAGE);
    const refusals = Array.from({ length: rows }, () => ({
      ...refusal,
      what: "unreached-export",
      why: "x".repeat(500),
    }));
    return [true, false].map((isNewest) =>
      refusalsView({ refusals, isNewest, older: isNewest ? undefined : MAX_INTEGER }, settings),
    );
  },
  zonesView: (size: Size) => [zonesView(zonesOfSize(size)), zonesView([])],
  zoneView: (size: Size) => {
    const [first, ...others] = zonesOfSize(size);
    const zones = [first, ...others].filter((zone) => zone !== undefined).slice(0, 2);
    return zones.flatMap((zone) => [zoneView(zone, others), zoneView(zone, [])]);
  },
  newZoneView: () => [newZoneView()],
  zoneNameView: (size: Size) => size.zoneNames.slice(0, 1).map((name) => zoneNameView(name, "{}")),
  boardView: (size: Size) => {
    const people = boardOf(size, PEOPLE_PER_PAGE);
    const page = { people, total: size.count, userId: USER };
    return [
      boardView({ ...page, before: MILLIONS - 1, adminCount: 1 }),
      boardView({ ...page, before: 0, adminCount: 2 }),
    ];
  },
  newPersonView: () => [newPersonView()],
  personView: (size: Size) =>
    boardOf(size, roles.length).flatMap((person) =>
      [0, size.count].map((reviews) => personView(person, { name: size.names, reviews, metadata: "{}" })),
    ),
  alarmPhoneView: () => [
    alarmPhoneView({ phone: "+123456789012345", isProven: true }, { isPractice: true }),
    alarmPhoneView({ phone: null, isProven: false }, { isPractice: false }),
  ],
  alarmCodeView: () => [alarmCodeView("+123456789012345"), alarmCodeView("+123456789012345", worstHalt)],
  detailsView: (size: Size) =>
    deliveryStatus.enumValues.map((status) => {
      const entry = {
        at: LATE,
        actor: USER,
        actorKind: "board" as const,
        action: "refused",
        detail: { what: "unreached-export", why: "x".repeat(500) },
      };
      const lines = linesOf(size, status, DELIVERIES_PER_PAGE);
      const half = Math.ceil(lines.length / 2);
      return detailsView(
        {
          alert: alertOf(size),
          unreached: lines.slice(0, half),
          others: lines.slice(half),
          earlier: linesOf(size, status, 3),
          next: { isAmongOthers: true, position: MAX_INTEGER },
          shownBefore: size.count,
          audit: {
            entries: Array.from({ length: Math.min(size.rows, AUDIT_ENTRIES) }, () => entry),
            earlier: size.count,
          },
        },
        settings,
        twilioWords,
      );
    }),
};

const memberName = ({ names }: Size) => names.slice(0, 200);

/** A member with everything at its longest; every other number is barred, in every way there is. */
function cardOf(size: Size, more: Partial<CardPage["card"]> = {}): CardPage["card"] {
  const long = memberName(size);
  const bars = [
    null,
    { why: "opted out" as const, at: LATE, source: `by hand: ${long.slice(0, 60)}`, isAtProvider: false },
    { why: "opted out" as const, at: LATE, source: "sms STOP", isAtProvider: true },
    { why: "unusable" as const, foundAt: LATE, code: worstCode, triedAgainAt: LATE },
  ];
  return {
    id: MAX_INTEGER,
    version: MAX_INTEGER,
    account: long,
    name: long || "x",
    about: long,
    language: long,
    zoneId: 1,
    inAllZones: size.allZones,
    zone: size.zoneNames[0] ?? "",
    leftAt: null,
    createdAt: LATE,
    updatedAt: LATE,
    updatedBy: USER,
    updatedTeam: "T0123456789",
    unreached: "opted out",
    numbers: Array.from({ length: Math.min(size.rows, 2 * NUMBERS_SHOWN) }, (_, nth) => ({
      phone: `+1234567890123${nth % 10}`,
      isListed: nth === 0,
      addedAt: LATE,
      consent: { source: `by hand: ${long}`, words: long.repeat(9), at: LATE, userId: USER, teamId: "T1" },
      barred: bars[nth % bars.length] ?? null,
      sharedWith: Array.from({ length: 9 }, () => ({ id: 1, name: long })),
    })),
    ...more,
  };
}
const cardsOf = (size: Size) => [
  cardOf(size),
  cardOf(size, { account: null, leftAt: LATE, unreached: "left" }),
  cardOf(size, { about: null, unreached: undefined, updatedBy: "system", updatedTeam: null, zone: "" }),
];
const afterOf = (size: Size) => ({ name: memberName(size), id: MAX_INTEGER });
const listOf = (size: Size) => ({
  viewId: "V".repeat(30),
  state: { who: MAX_INTEGER, after: afterOf(size), next: afterOf(size), turn: MAX_INTEGER },
});
const formPlaceOf = (size: Size) => ({
  memberId: MAX_INTEGER,
  version: MAX_INTEGER,
  card: "V".repeat(30),
  list: listOf(size),
  phone: "+123456789012345",
});
const sentLinesOf = (size: Size) => [
  ...deliveryStatus.enumValues.map((status) => ({
    alertId: MAX_INTEGER,
    kind: "service" as const,
    text: size.text,
    confirmedAt: LATE,
    phone: "+123456789012345",
    status,
    code: worstCode,
    statusAt: LATE,
    reason: null,
  })),
  {
    alertId: MAX_INTEGER,
    kind: "service" as const,
    text: size.text,
    confirmedAt: LATE,
    phone: null,
    status: null,
    code: null,
    statusAt: null,
    reason: "unusable" as const,
  },
];
const writtenOf = (size: Size) => ({
  id: MAX_INTEGER,
  at: LATE,
  phone: "+123456789012345",
  body: size.text,
  alertId: MAX_INTEGER,
});

const members = {
  membersView: (size: Size) => {
    const person = {
      id: MAX_INTEGER,
      account: memberName(size),
      name: memberName(size),
      about: memberName(size),
      zone: size.zoneNames[0] ?? "",
      phones: Array.from({ length: 9 }, () => "+123456789012345"),
      isReached: false,
      leftAt: null,
    };
    const people = [
      person,
      { ...person, account: null },
      { ...person, leftAt: LATE },
      { ...person, phones: [] },
    ];
    const rows = Array.from(
      { length: Math.min(size.rows, MEMBERS_PER_PAGE) },
      (_, nth) => people[nth % 4] ?? person,
    );
    const { state } = listOf(size);
    const zones = zonesOfSize(size);
    return [
      membersView({ people: rows, zones, state }),
      membersView({ people: [], zones: [], state: { who: "left", turn: 0 } }),
      membersView({ people: rows, zones, state: { who: zones[0]?.id ?? 0, turn: 1 } }),
    ];
  },
  memberView: (size: Size) =>
    cardsOf(size).map((card) =>
      memberView(
        {
          card,
          last: {
            sent: sentLinesOf(size).slice(0, 9),
            written: [writtenOf(size)],
            hasEntries: true,
          },
          done: "x".repeat(200),
          place: { list: listOf(size) },
        },
        { timeZone: ZONE, gateway: twilioWords },
      ),
    ),
  pastView: (size: Size) =>
    pasts.map((past) => {
      const entry = {
        id: MAX_INTEGER,
        at: LATE,
        actorKind: "board" as const,
        teamId: "T1",
        actor: USER,
        action: "member changed",
        alertId: null,
        numberId: null,
        textId: null,
        memberId: MAX_INTEGER,
        detail: {
          before: { name: size.names, words: size.names, source: size.names, number: "+123456789012345" },
          after: { name: size.names, account: size.names, zone: size.names },
          reason: size.text,
          source: size.text,
          phone: "+123456789012345",
        },
      };
      const words = { timeZone: ZONE, gateway: twilioWords };
      const lines = {
        sent: sentLinesOf(size).map((line) => sentLine(line, words)),
        written: [writtenLine(writtenOf(size), ZONE)],
        changes: [describeMemberEntry(entry, ZONE)],
      }[past];
      const many = Array.from(
        { length: Math.min(size.rows, PAST_PER_PAGE) },
        (_, nth) => lines[nth % lines.length] ?? "",
      );
      const page = { past, memberId: MAX_INTEGER, name: memberName(size) };
      return pastView({ ...page, lines: many, isFirst: size.rows === 0, next: MAX_INTEGER }, ZONE);
    }),
  addMemberView: (size: Size) =>
    [true, false].map((wasErased) => addMemberView(zonesOfSize(size), { list: listOf(size) }, wasErased)),
  changeMemberView: (size: Size) => cardsOf(size).map((card) => changeMemberView(card, formPlaceOf(size))),
  moveMemberView: (size: Size) =>
    cardsOf(size).map((card) => moveMemberView(card, zonesOfSize(size), formPlaceOf(size))),
  numberView: (size: Size) =>
    cardsOf(size).flatMap((card) => [
      numberView(card, formPlaceOf(size)),
      numberView(card, formPlaceOf(size), "+123456789012345"),
    ]),
  consentView: (size: Size) =>
    cardsOf(size).map((card) => consentView(card, formPlaceOf(size), "+123456789012345")),
  optOutView: (size: Size) =>
    cardsOf(size).map((card) => optOutView(card, formPlaceOf(size), "+123456789012345", 2)),
  undoOptOutView: (size: Size) =>
    cardsOf(size).map((card) => undoOptOutView(card, formPlaceOf(size), "+123456789012345")),
  eraseMemberView: (size: Size) => cardsOf(size).map((card) => eraseMemberView(card, formPlaceOf(size))),
  erasedView: (size: Size) => [
    erasedView({ canceled: size.count, shared: size.count }, []),
    erasedView(
      { canceled: 0, shared: 1 },
      Array.from({ length: 20 }, (_, nth) => ({ channelId: `C${"W".repeat(20)}${nth}`, messageTs: "1.1" })),
    ),
  ],
};

const views = { ...alertViews, ...members };

const homes = {
  wordsHomeView: () => [wordsHomeView("x".repeat(1_000))],
  strangerHomeView: () =>
    [true, false].flatMap((hasAsked) =>
      [[], Array.from({ length: 9 }, () => USER)].map((admins) =>
        strangerHomeView({ admins, hasAsked }, settings),
      ),
    ),
  boardHomeView: (size: Size) =>
    roles.map((role) => {
      const many = Array.from({ length: Math.min(size.rows, 20) }, () => alertOf(size, { status: "halted" }));
      const text = { names: size.names, phone: "+123456789012345", body: size.text, writtenAt: LATE };
      const data = {
        role,
        underWay: many.slice(0, 6),
        reviews: many.map((alert) => ({ ...alert, until: LATE })),
        last: many.slice(0, 5),
        news: { count: size.count, texts: Array.from({ length: 5 }, () => text) },
        requests: Array.from({ length: 9 }, () => ({ id: MAX_INTEGER, userId: USER })),
        health: { problems: ["&".repeat(2_000)], remarks: Array.from({ length: 9 }, () => worstHalt) },
        adminCount: 1,
      };
      return boardHomeView(data, settings);
    }),
};

const messages = {
  reviewMessage: (size: Size) =>
    alertsOf(size).flatMap((alert) => {
      const segments = countSegments(size.text);
      const earlier = [true, false, true, false, true].map((isSameText) => ({
        id: MAX_INTEGER,
        authorId: USER,
        confirmedAt: LATE,
        isSameText,
        wasStopped: true,
        sharedZones: size.zoneNames,
      }));
      const time = { wait: size.count, seconds: 2 * size.count };
      // Every other one is empty, and the rest have moved.
      const zones = size.zoneNames.map((name, n) => ({
        id: MAX_INTEGER,
        name,
        members: n % 2 === 0 ? size.count : 0,
        last: { alertId: MAX_INTEGER, members: 2 * size.count, at: LATE },
      }));
      const reach = { zones, isEverybody: true };
      const facts = { ...alert, segments, earlier, time, zones: reach, now: LATE };
      // In Greenwich it is night then: there is a warning about that.
      const night = { ...settings, timeZone: "UTC" };
      const warnings = listWarnings(facts, night).map(({ words }) => words);
      const nobody = audienceOf({ ...size, count: 0 });
      return [audienceOf(size), nobody].map((audience) =>
        reviewMessage(alert, { audience, segments, warnings, time }, settings),
      );
    }),
  progressMessage: (size: Size) => alertsOf(size).map((alert) => progressMessage(alert, settings)),
  lapsedMessage: (size: Size) => alertsOf(size).map(lapsedMessage),
  importMessage: (size: Size) => keptImports(size).map(importMessage),
  discardedMessage: (size: Size) => alertsOf(size).map(discardedMessage),
  unreachedMessage: (size: Size) =>
    unreached.map((status) =>
      unreachedMessage({
        alertId: MAX_INTEGER,
        counts: { "not reached": size.count, "not sent": size.count, "left out": size.count },
        people: unreachedOf(size, status, NAMED_AT_ONCE),
        resendable: { unknown: size.count, unreached: size.count },
        again: size.count,
        advice: listAdvice(
          ["30007", "30027"].map((code) => ({ code, count: size.count })),
          twilioWords,
        ),
      }),
    ),
  replyMessage: (size: Size) =>
    [size.text, "&".repeat(4_000), "\n".repeat(1_600), "&\n".repeat(800), ""].flatMap((body) =>
      shownAs.enumValues.flatMap((shown) =>
        [undefined, "came back" as const, { by: USER }].map((decided) =>
          replyMessage(
            {
              id: MAX_INTEGER,
              phone: "+123456789012345",
              body,
              keyword: null,
              shownAs: shown,
              names: "&".repeat(500),
              zones: "&".repeat(500),
              isOptedOut: false,
              lateSince: LATE.getTime(),
            },
            { timeZone: ZONE, gateway: "Twilio", decided },
          ),
        ),
      ),
    ),
};

const everything: ((size: Size) => readonly object[])[] = [
  ...Object.values(views),
  ...Object.values(homes),
  ...Object.values(messages),
  // Stands below words for one person alone.
  () => [{ text: "x", blocks: [phoneCorrection(MAX_INTEGER)] }],
];

test("every builder of a view or a message is here", async () => {
  const folder = new URL("../../../src/slack/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const modules = await Promise.all(files.map((file) => import(new URL(file, folder).href)));
  const builders = modules.flatMap((module) =>
    Object.keys(module).filter((name) => /(View|Message)$/.test(name)),
  );
  expect(builders.sort()).toEqual([views, homes, messages].flatMap((built) => Object.keys(built)).sort());
});

test("what a menu offers while somebody types has room in it", () => {
  for (const text of Object.values(texts)) {
    const size = largest(text);
    const [account, name, about] = [memberName(size), text.slice(0, 200), text.slice(0, 60)];
    const person = { id: MAX_INTEGER, account, name, about, zone: size.zoneNames[0] ?? "", isReached: true };
    for (const phones of [[], ["+123456789012345"]]) {
      const offers = [null, LATE].map((leftAt) => offerOf({ ...person, phones, leftAt }));
      expect(offers.map((offer) => option.safeParse(offer).error)).toEqual([undefined, undefined]);
    }
  }
});

test("views are made by builders alone", () => {
  const folder = new URL("../../../src/slack/", import.meta.url);
  const saying = (words: RegExp) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .filter((file) => words.test(readFileSync(new URL(file, folder), "utf8")))
      .sort();
  expect(saying(/type: "(modal|home)"/)).toEqual(["wire/form.ts", "words/blocks.ts"]);
  expect(saying(/\bmodal\(/)).toEqual([
    "alert/compose.ts",
    "alert/reviewed.ts",
    "alert/test.ts",
    "alert/unreached.ts",
    "lists/board/phone-views.ts",
    "lists/board/views.ts",
    "lists/import/views.ts",
    "lists/members/card.ts",
    "lists/members/forms/erase.ts",
    "lists/members/forms/views.ts",
    "lists/members/list-page.ts",
    "lists/members/past.ts",
    "lists/settings/views.ts",
    "lists/zones/views.ts",
    "log/refusals.ts",
    "log/views.ts",
    "words/notice.ts",
  ]);
});

describe("what can be pressed has a listener, and each listener something that leads to it", () => {
  const sizes = [largest(texts["GSM-7"]), { ...largest("Boil your water."), allZones: false, rows: 0 }];
  const built = sizes.flatMap((size) => everything.flatMap((build) => build(size)));

  test("buttons and selects", () => {
    expect([...new Set(built.flatMap(pressableIn))].sort()).toEqual(Object.keys(actions).sort());
  });

  test("modals that are submitted", () => {
    expect([...new Set(built.flatMap(submittableIn))].sort()).toEqual(Object.keys(submissions).sort());
  });
});

test("people read the five words of an outcome, and no others for the same", () => {
  const size = largest("Boil your water.");
  const { detailsView: _, ...rest } = views;
  for (const [name, build] of Object.entries({ ...rest, ...homes, ...messages })) {
    for (const words of build(size).flatMap(wordsIn)) {
      if (words in actions) continue;
      expect(words, name).not.toMatch(
        /hand(ed)? over|undelivered|\bfailed\b|\baccepted\b|\bunknown\b(?! number)|\btaken\b(?! back| for)/i,
      );
    }
  }
});

/** Very many views: what takes seconds may take minutes on a busy machine. */
const TIME_MS = 300_000;

describe("at their largest", () => {
  test.each(Object.entries(texts))("the text in %s takes all that it may", (_, text) => {
    expect(countSegments(text).count).toBe(LIMITS.longestText);
  });

  test.each(Object.entries(texts))("views with a text in %s", (_, text) => {
    for (const [name, build] of Object.entries({ ...views, ...homes })) {
      for (const view of build(largest(text))) expect(checkView(view), name).toEqual([]);
    }
  });

  test.each(Object.entries(texts))("messages with a text in %s", (_, text) => {
    for (const [name, build] of Object.entries(messages)) {
      for (const message of build(largest(text))) {
        const isUpdated = message.blocks.length > 0;
        expect(checkMessage(message, { for: isUpdated ? "update" : "post" }), name).toEqual([]);
      }
    }
  });

  test(
    "nothing in them was cut in the middle of an escape or of a character",
    () => {
      for (const name of ["&".repeat(MAX_ZONE_NAME), "🚱".repeat(MAX_ZONE_NAME / 2)]) {
        const size = { zoneNames: Array(MAX_ZONES).fill(name), names: name.repeat(9) };
        for (const text of [texts.emoji, texts["GSM-7"], `x${texts.emoji}`]) {
          const all = { ...largest(text), ...size };
          for (const it of everything.flatMap((build) => build(all))) {
            expect(wordsIn(it).filter((words) => !words.isWellFormed())).toEqual([]);
            expect(
              mrkdwnIn(it).filter((words) =>
                /&(?!(amp|lt|gt);)|<(?!@U|#C|https:)|(?<!<(?:[@#]\w+|https:[^<>]+))>(?! )/.test(
                  quoted(words),
                ),
              ),
            ).toEqual([]);
          }
        }
      }
    },
    TIME_MS,
  );
});

test(
  "at any other size",
  () => {
    const words = (most: number) => fc.string({ unit: "grapheme", minLength: 1, maxLength: most });
    const size: fc.Arbitrary<Size> = fc.record({
      zoneNames: fc.array(
        words(20).map((name) => name.slice(0, MAX_ZONE_NAME)),
        { minLength: 1, maxLength: MAX_ZONES },
      ),
      names: fc.string({ maxLength: 300 }),
      text: words(300),
      count: fc.nat(MILLIONS),
      allZones: fc.boolean(),
      rows: fc.nat(60),
    });
    fc.assert(
      fc.property(size, (any) => {
        for (const build of Object.values({ ...views, ...homes }))
          expect(build(any).flatMap((view) => checkView(view))).toEqual([]);
        for (const build of Object.values(messages)) {
          expect(build(any).flatMap((message) => checkMessage(message))).toEqual([]);
        }
      }),
      { numRuns: 30 },
    );
  },
  TIME_MS,
);

const kit = new URL("../../../../shared/data/slack/block-kit/block-kit.subset.schema.json", import.meta.url);

if (existsSync(kit))
  describe("an independent schema agrees", () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const complaints = (id: string, it: unknown) =>
      ajv.validate(id, JSON.parse(JSON.stringify(it))) ? [] : [ajv.errorsText()];
    let schema = "";
    beforeAll(() => {
      const parsed = z.looseObject({ $id: z.string() }).parse(JSON.parse(readFileSync(kit, "utf8")));
      schema = parsed.$id;
      ajv.addSchema(parsed);
    });

    test.each(Object.entries(texts))("on the largest with a text in %s", (_, text) => {
      for (const [name, build] of Object.entries(views)) {
        for (const view of build(largest(text)))
          expect(complaints(`${schema}#/$defs/modal_view`, view), name).toEqual([]);
      }
      for (const [name, build] of Object.entries(homes)) {
        for (const view of build(largest(text)))
          expect(complaints(`${schema}#/$defs/home_view`, view), name).toEqual([]);
      }
      for (const [name, build] of Object.entries(messages)) {
        for (const { blocks } of build(largest(text))) {
          if (blocks.length > 0) expect(complaints(schema, blocks), name).toEqual([]);
        }
      }
    });
  });

const isNode = (node: unknown): node is Record<string, unknown> => typeof node === "object" && node !== null;

/** The action ids of what tells us at once. An input tells us only when it is submitted, unless it says so. */
function pressableIn(node: unknown): string[] {
  if (!isNode(node)) return [];
  if (node.type === "input" && node.dispatch_action !== true) return [];
  const own = typeof node.action_id === "string" ? [node.action_id] : [];
  return [...own, ...Object.values(node).flatMap(pressableIn)];
}

function submittableIn(node: unknown): string[] {
  if (!isNode(node)) return [];
  const own = typeof node.callback_id === "string" ? [node.callback_id] : [];
  return [...own, ...Object.values(node).flatMap(submittableIn)];
}

/** Without the marks that our own messages quote with. */
const quoted = (words: string) => words.replace(/^>/gm, "");

function wordsIn(node: unknown): string[] {
  if (typeof node === "string") return [node];
  return typeof node === "object" && node !== null ? Object.values(node).flatMap(wordsIn) : [];
}

function mrkdwnIn(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  const here =
    "type" in node && node.type === "mrkdwn" && "text" in node && typeof node.text === "string"
      ? [node.text]
      : [];
  return [...here, ...Object.values(node).flatMap(mrkdwnIn)];
}

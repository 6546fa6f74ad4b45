// Every table on one page. Times are UTC and the database's own; people see them in TIME_ZONE.
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  numeric,
  pgEnum,
  pgTable,
  pgView,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";

const time = () => timestamp({ withTimezone: true, mode: "date" });
const id = () => integer().primaryKey().generatedAlwaysAsIdentity();
const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** May send; may also manage and read the log; may only read the log. */
export const boardRole = pgEnum("board_role", ["operator", "admin", "viewer"]);

export const alertKind = pgEnum("alert_kind", ["emergency", "service", "meeting", "other"]);
export type AlertKind = (typeof alertKind.enumValues)[number];

/** An alert's own life; what becomes of it after the confirm is its sending's. */
export const alertStatus = pgEnum("alert_status", ["draft", "discarded", "confirmed"]);

/** A sending's life: the last two are final, except that a resend takes up a finished one again. */
export const sendingStatus = pgEnum("sending_status", ["sending", "stopped", "finished"]);

/** Who acts: somebody of the board, a member by text, or what acts by itself. */
export const actorKind = pgEnum("actor_kind", ["board", "member", "command line", "system"]);
export type ActorKind = (typeof actorKind.enumValues)[number];

/**
 * A delivery's life. The order is the rank: what the provider says only moves a status up, and from
 * `delivered` on nothing moves it. From `accepted` on the provider has it.
 */
export const deliveryStatus = pgEnum("delivery_status", [
  "pending",
  "skipped",
  "expired",
  "canceled",
  "rejected",
  "sending",
  "unknown",
  "accepted",
  "sent",
  "delivered",
  "undelivered",
  "failed",
]);
export type DeliveryStatus = (typeof deliveryStatus.enumValues)[number];

/** Why a text leaves a member out. */
export const leftOutReason = pgEnum("left_out_reason", ["opted out", "no mobile", "unusable"]);
export type LeftOutReason = (typeof leftOutReason.enumValues)[number];

/** A value of the list is not a No to texts, is one, or its column is not about texts. */
export const answerMeaning = pgEnum("answer_meaning", ["texts", "no texts", "ignore"]);
export type AnswerMeaning = (typeof answerMeaning.enumValues)[number];

/** The allowlist: Slack users permitted to act. */
export const boardMembers = pgTable(
  "board_members",
  {
    teamId: text().notNull(),
    userId: text().notNull(),
    role: boardRole().notNull(),
    /** The board member's own phone (E.164), for "Send me a test". Nobody has proven that it is theirs. */
    phone: text(),
    /** Where alarms go when Slack can't be told: theirs, as a code that was texted there has shown. */
    alarmPhone: text(),
    addedAt: time().notNull().defaultNow(),
    /** When Slack last said that this is somebody who may act. Null: not known, or not true any more. */
    confirmedAt: time(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.userId] })],
);

/** Who asked to be added to the board: what is not decided is open, and a person has one of these at most. */
export const boardRequests = pgTable(
  "board_requests",
  {
    id: id(),
    teamId: text().notNull(),
    userId: text().notNull(),
    askedAt: time().notNull().defaultNow(),
    decidedAt: time(),
    /** The admin's Slack id; or what acted by itself. */
    decidedBy: text(),
    /** What they were added as; null where they were refused. */
    role: boardRole(),
  },
  (t) => [
    uniqueIndex("board_requests_open").on(t.teamId, t.userId).where(sql`${t.decidedAt} is null`),
    index().on(t.teamId, t.userId, t.askedAt),
  ],
);

/** Codes that were texted to somebody of the board, to prove that a phone is theirs: kept before the text leaves. */
export const phoneCodes = pgTable(
  "phone_codes",
  {
    id: uuid().primaryKey().defaultRandom(),
    teamId: text().notNull(),
    userId: text().notNull(),
    phone: text().notNull(),
    /** Of the code and whom it is for: the code itself is nowhere. */
    digest: text().notNull(),
    askedAt: time().notNull().defaultNow(),
    /** How often a wrong one was typed. */
    misses: integer().notNull().default(0),
    provenAt: time(),
    /** The provider's id of the message, once it has taken it. */
    messageSid: text(),
  },
  (t) => [index().on(t.teamId, t.userId, t.askedAt), index().on(t.phone, t.askedAt)],
);

/** Who was refused within the last hour, a row for each time: many are told to the board. The record has them all. */
export const refusals = pgTable(
  "refusals",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    teamId: text().notNull(),
    userId: text().notNull(),
    at: time().notNull().defaultNow(),
  },
  (t) => [index().on(t.at)],
);

/** Who wrote to Headgate directly, and when they did last, by Slack's clock: a burst gets one answer. */
export const directMessages = pgTable(
  "direct_messages",
  {
    teamId: text().notNull(),
    userId: text().notNull(),
    writtenAt: time().notNull(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.userId] })],
);

/** What each person's Home in Slack shows, for Slack can't be asked: a row for each to whom one was published. */
export const homes = pgTable(
  "homes",
  {
    teamId: text().notNull(),
    userId: text().notNull(),
    /** What it shows of the co-op is taken away as soon as they are no longer on the board. */
    showsBoard: boolean().notNull().default(false),
    /** Of what it shows: first of all but the counts, then of everything. Null: nobody knows. */
    digest: text(),
    /** When somebody last began to publish it, and when the last one was there. */
    turnAt: time(),
    shownAt: time(),
    /** When they last opened it; what members wrote after `newsSince` is new to them. */
    openedAt: time(),
    newsSince: time(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.userId] })],
);

/** What the board is told once, beside the messages of its alerts: written here, posted by a job. */
export const boardMessages = pgTable(
  "board_messages",
  {
    id: id(),
    /** What it is about: a second message with the same key is not told. */
    key: text().notNull(),
    /** In Slack's notation; what others wrote is escaped in it. */
    text: text().notNull(),
    /** It is told in this alert's thread, and seen in the channel too. */
    alertId: integer().references(() => alerts.id),
    /** In plain words, where it must reach somebody: texted to the admins' phones when Slack can't be told. */
    alarm: text(),
    createdAt: time().notNull().defaultNow(),
    /** While it is not posted: not tried again before. */
    postAt: time().notNull().defaultNow(),
    postedAt: time(),
  },
  (t) => [
    uniqueIndex().on(t.key),
    index("board_messages_to_post").on(t.postAt).where(sql`${t.postedAt} is null`),
  ],
);

/** Whom such an alarm was texted to: written before the text leaves, so that each admin gets it once. */
export const alarms = pgTable(
  "alarms",
  {
    messageId: integer()
      .notNull()
      .references(() => boardMessages.id),
    teamId: text().notNull(),
    userId: text().notNull(),
    at: time().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.messageId, t.teamId, t.userId] })],
);

export const zones = pgTable(
  "zones",
  {
    id: id(),
    name: text().notNull(),
    /** The name as it is compared: trimmed, single spaces, lower case. */
    key: text().notNull(),
    /** Counts its changes: whoever changes it says which they have seen. */
    version: integer().notNull().default(1),
    createdAt: time().notNull().defaultNow(),
  },
  (t) => [uniqueIndex().on(t.key)],
);

/** How somebody is told something. */
export const addressChannel = pgEnum("address_channel", ["text"]);

/** Everybody on the list; their numbers stand in `addresses`. Nobody is ever deleted: they leave, or are erased. */
export const members = pgTable(
  "members",
  {
    id: id(),
    /**
     * The co-op's own account number: what a row of an import is recognized by. Null: they have none, and no import
     * is about them.
     */
    account: text(),
    /** Empty where they were erased. */
    name: text().notNull(),
    /** What somebody without an account is, in words: a tenant, a school, the fire department. */
    about: text(),
    zoneId: integer().references(() => zones.id),
    /** They get what goes to any zone. Only this says so: a zone that is missing never means everybody. */
    inAllZones: boolean().notNull().default(false),
    language: text(),
    /** They left the co-op: they get nothing, and stay in the record. */
    leftAt: time(),
    /** Who they were is not known any more. */
    erasedAt: time(),
    /** Of the account that was erased: what an import that has it again is told by (members/erase/digests.ts). */
    erasedAccount: text(),
    /** They have a number. A trigger keeps it, so that those without one are found without reading all others. */
    hasNumber: boolean().notNull().default(false),
    /** Whose alerts they get: a zone's, or 0, every zone's. Null: nobody's, for they left. */
    reachZone: integer().generatedAlwaysAs(
      sql`case when left_at is not null then null when in_all_zones then 0 else zone_id end`,
    ),
    /** The version of the list that brought them in. */
    since: integer().notNull().default(0),
    /** Counts the changes of them and their numbers: whoever changes them says which they have seen. */
    version: integer().notNull().default(1),
    createdAt: time().notNull().defaultNow(),
    /** When they were last changed and by whom, as audit entries name it. */
    updatedAt: time().notNull().defaultNow(),
    updatedBy: text(),
    updatedTeam: text(),
  },
  (t) => [
    uniqueIndex().on(t.account),
    index().on(t.erasedAccount),
    index().on(t.zoneId),
    index().on(t.reachZone),
    index("members_by_name").on(sql`lower(${t.name})`, t.id),
    index("members_without_number").on(t.reachZone).where(sql`not ${t.hasNumber}`),
    check(
      "in_a_zone_or_in_all",
      sql`(${t.zoneId} is not null) <> ${t.inAllZones} or ${t.leftAt} is not null`,
    ),
    check(
      "known_by_account_or_words",
      sql`${t.account} is not null or ${t.about} is not null or ${t.erasedAt} is not null`,
    ),
    check("erased_have_left", sql`${t.erasedAt} is null or ${t.leftAt} is not null`),
  ],
);

/**
 * Where members are told things. A member may have several numbers, several members one number. An address is never
 * changed in place: one is removed and another added.
 */
export const addresses = pgTable(
  "addresses",
  {
    memberId: integer()
      .notNull()
      .references(() => members.id),
    channel: addressChannel().notNull().default("text"),
    /** A phone, E.164. */
    address: text().notNull(),
    /** It is the one that the co-op's list has: an import changes it, and leaves the others alone. */
    isListed: boolean().notNull().default(false),
    /** What is known of the consent to texts: where it is from, in which words, when it was given, and who wrote it down. */
    source: text(),
    words: text(),
    consentAt: time(),
    consentBy: text(),
    consentTeam: text(),
    /** The version of the list that brought it in. */
    since: integer().notNull().default(0),
    addedAt: time().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.memberId, t.channel, t.address] }), index().on(t.address)],
);

/** One row: which version of the member list this is. A trigger raises it with each change of somebody on it, an import for those who come in. */
export const memberList = pgTable(
  "member_list",
  {
    id: integer().primaryKey().default(1),
    version: integer().notNull().default(0),
  },
  (t) => [check("one_list", sql`${t.id} = 1`)],
);

/**
 * How somebody stood on the list before a change: from one version of it on, and before another. A trigger writes
 * it, a row for each change. By the version that an alert was frozen from, it tells who was on the list then. A version
 * and not a time, because an import that is under way at a confirm would else count for it. These rows can be
 * blanked: no audit entry has a name.
 */
export const memberChanges = pgTable(
  "member_changes",
  {
    memberId: integer().notNull(),
    since: integer().notNull(),
    until: integer().notNull(),
    account: text(),
    name: text(),
    zone: text(),
    /** In between they had left. */
    hasLeft: boolean().notNull().default(false),
    changedAt: time().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.memberId, t.until] })],
);

/** Which addresses members had before: from one version of the list on, and before another. A trigger writes it. */
export const addressChanges = pgTable(
  "address_changes",
  {
    memberId: integer().notNull(),
    channel: addressChannel().notNull(),
    address: text().notNull(),
    since: integer().notNull(),
    until: integer().notNull(),
    changedAt: time().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.memberId, t.channel, t.address, t.until] }), index().on(t.address)],
);

/** Who stood on the list in which of its versions, a row for each: db/functions/listed_members.sql. */
export const listedMembers = pgView("listed_members", {
  /** The member's id. */
  member: integer().notNull(),
  /** What they are, where they have no account. */
  account: text(),
  name: text(),
  zone: text(),
  since: integer().notNull(),
  /** Null: as it is now. */
  until: integer(),
}).existing();

/** Who had which number in which versions of the list: db/functions/listed_numbers.sql. */
export const listedNumbers = pgView("listed_numbers", {
  /** The member's id. */
  member: integer().notNull(),
  phone: text().notNull(),
  since: integer().notNull(),
  /** Null: as it is now. */
  until: integer(),
}).existing();

/**
 * What people change of a member by hand, and how it was before. It stands here and not in the audit log, whose
 * entries can't be changed: they name the change by its id.
 */
export const memberEdits = pgTable(
  "member_edits",
  {
    id: id(),
    memberId: integer().notNull(),
    at: time().notNull().defaultNow(),
    /** What changed, by its name; emptied where the member is erased. */
    before: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    after: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  },
  (t) => [index().on(t.memberId)],
);

/**
 * That a number opted out whose members were erased: a digest of it, and no more. Where a member gets that number, it
 * is opted out as it was (members/erase/digests.ts).
 */
export const erasedOptOuts = pgTable("erased_opt_outs", {
  digest: text().primaryKey(),
  optedOutAt: time().notNull(),
  source: text().notNull(),
});

/** One row: what such digests are made with, so that they are good for this database alone. */
export const digestSalt = pgTable(
  "digest_salt",
  { id: integer().primaryKey().default(1), salt: uuid().notNull().defaultRandom() },
  (t) => [check("one_salt", sql`${t.id} = 1`)],
);

/** A row here means: this phone gets nothing. START deletes the row; `opt_out_changes` has the history. */
export const optOuts = pgTable("opt_outs", {
  phone: text().primaryKey(),
  /** When the member said so. */
  optedOutAt: time().notNull().defaultNow(),
  /** When it was written down here: from then on it counts. */
  keptAt: time().notNull().defaultNow(),
  /**
   * `sms STOP` and the like for a keyword; `provider` where the provider says so, as Twilio does by error 21610;
   * `import`; or `by hand:` and how it was asked for.
   */
  source: text().notNull(),
});

/**
 * Each time that a phone opted out or in. What people wrote by hand stands here and not in the audit log, whose
 * entries can't be changed: they name the change by its id.
 */
export const optOutChanges = pgTable(
  "opt_out_changes",
  {
    id: id(),
    phone: text().notNull(),
    at: time().notNull().defaultNow(),
    optedOut: boolean().notNull(),
    source: text().notNull(),
    /** Why, where somebody did it for the member. */
    reason: text(),
  },
  (t) => [index().on(t.phone)],
);

/**
 * How many members of each zone a text reaches, and a fingerprint of their phones; under 0 those who are in all zones.
 * Triggers write only the changes, and the sum of them is how it stands: so no writer waits for another.
 */
export const reachChanges = pgTable("reach_changes", {
  zoneId: integer().notNull(),
  members: integer().notNull(),
  fingerprint: numeric().notNull(),
});

/**
 * The same changes member by member, for an hour: so that an author can be told what has changed since their review.
 * Triggers write them too; where very many change in one statement, nobody is named.
 */
export const reachNews = pgTable(
  "reach_news",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    memberId: integer().notNull(),
    /** The member came onto the list with it. */
    isNew: boolean().notNull(),
    zoneId: integer().notNull(),
    members: integer().notNull(),
    fingerprint: numeric().notNull(),
    at: time().notNull().defaultNow(),
  },
  (t) => [index().on(t.at)],
);

/**
 * Which accounts the co-op's list says No to texts for, as the last file said it that named them. A No is counted
 * when it comes in here. After that it is old: whoever opts in stays in, however often the file is imported.
 */
export const fileRefusals = pgTable(
  "file_refusals",
  {
    account: text().notNull(),
    phone: text().notNull(),
    saidAt: time().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.account, t.phone] })],
);

/** What a column or a value of the co-op's list means for texts, where somebody had to say it: kept for the next file. */
export const listAnswers = pgTable("list_answers", {
  /** Column and value as they are compared. */
  key: text().primaryKey(),
  column: text().notNull(),
  /** Null where it is about the whole column. It may be what somebody wrote about a member. */
  value: text(),
  meaning: answerMeaning().notNull(),
  answeredAt: time().notNull().defaultNow(),
});

/** That a number is at fault, as a gateway said it about a sending: opt-outs/numbers.ts judges what follows. */
export const numberFaults = pgTable(
  "number_faults",
  {
    phone: text().notNull(),
    sendingId: integer().notNull(),
    gateway: text().notNull(),
    code: text().notNull(),
    foundAt: time().notNull().defaultNow(),
    judgedAt: time(),
  },
  (t) => [
    primaryKey({ columns: [t.phone, t.sendingId, t.code] }),
    index("number_faults_to_judge").on(t.foundAt).where(sql`${t.judgedAt} is null`),
  ],
);

/** Numbers that were found unusable: landlines, numbers that do not exist. Freed again after some months. */
export const unusablePhones = pgTable("unusable_phones", {
  phone: text().primaryKey(),
  foundAt: time().notNull().defaultNow(),
  /** Who found it, and by which of its codes. */
  gateway: text().notNull(),
  code: text().notNull(),
});

/** Who can't be reached by text, a row for each phone: db/functions/barred_phones.sql. */
export const barredPhones = pgView("barred_phones", {
  phone: text().notNull(),
  optedOut: boolean().notNull(),
  unusable: boolean().notNull(),
}).existing();

export const alerts = pgTable(
  "alerts",
  {
    id: id(),
    status: alertStatus().notNull().default("draft"),
    teamId: text().notNull(),
    authorId: text().notNull(),
    kind: alertKind().notNull(),
    /** Each zone by its id, "all zones" too: nothing missing or empty may ever mean everybody. */
    zoneIds: integer().array().notNull(),
    /** The zones as they were named when the alert was reviewed. */
    zoneNames: text().array().notNull(),
    /** For the words only: the author chose "All zones". */
    allZones: boolean().notNull(),
    /** Exactly the text that goes out. */
    text: text().notNull(),
    segments: integer().notNull(),
    /** What in it is written otherwise than it was typed, in words for the review. */
    textChanges: text().array().notNull().default([]),

    /** The audience as the author last saw it; the fingerprint is the set of phones. */
    phoneCount: integer().notNull(),
    memberCount: integer().notNull(),
    audienceFingerprint: text().notNull(),
    /** The last of `reach_news` that this audience knows of. */
    newsSeen: bigint({ mode: "number" }).notNull().default(0),
    reviewedAt: time().notNull().defaultNow(),
    /** Counts the reviews that the author has been shown: a Send button is good for one of them. */
    version: integer().notNull().default(1),
    /** The modal that it was written in: submitted twice, it is still one draft. */
    viewId: text(),
    /** Changed later in another modal, so that the first modal can't bring back what it said. */
    edited: boolean().notNull().default(false),
    /** Phones of the last review that opted out before the audience was frozen, and so get nothing. */
    optedOutSince: integer().notNull().default(0),

    createdAt: time().notNull().defaultNow(),
    confirmedAt: time(),
    /** From the confirm on. */
    sendingId: integer().references(() => sendings.id),
    discardedAt: time(),
    discardedBy: text(),
  },
  (t) => [
    check("zones_named", sql`cardinality(${t.zoneIds}) > 0`),
    index().on(t.confirmedAt.desc()),
    uniqueIndex().on(t.viewId),
    uniqueIndex().on(t.sendingId),
    index("alerts_drafts").on(t.reviewedAt).where(sql`${t.status} = 'draft'`),
  ],
);

/** How many members of each of its zones an alert reached, when it was confirmed. */
export const alertReach = pgTable(
  "alert_reach",
  {
    zoneId: integer().notNull(),
    alertId: integer()
      .notNull()
      .references(() => alerts.id),
    members: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.zoneId, t.alertId] })],
);

/** What an author was told before pressing Send: a row for each reason to think again that a review has shown. */
export const reviewWarnings = pgTable(
  "review_warnings",
  {
    alertId: integer()
      .notNull()
      .references(() => alerts.id),
    /** What it is about, such as `same text 42`: whoever has seen it is not asked about it again. */
    key: text().notNull(),
    /** In Slack's notation; what others wrote is escaped in it. */
    words: text().notNull(),
    /** The last review that shows it, and where in its list. */
    version: integer().notNull(),
    place: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.alertId, t.key] })],
);

/** What is done by one at a time: whoever does it writes the row first. */
export const turns = pgTable("turns", {
  what: text().primaryKey(),
  takenAt: time().notNull().defaultNow(),
});

/** Each text that was shown for review: entries of the audit log name it by its id. */
export const alertTexts = pgTable("alert_texts", {
  id: id(),
  alertId: integer()
    .notNull()
    .references(() => alerts.id),
  text: text().notNull(),
});

/** "Send me a test": asked for before the text leaves, and what became of it. */
export const tests = pgTable(
  "tests",
  {
    id: id(),
    alertId: integer()
      .notNull()
      .references(() => alerts.id),
    teamId: text().notNull(),
    userId: text().notNull(),
    /** Slack's own id of the press: pressed twice, or replayed, it is one test. */
    press: text().notNull(),
    phone: text().notNull(),
    requestedAt: time().notNull().defaultNow(),
    /** The provider's id of the message, once it has taken it. */
    messageSid: text(),
  },
  (t) => [index().on(t.alertId, t.userId), index().on(t.phone)],
);

/** Where an alert stands in Slack: a row for each message that shows it. */
export const alertMessages = pgTable(
  "alert_messages",
  {
    alertId: integer()
      .notNull()
      .references(() => alerts.id),
    /**
     * `board`: in its channel; without one, between Headgate and the author. `author` and `admin U0123ABCD` are
     * direct messages with them, begun while the channel could not be used.
     */
    place: text().notNull(),
    /** Null until it is posted. */
    channelId: text(),
    messageTs: text(),
    /** Digest of what that message shows, of which version of the alert, and when it was last written. */
    shownDigest: text(),
    shownVersion: integer(),
    shownAt: time(),
    /** By Slack's own word, why it could not be written there the last time; null: it could. */
    trouble: text(),
    /** How many who were not sent it stood in the list below it, once it was over. Null: there is no list yet. */
    notSentNamed: integer(),
  },
  (t) => [primaryKey({ columns: [t.alertId, t.place] }), uniqueIndex().on(t.channelId, t.messageTs)],
);

/** The engine's half of an alert: what is handed over to gateways, from the confirm to its end. */
export const sendings = pgTable(
  "sendings",
  {
    id: id(),
    /** What it is about: `alert`. */
    about: text().notNull(),
    /** Lower goes first: 0 an emergency, 2 any other alert. */
    rank: integer().notNull(),
    status: sendingStatus().notNull().default("sending"),
    /** Of one rank, the first to be ready goes first. */
    readyAt: time().notNull().defaultNow(),
    /** What is not handed over by then expires: stale news is harmful. */
    deadlineAt: time().notNull(),
    /** When it was stopped or finished, and who stopped it. */
    endedAt: time(),
    stoppedBy: text(),
    /** Which version of the member list it was frozen from. */
    listVersion: integer().notNull().default(0),
    /** When the provider is asked next about what it has, and after which position; null: nothing to ask. */
    followAt: time(),
    followAfter: integer().notNull().default(0),
  },
  (t) => [
    index("sendings_open").on(t.status).where(sql`${t.status} = 'sending'`),
    index("sendings_to_follow").on(t.followAt).where(sql`${t.followAt} is not null`),
  ],
);

/**
 * What is alike in a sending: one text, one way out, one run of positions. Written with its deliveries, so a
 * sending without a part is not frozen yet.
 */
export const parts = pgTable(
  "parts",
  {
    sendingId: integer()
      .notNull()
      .references(() => sendings.id),
    part: integer().notNull(),
    /** The gateway that it goes out by. */
    gateway: text().notNull(),
    text: text().notNull(),
    segments: integer().notNull(),
    /** Its first and its last position. */
    first: integer().notNull(),
    last: integer().notNull(),
    /** Up to this position every delivery has been claimed once, or was over before. */
    claimedUpTo: integer().notNull(),
    /** Why the account can't send, in plain words, until a person resumes it; and how often it has halted. */
    haltReason: text(),
    halts: integer().notNull().default(0),
    /** After Resume one delivery goes first; the rest waits for its answer. */
    probing: boolean().notNull().default(false),
    resumedAt: time(),
    /** Why texts wait just now, in plain words, and until when that holds if it is not found again. */
    delayReason: text(),
    delayedUntil: time(),
  },
  (t) => [primaryKey({ columns: [t.sendingId, t.part] })],
);

/**
 * One sending to one address. One statement writes all deliveries of a part, one for each address, in the order
 * of the addresses. The primary key refuses a second such statement.
 */
export const deliveries = pgTable(
  "deliveries",
  {
    // No foreign key: rows come only from the freeze, and checking each costs more than writing it.
    sendingId: integer().notNull(),
    /** 1, 2, 3 ... within the sending. */
    position: integer().notNull(),
    part: integer().notNull().default(1),
    /** A phone, E.164. */
    address: text().notNull(),
    status: deliveryStatus().notNull().default("pending"),
    /** Counts claims and resends; a failure speaks only for its own attempt. */
    attempt: integer().notNull().default(0),
    /** Pending again, after a set-back or because a person said so: not before this time. */
    againAt: time(),
    /** Until then the instance that claimed it may hand it over. */
    leaseUntil: time(),
    claimedAt: time(),
    /** Nobody knows whether the provider has it: when to ask next. */
    askAt: time(),
    /** The gateway that it is handed over to, from its claim on. Null on rows of 0.1.0, which knew Twilio alone. */
    gateway: text(),
    messageSid: text(),
    /** Why it failed, by the gateway's own code. */
    code: text(),
    /** The same on rows of 0.1.0, which stay as they were written. */
    errorCode: integer(),
    acceptedAt: time(),
    /** When the status last went up. */
    statusAt: time().notNull().defaultNow(),
    /** In the account's currency, once the provider names it; often a day later. */
    price: numeric({ mode: "number", precision: 10, scale: 5 }),
    /** When the alert's thread named it among the failed. */
    failureNamedAt: time(),
    isNotReached: boolean()
      .notNull()
      .generatedAlwaysAs(sql`status in ('unknown', 'undelivered', 'failed', 'rejected')`),
  },
  (t) => [
    primaryKey({ columns: [t.sendingId, t.position] }),
    // In the usual life of a delivery no indexed column changes, so that an update writes to no index.
    index("deliveries_again").on(t.sendingId, t.againAt).where(sql`${t.againAt} is not null`),
    index("deliveries_to_ask").on(t.askAt).where(sql`${t.askAt} is not null`),
    // Holds what is listed and counted of many failures at once, so that their rows need not be read one by
    // one. It leaves out the status: what changes in every delivery's life must be in no index.
    index("deliveries_not_reached")
      .on(t.sendingId, t.position, t.failureNamedAt, t.code, t.errorCode)
      .where(sql`${t.isNotReached}`),
    // Small and cheap to write, because positions follow the order of the addresses.
    index("deliveries_by_address")
      .using("brin", t.address)
      .with({ autosummarize: true, pages_per_range: 16 }),
  ],
);

/**
 * Who was barred when a sending was confirmed that is frozen later: a START in between adds nobody. Rows are only
 * there until it is frozen.
 */
export const barredAtConfirm = pgTable(
  "barred_at_confirm",
  { sendingId: integer().notNull(), phone: text().notNull() },
  (t) => [primaryKey({ columns: [t.sendingId, t.phone] })],
);

/**
 * The members of an alert's zones who get no text, as it was when its audience was frozen: the same statement
 * writes them and its deliveries. No foreign keys, for the reason that deliveries have none.
 */
export const leftOut = pgTable(
  "left_out",
  {
    sendingId: integer().notNull(),
    memberId: integer().notNull(),
    reason: leftOutReason().notNull(),
  },
  (t) => [primaryKey({ columns: [t.sendingId, t.memberId] })],
);

/**
 * What became of an earlier attempt of a delivery: moved here when the delivery is sent again. The current one, which
 * nearly always is the only one, stands in the delivery itself.
 */
export const attempts = pgTable(
  "attempts",
  {
    sendingId: integer().notNull(),
    position: integer().notNull(),
    /** The delivery's attempt at its end: what names this one or an earlier one, down to the row before, is about it. */
    attempt: integer().notNull(),
    gateway: text(),
    messageSid: text(),
    status: deliveryStatus().notNull(),
    code: text(),
    price: numeric({ mode: "number", precision: 10, scale: 5 }),
    claimedAt: time(),
    acceptedAt: time(),
    statusAt: time().notNull(),
  },
  (t) => [primaryKey({ columns: [t.sendingId, t.position, t.attempt] })],
);

/** What instances have claimed: a row for each batch, so that a lease that nobody ended is found. */
export const claims = pgTable("claims", {
  /** Chosen by the instance. If it never hears what it got, it asks for it by this id. */
  id: uuid().primaryKey().defaultRandom(),
  /** 0, and no positions, where an id was only taken so that a late claim with it fails. */
  sendingId: integer().notNull(),
  positions: integer().array().notNull(),
  leaseUntil: time().notNull(),
  /** The lease has run out: what is still open is asked about. */
  isEnded: boolean().notNull().default(false),
});

/**
 * How many deliveries of a part have which status, of how many the price is known, and what these cost; kept by
 * triggers on `deliveries`.
 */
export const deliveryCounts = pgTable(
  "delivery_counts",
  {
    sendingId: integer().notNull(),
    part: integer().notNull(),
    status: deliveryStatus().notNull(),
    count: integer().notNull(),
    price: numeric({ mode: "number", precision: 14, scale: 5 }).notNull().default(0),
    priced: integer().notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.sendingId, t.part, t.status] })],
);

/** Every status callback as it came, also those that came late or twice; kept for a time (upkeep/forget.ts). */
export const statusCallbacks = pgTable(
  "status_callbacks",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    receivedAt: time().notNull().defaultNow(),
    sendingId: integer().notNull(),
    position: integer().notNull(),
    attempt: integer().notNull(),
    messageSid: text().notNull(),
    /** The provider's own word, and what it means; null on rows of 0.1.0. */
    status: text().notNull(),
    meaning: deliveryStatus(),
    code: text(),
    errorCode: integer(),
  },
  (t) => [
    index().on(t.sendingId, t.position),
    // For those that are old enough to be forgotten: they come in the order of time, so it is tiny.
    index("status_callbacks_by_time").using("brin", t.receivedAt).with({ autosummarize: true }),
  ],
);

/**
 * How a text is shown to the board: `words`; a `wish` to be left in peace, which somebody decides about; or what
 * took them `off the list` where the provider itself did nothing about it.
 */
export const shownAs = pgEnum("shown_as", ["words", "wish", "off the list"]);
export type ShownAs = (typeof shownAs.enumValues)[number];

/** What members write. */
export const inboundTexts = pgTable(
  "inbound_texts",
  {
    /** As buttons name it. */
    id: integer().notNull().generatedAlwaysAsIdentity(),
    messageSid: text().primaryKey(),
    /** When it came to us, and when it was written: the order of a phone's words is that of the writing. */
    receivedAt: time().notNull().defaultNow(),
    writtenAt: time().notNull().defaultNow(),
    phone: text().notNull(),
    /** Which version of the member list says whose phone it was. */
    listVersion: integer().notNull().default(0),
    body: text().notNull(),
    /** The word that it is taken for; of what the provider did by words of its own: STOP, START or HELP. */
    keyword: text(),
    /** The provider acts on the keyword too; false where we alone take the text for it. */
    isProviders: boolean().notNull().default(true),
    /** The last alert that reached this phone before it, where it may be an answer to that. */
    alertId: integer().references(() => alerts.id),
    /** Null where nobody need see it. */
    shownAs: shownAs(),
    /** From a number that no member has: shown together with others. */
    isGathered: boolean().notNull().default(false),
    /** While it is not shown: not tried again before, and how often it was. */
    showAt: time().notNull().defaultNow(),
    tries: integer().notNull().default(0),
    shownAt: time(),
    /** The message in Slack that shows it. */
    channelId: text(),
    messageTs: text(),
  },
  (t) => [
    index("inbound_texts_to_show").on(t.showAt).where(sql`${t.shownAt} is null and ${t.shownAs} is not null`),
    index("inbound_texts_gathered").on(t.shownAt).where(sql`${t.isGathered}`),
    index("inbound_texts_of_phone").on(t.phone, t.writtenAt),
    index("inbound_texts_for_board").on(t.receivedAt).where(sql`${t.shownAs} is not null`),
    uniqueIndex().on(t.id),
  ],
);

/** By gateway, up to when its own list of what members wrote has been looked through. */
export const inboundMarks = pgTable("inbound_marks", {
  gateway: text().primaryKey(),
  lookedUpTo: time().notNull(),
});

/** What is to be done next with a member list from Slack: by Headgate, or while it is shown by its uploader. */
export const importState = pgEnum("import_state", ["to fetch", "to read", "shown", "to apply", "over"]);

/** A member list that somebody dropped into Slack. Nothing of it is kept longer than a day (members/imports/rows.ts). */
export const imports = pgTable(
  "imports",
  {
    id: id(),
    teamId: text().notNull(),
    userId: text().notNull(),
    at: time().notNull().defaultNow(),
    state: importState().notNull().default("to fetch"),
    /** Rises with each step: a button of an earlier one does nothing. */
    version: integer().notNull().default(1),
    /** Slack's own id of the file, what it is called, and where its uploader can delete it. */
    fileId: text().notNull(),
    fileName: text().notNull(),
    fileLink: text(),
    /** The modal in which it is followed. */
    viewId: text().notNull(),
    /** The file itself, until it is applied or discarded. */
    bytes: bytea(),
    /** What its uploader has answered. */
    choices: jsonb().notNull().default({}),
    /** What would be done: its code, what is shown of it, and every row of it as CSV. */
    code: text(),
    preview: jsonb(),
    details: text(),
    /** Why it is shown once more, or what came of it: whole sentences. */
    words: text(),
    /** Not before then is anything done about it: whoever does it now has it until then. */
    workAt: time().notNull().defaultNow(),
    tries: integer().notNull().default(0),
    /** When its uploader is to be told next how it stands; null: they know. */
    tellAt: time(),
  },
  (t) => [index().on(t.at)],
);

/**
 * A row for each change of one of the co-op's own settings: the last holds, and what it was before stays. Entries of the
 * audit log name a change by its setting and version, since a number for questions may be somebody's own.
 */
export const settings = pgTable(
  "settings",
  {
    /** As in the environment. */
    name: text().notNull(),
    /** From 1 on: of two changes of the same version the second is refused. */
    version: integer().notNull(),
    /** As it was typed; null: not set any more. */
    value: text(),
    changedAt: time().notNull().defaultNow(),
    actorKind: actorKind().notNull(),
    /** A Slack user's id; or the actor's kind. */
    actor: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.name, t.version] })],
);

/** By gateway, how many segments may be handed over now, by all instances together. */
export const pace = pgTable("pace", {
  gateway: text().primaryKey(),
  tokens: doublePrecision().notNull(),
  refilledAt: time().notNull().defaultNow(),
});

/** Phone numbers as entries of the audit log name them: by id, so that a number can be blanked here. */
export const numbers = pgTable("numbers", { id: id(), phone: text() }, (t) => [uniqueIndex().on(t.phone)]);

/**
 * Who did what, when, to whom. Entries can only be added: the database refuses UPDATE, DELETE and TRUNCATE.
 * What can identify somebody must be blanked one day, so it stands in other tables: an entry has only the ids of
 * numbers and texts.
 * Entries of 0.1.0 have phones and texts in their detail, and no kind of actor.
 */
export const auditEntries = pgTable(
  "audit_entries",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: time().notNull().defaultNow(),
    actorKind: actorKind(),
    teamId: text(),
    /** A Slack user's id; or the actor's kind. */
    actor: text().notNull(),
    action: text().notNull(),
    alertId: integer().references(() => alerts.id),
    numberId: integer().references(() => numbers.id),
    textId: integer().references(() => alertTexts.id),
    /** A member's id. */
    memberId: integer(),
    detail: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  },
  (t) => [
    index().on(t.alertId, t.id),
    index("audit_entries_refused").on(t.at).where(sql`${t.action} = 'refused'`),
    index("audit_entries_of_member").on(t.memberId, t.id).where(sql`${t.memberId} is not null`),
    index("audit_entries_of_number").on(t.numberId, t.id).where(sql`${t.numberId} is not null`),
  ],
);

/** One row: when an instance last looked whether all that an alert needs works. Written to see that it can be. */
export const lastCheck = pgTable(
  "last_check",
  {
    id: integer().primaryKey().default(1),
    at: time().notNull().defaultNow(),
  },
  (t) => [check("one_check", sql`${t.id} = 1`)],
);

/** One row: which version of db/functions this database has. */
export const functionSet = pgTable(
  "function_set",
  {
    id: integer().primaryKey().default(1),
    version: integer().notNull(),
  },
  (t) => [check("one_set", sql`${t.id} = 1`)],
);

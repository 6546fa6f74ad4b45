// Every table on one page. Times are UTC and the database's own; people see them in TIME_ZONE.
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
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

/** May send, or may also manage and read the log. */
export const boardRole = pgEnum("board_role", ["operator", "admin"]);

export const alertKind = pgEnum("alert_kind", ["emergency", "service", "meeting", "other"]);
export type AlertKind = (typeof alertKind.enumValues)[number];

/**
 * An alert's life. `draft` can still be edited; from `sending` on nothing can be undone.
 * `halted` waits for a person; `discarded`, `stopped` and `finished` are final.
 */
export const alertStatus = pgEnum("alert_status", [
  "draft",
  "discarded",
  "sending",
  "halted",
  "stopped",
  "finished",
]);

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

/** The allowlist: Slack users permitted to act. */
export const boardMembers = pgTable(
  "board_members",
  {
    teamId: text().notNull(),
    userId: text().notNull(),
    role: boardRole().notNull(),
    /** The board member's own phone (E.164), for "Send me a test". */
    phone: text(),
    addedAt: time().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.teamId, t.userId] })],
);

export const zones = pgTable(
  "zones",
  {
    id: id(),
    name: text().notNull(),
    /** The name as it is compared: trimmed, single spaces, lower case. */
    key: text().notNull(),
    createdAt: time().notNull().defaultNow(),
  },
  (t) => [uniqueIndex().on(t.key)],
);

export const members = pgTable(
  "members",
  {
    id: id(),
    /** The co-op's own account number: what a row of an import is recognised by. */
    account: text().notNull(),
    name: text().notNull(),
    /** E.164, or null: no mobile. Several members may share one number. */
    phone: text(),
    zoneId: integer()
      .notNull()
      .references(() => zones.id),
    language: text(),
    createdAt: time().notNull().defaultNow(),
    updatedAt: time().notNull().defaultNow(),
  },
  (t) => [uniqueIndex().on(t.account), index().on(t.zoneId), index().on(t.phone)],
);

/** A row here means: this phone gets nothing. START deletes the row; the audit log keeps the history. */
export const optOuts = pgTable("opt_outs", {
  phone: text().primaryKey(),
  optedOutAt: time().notNull().defaultNow(),
  /** `sms STOP` and the like for a keyword, `provider` for Twilio's error 21610. */
  source: text().notNull(),
});

/**
 * How many members of each zone a text reaches, and a fingerprint of their phones. Kept by triggers as
 * changes, whose sum is how it stands: so nobody who writes waits for anybody else.
 */
export const reachChanges = pgTable("reach_changes", {
  zoneId: integer().notNull(),
  members: integer().notNull(),
  fingerprint: numeric().notNull(),
});

/** Numbers that the provider found unusable: landlines, numbers that do not exist. */
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

    /** The audience as the author last saw it; the fingerprint is the set of phones. */
    phoneCount: integer().notNull(),
    memberCount: integer().notNull(),
    audienceFingerprint: text().notNull(),
    reviewedAt: time().notNull().defaultNow(),
    /** Counts what the author has been shown to decide upon: a Send button is good for one of them. */
    version: integer().notNull().default(1),
    /** The modal that it was written in: submitted twice, it is still one draft. */
    viewId: text(),
    /** Changed since, in another modal: the first one can't bring back what it said. */
    edited: boolean().notNull().default(false),

    createdAt: time().notNull().defaultNow(),
    confirmedAt: time(),
    /** When the audience became delivery rows: with the confirm, or soon after it for a large one. */
    frozenAt: time(),
    /** What is not handed over by then expires: stale news is harmful. */
    deadlineAt: time(),
    /** Why the account cannot send, in plain words. */
    haltReason: text(),
    /** Why texts wait just now, in plain words, and until when that is true unless it is found again. */
    delayReason: text(),
    delayedUntil: time(),
    /** After Resume one delivery goes first; the rest waits for its answer. */
    probing: boolean().notNull().default(false),
    resumedAt: time(),
    endedAt: time(),
    endedBy: text(),

    /** The one message in Slack that lives through the whole alert. */
    channelId: text(),
    messageTs: text(),
    /** Digest of what that message shows, and when it was last written. */
    shownDigest: text(),
    shownAt: time(),
  },
  (t) => [
    check("zones_named", sql`cardinality(${t.zoneIds}) > 0`),
    index().on(t.confirmedAt.desc()),
    index("alerts_open").on(t.status).where(sql`${t.status} in ('sending', 'halted')`),
    uniqueIndex().on(t.channelId, t.messageTs),
    uniqueIndex().on(t.viewId),
  ],
);

/**
 * One alert to one number: one statement writes all of an alert's, for distinct phones in their order, and
 * the primary key refuses a second such statement.
 */
export const deliveries = pgTable(
  "deliveries",
  {
    // No foreign key: rows come only from the freeze, and checking each costs more than writing it.
    alertId: integer().notNull(),
    /** 1, 2, 3 ... within the alert. */
    position: integer().notNull(),
    phone: text().notNull(),
    status: deliveryStatus().notNull().default("pending"),
    /** Counts claims and resends; a failure speaks only for its own attempt. */
    attempt: integer().notNull().default(0),
    /** Pending again, after a set-back or because a person said so: not before this time. */
    againAt: time(),
    /** Whoever claimed it may hand it over until then. */
    leaseUntil: time(),
    claimedAt: time(),
    /** Nobody knows whether the provider has it: when to ask next. */
    askAt: time(),
    /** Who it is handed over to, from its claim on. Null on rows of 0.1.0, which knew Twilio alone. */
    gateway: text(),
    messageSid: text(),
    /** Why it failed, by the gateway's own code. */
    code: text(),
    /** The same on rows of 0.1.0, which are not written anew. */
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
    primaryKey({ columns: [t.alertId, t.position] }),
    // In the usual life of a delivery no indexed column changes, so that an update writes to no index.
    index("deliveries_again").on(t.alertId, t.againAt).where(sql`${t.againAt} is not null`),
    index("deliveries_to_ask").on(t.askAt).where(sql`${t.askAt} is not null`),
    // With what is listed and counted of many failures at once, so that their rows need not be read one by
    // one. Without the status: what changes in every delivery's life must be in no index.
    index("deliveries_not_reached")
      .on(t.alertId, t.position, t.failureNamedAt, t.code, t.errorCode)
      .where(sql`${t.isNotReached}`),
    // Small and cheap to write, because positions follow the order of the phones.
    index("deliveries_by_phone").using("brin", t.phone).with({ autosummarize: true, pages_per_range: 16 }),
  ],
);

/** How far the deliveries of an alert have been gone through; apart from the alert, which people change. */
export const progress = pgTable("progress", {
  alertId: integer().primaryKey(),
  /** Up to this position every delivery has been claimed once, or was done with before. */
  claimedUpTo: integer().notNull().default(0),
  /** When the provider is asked next about what it has, and after which position; null: nothing more to ask. */
  followAt: time().defaultNow(),
  followAfter: integer().notNull().default(0),
});

/** What instances have claimed: a row for each batch, so that a lease that nobody ended is found. */
export const claims = pgTable("claims", {
  /** Chosen by the instance, which asks for it where it never heard what it got. */
  id: uuid().primaryKey().defaultRandom(),
  /** 0, and no positions, where an id was only taken so that a late claim by it fails. */
  alertId: integer().notNull(),
  positions: integer().array().notNull(),
  leaseUntil: time().notNull(),
  /** What nobody had handed over by then is asked about. */
  isEnded: boolean().notNull().default(false),
});

/** How many deliveries of an alert have which status, and what they cost; kept by triggers on `deliveries`. */
export const deliveryCounts = pgTable(
  "delivery_counts",
  {
    alertId: integer().notNull(),
    status: deliveryStatus().notNull(),
    count: integer().notNull(),
    price: numeric({ mode: "number", precision: 14, scale: 5 }).notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.alertId, t.status] })],
);

/** Every status callback as it came, the late and the doubled too. */
export const statusCallbacks = pgTable(
  "status_callbacks",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    receivedAt: time().notNull().defaultNow(),
    alertId: integer().notNull(),
    position: integer().notNull(),
    attempt: integer().notNull(),
    messageSid: text().notNull(),
    /** The provider's own word, and what it means; null on rows of 0.1.0. */
    status: text().notNull(),
    meaning: deliveryStatus(),
    code: text(),
    errorCode: integer(),
  },
  (t) => [index().on(t.alertId, t.position)],
);

/** What members write. */
export const inboundTexts = pgTable(
  "inbound_texts",
  {
    messageSid: text().primaryKey(),
    receivedAt: time().notNull().defaultNow(),
    phone: text().notNull(),
    body: text().notNull(),
    keyword: text(),
    /** The last alert that reached this phone: its thread shows the text. */
    alertId: integer().references(() => alerts.id),
    /** While it is not shown: not tried again before. */
    showAt: time().notNull().defaultNow(),
    shownAt: time(),
  },
  (t) => [
    index("inbound_texts_to_show").on(t.showAt).where(sql`${t.shownAt} is null and ${t.alertId} is not null`),
  ],
);

/** One row: how many segments may be handed over now, by all instances together. */
export const pace = pgTable(
  "pace",
  {
    id: integer().primaryKey().default(1),
    tokens: doublePrecision().notNull(),
    refilledAt: time().notNull().defaultNow(),
  },
  (t) => [check("one_row", sql`${t.id} = 1`)],
);

/** Who did what, when, to whom. The database refuses UPDATE, DELETE and TRUNCATE. */
export const auditEntries = pgTable(
  "audit_entries",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: time().notNull().defaultNow(),
    teamId: text(),
    /** A Slack user; or `system`, `member`, `command line`. */
    actor: text().notNull(),
    action: text().notNull(),
    alertId: integer().references(() => alerts.id),
    detail: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  },
  (t) => [
    index().on(t.alertId, t.id),
    index("audit_tests").on(t.at).where(sql`${t.action} in ('test requested', 'test sent')`),
  ],
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

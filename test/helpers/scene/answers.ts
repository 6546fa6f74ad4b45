// What a story may ask. It is answered in words, so that no story knows the tables.
import { and, asc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { type AuditAction, listAllEntries } from "../../../src/audit/audit.ts";
import type { Connection } from "../../../src/db/open.ts";
import {
  alertMessages,
  alerts,
  attempts,
  boardMessages,
  deliveries,
  inboundMarks,
  numberFaults,
  optOuts,
  sendings,
  statusCallbacks,
} from "../../../src/db/schema.ts";
import { type AlertWithCounts, readAlert } from "../../../src/outcomes/read-alert.ts";
import { listInboundTexts } from "../../../src/replies/inbound.ts";
import { dumpTables } from "../tables.ts";

export function createAnswers({ db, client }: Connection) {
  const listDeliveries = () =>
    db
      .select({
        phone: deliveries.address,
        status: deliveries.status,
        attempt: deliveries.attempt,
        sid: deliveries.messageSid,
        code: deliveries.code,
        price: deliveries.price,
      })
      .from(deliveries)
      .orderBy(asc(deliveries.sendingId), asc(deliveries.position));
  const isUnderWay = eq(deliveries.status, "sending");

  return {
    /** All alerts, drafts too, oldest first. */
    async alerts(): Promise<AlertWithCounts[]> {
      const rows = await db.select({ id: alerts.id }).from(alerts).orderBy(asc(alerts.id));
      const found = await Promise.all(rows.map(({ id }) => readAlert(db, id)));
      return found.filter((alert) => alert !== undefined);
    },
    /** Whether the database knows where in Slack each alert's message is. */
    arePlacesKept: async () =>
      (await db.$count(alertMessages, isNotNull(alertMessages.messageTs))) === (await db.$count(alerts)),
    /** One for each phone of each alert, in the order in which they are sent. */
    deliveries: listDeliveries,
    /** What became of earlier attempts, for each that was sent again. */
    earlierAttempts: () =>
      db
        .select({
          status: attempts.status,
          sid: attempts.messageSid,
          code: attempts.code,
          price: attempts.price,
        })
        .from(attempts)
        .orderBy(asc(attempts.sendingId), asc(attempts.position), asc(attempts.attempt)),
    statuses: async () => (await listDeliveries()).map(({ status }) => status),
    statusOf: async (phone: string) => (await listDeliveries()).find((each) => each.phone === phone)?.status,
    /** Whether nobody knows what became of at least this many hand-overs. */
    isSetback: async (count = 1) =>
      (await db.$count(deliveries, and(isUnderWay, isNotNull(deliveries.askAt)))) >= count,
    /** Whether the provider was asked about one of those, and will be again later. */
    isAsked: async () =>
      (await db.$count(
        deliveries,
        and(isUnderWay, sql`${deliveries.askAt} > now() + interval '10 seconds'`),
      )) > 0,
    /** Whether the provider was asked about all that it has, and will be again later. */
    isAskedAboutAll: async () => (await db.$count(sendings, sql`${sendings.followAt} > now()`)) > 0,
    /** How much the board is still to be told. */
    untold: () => db.$count(boardMessages, isNull(boardMessages.postedAt)),
    /** Whether it is written down that a thread has named who was not reached. */
    areFailuresNamed: async () => (await db.$count(deliveries, isNotNull(deliveries.failureNamedAt))) > 0,
    /** Who gets nothing, and how they asked for that. */
    optOuts: () =>
      db.select({ phone: optOuts.phone, source: optOuts.source }).from(optOuts).orderBy(asc(optOuts.phone)),
    /** How often a gateway said that a number is at fault, as far as that was judged. */
    judgedFaults: () => db.$count(numberFaults, isNotNull(numberFaults.judgedAt)),
    /** What members wrote, oldest first. */
    memberTexts: () => listInboundTexts(db),
    /** Whether the provider has been asked for what members wrote while nobody heard them. */
    hasLookedForTexts: async () => (await db.$count(inboundMarks)) > 0,
    /** What the board is told beside its alerts, oldest first: posted or not. */
    toldBoard: async () =>
      (await db.select({ text: boardMessages.text }).from(boardMessages).orderBy(asc(boardMessages.id))).map(
        ({ text }) => text,
      ),
    /** How many status callbacks were kept as they came. */
    countCallbacks: () => db.$count(statusCallbacks),
    /** What the audit log has of this, oldest first: who, about which alert, and the details. */
    async audit(action: AuditAction) {
      const entries = await listAllEntries(db);
      return entries
        .filter((entry) => entry.action === action)
        .map(({ actor, alertId, detail }): Record<string, unknown> => ({ actor, alertId, ...detail }));
    },
    /** What was written into the audit log last. */
    async lastAudit(): Promise<Record<string, unknown> | undefined> {
      const last = (await listAllEntries(db)).at(-1);
      return last && { actor: last.actor, action: last.action, ...last.detail };
    },
    /** How everything stands, to be compared later. @param but what may change meanwhile */
    everything: (but?: "audit_entries" | "status_callbacks") => dumpTables(client, but),
  };
}

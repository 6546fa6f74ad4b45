// The whole log as CSV files, or one alert, in a direct message to whoever asked.
import { listAllEntries } from "../../audit/audit.ts";
import { outcomeOf, unreached } from "../../outcomes/counts.ts";
import { describeUnreached } from "../../outcomes/delivery-lines.ts";
import { listEverything } from "../../outcomes/everything.ts";
import { listAllLeftOut } from "../../outcomes/left-out.ts";
import { kindNames, leftOutWords } from "../../outcomes/summary.ts";
import { listInboundTexts } from "../../replies/inbound.ts";
import { nameTimeZone } from "../../text/words.ts";
import { phoneCell, toCsv } from "../files/csv.ts";
import type { Contents, Files } from "../files/send.ts";
import type { SlackContext } from "../wire/listener.ts";
import { describeEntry } from "./entries.ts";

type Needs = Pick<SlackContext, "gateway" | "settings" | "nameOf">;

export function logFiles(context: Needs, alertId?: number): Omit<Files, "record" | "tell"> {
  const what = alertId === undefined ? "The alert log" : `Alert ${alertId}`;
  return {
    what,
    contents: logContents(context, alertId),
    comment:
      `${what}, a row for each phone and one more where it was tried again; the audit log; what members wrote; and who was left out. ` +
      `Names, accounts and zones are those of the moment when the alert was sent. Times are ${nameTimeZone(context.settings.timeZone)}. ` +
      "They name members' phones: keep them safe.",
  };
}

/** By the files' names. @param alertId what is about this alert alone */
export function logContents({ gateway, settings, nameOf }: Needs, alertId?: number): Contents {
  const { timeZone } = settings;
  const clock = nameTimeZone(timeZone);
  const { who, named } = createNames(nameOf);
  const prefix = alertId === undefined ? "" : `alert-${alertId}-`;
  return {
    [`${prefix}${alertId === undefined ? "alert-log" : "phones"}.csv`]: (rows) =>
      toCsv(
        named(listEverything(rows, alertId), ({ authorId }) => [authorId]),
        {
          alert: (row) => row.alertId,
          kind: (row) => kindNames[row.kind],
          by: (row) => who(row.authorId),
          [`confirmed (${clock})`]: (row) => row.confirmedAt,
          "sent to": (row) => row.zoneNames.join("; "),
          account: (row) => row.accounts,
          name: (row) => row.names,
          zone: (row) => row.zones,
          phone: (row) => phoneCell(row.phone),
          outcome: (row) => outcomeOf(row.status),
          reason: (row) => (unreached.includes(row.status) ? describeUnreached(row, gateway) : ""),
          code: (row) => (unreached.includes(row.status) ? row.code : ""),
          [`sent (${clock})`]: (row) => row.acceptedAt,
          [`outcome since (${clock})`]: (row) => row.statusAt,
          text: (row) => row.text,
          segments: (row) => row.segments,
          price: (row) => row.price,
          "message SID": (row) => row.messageSid,
        },
        timeZone,
      ),
    [`${prefix}audit-log.csv`]: (rows) =>
      toCsv(
        named(
          rows((db) => listAllEntries(db, alertId)),
          ({ actorKind, actor, detail: { userId } }) => [
            ...(actorKind === "board" ? [actor] : []),
            ...(typeof userId === "string" ? [userId] : []),
          ],
        ),
        {
          [`at (${clock})`]: (entry) => entry.at,
          who: (entry) => (entry.actorKind === "board" ? who(entry.actor) : entry.actor),
          what: (entry) => describeEntry(entry),
          alert: (entry) => entry.alertId,
          phone: ({ detail }) => (typeof detail.phone === "string" ? phoneCell(detail.phone) : ""),
          detail: ({ action, detail }) => describeDetail(action, detail, who),
        },
        timeZone,
      ),
    [`${prefix}member-texts.csv`]: (rows) =>
      toCsv(
        rows((db) => listInboundTexts(db, alertId)),
        {
          [`received (${clock})`]: (text) => text.receivedAt,
          account: (text) => text.accounts,
          name: (text) => text.names,
          phone: (text) => phoneCell(text.phone),
          text: (text) => text.body,
          alert: (text) => text.alertId,
        },
        timeZone,
      ),
    [`${prefix}left-out.csv`]: (rows) =>
      toCsv(
        rows((db) => listAllLeftOut(db, alertId)),
        {
          alert: (row) => row.alertId,
          account: (row) => row.account,
          name: (row) => row.name,
          zone: (row) => row.zone,
          phone: (row) => phoneCell(row.phone),
          reason: (row) => leftOutWords[row.reason],
        },
        timeZone,
      ),
  };
}

/** What people are called, each of them asked for once, as they turn up. */
function createNames(nameOf: SlackContext["nameOf"]) {
  const names = new Map<string, string>();
  return {
    who: (id: string) => names.get(id) ?? id,
    /** Passes the rows on when it knows everybody in them. */
    named: async function* <Row>(lots: AsyncIterable<Row[]>, idsOf: (row: Row) => string[]) {
      for await (const lot of lots) {
        const unknown = [...new Set(lot.flatMap(idsOf))].filter((id) => !names.has(id));
        await Promise.all(unknown.map(async (id) => names.set(id, await nameOf(id))));
        yield lot;
      }
    },
  };
}

/** What stands in other columns. */
const SAID: Partial<Record<string, readonly string[]>> = {
  refused: ["what", "why"],
  "setting changed": ["setting", "settingVersion", "before", "after"],
};

/** What no other column says. */
function describeDetail(
  action: string,
  { userId, ...detail }: Record<string, unknown>,
  who: (id: string) => string,
): string {
  const said = ["phone", ...((Object.hasOwn(SAID, action) && SAID[action]) || [])];
  const rest = Object.fromEntries(Object.entries(detail).filter(([key]) => !said.includes(key)));
  const more = { ...(typeof userId === "string" && { user: who(userId) }), ...rest };
  return Object.entries(more)
    .map(([key, value]) => `${inWords(key)}: ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join("; ");
}

/** "notSent" as "not sent" */
const inWords = (key: string): string => key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

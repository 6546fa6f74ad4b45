// What a nervous person should have been told before pressing Send.
import { and, desc, gte, inArray, ne, sql } from "drizzle-orm";
import type { Settings } from "../config.ts";
import type { Reader } from "../db/open.ts";
import { type AlertKind, alerts, deliveries, members } from "../db/schema.ts";
import type { Segments } from "../text/segments.ts";
import { describeTime } from "../text/words.ts";

export type WarningFacts = {
  kind: AlertKind;
  text: string;
  segments: Segments;
  allZones: boolean;
  /** When the same text went to some of the same phones. */
  sameTextAt: Date | undefined;
  now: Date;
};

/** Texts that are no emergency go out from 8 in the morning to 9 in the evening (FCC, 47 CFR 64.1200(c)(1)). */
const QUIET_FROM = 21;
const QUIET_UNTIL = 8;

export function listWarnings(facts: WarningFacts, { timeZone, organization }: Settings): string[] {
  const { kind, text, segments, allZones, sameTextAt, now } = facts;
  const warnings: string[] = [];
  if (sameTextAt) {
    warnings.push(`The same text went to some of these phones on ${describeTime(sameTextAt, timeZone)}.`);
  }
  if (allZones) warnings.push("This goes to all zones.");
  if (kind !== "emergency" && isQuiet(now, timeZone)) {
    warnings.push(
      "It is between 9 in the evening and 8 in the morning. Unless this is an emergency, wait until the morning.",
    );
  }
  if (segments.encoding === "UCS-2") {
    const characters = segments.costlyCharacters.slice(0, 5).map((character) => `“${character}”`);
    warnings.push(
      `${characters.join(" ")} makes this text cost about twice as much: with it a text holds 70 characters instead of 160.`,
    );
  }
  if (organization && !text.toLowerCase().includes(organization.toLowerCase())) {
    warnings.push(`The text does not say that it is from ${organization}.`);
  }
  return warnings;
}

function isQuiet(now: Date, timeZone: string): boolean {
  const hour = Number(
    new Intl.DateTimeFormat("en-US", { timeZone, hour: "numeric", hourCycle: "h23" }).format(now),
  );
  return hour >= QUIET_FROM || hour < QUIET_UNTIL;
}

/** The same text, in the last 24 hours, to some of the same phones. @returns when it was confirmed */
export async function findSameText(
  db: Reader,
  alert: Pick<typeof alerts.$inferSelect, "id" | "text" | "zoneIds">,
): Promise<Date | undefined> {
  const [found] = await db
    .select({ confirmedAt: alerts.confirmedAt })
    .from(alerts)
    .where(
      and(
        ne(alerts.id, alert.id),
        sql`lower(${alerts.text}) = lower(${alert.text})`,
        gte(alerts.confirmedAt, sql`now() - interval '24 hours'`),
        sql`exists (select from ${deliveries} join ${members} on ${members.phone} = ${deliveries.address}
          where ${deliveries.sendingId} = ${alerts.sendingId} and ${inArray(members.zoneId, alert.zoneIds)})`,
      ),
    )
    .orderBy(desc(alerts.confirmedAt))
    .limit(1);
  return found?.confirmedAt ?? undefined;
}

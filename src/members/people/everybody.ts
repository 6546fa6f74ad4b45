// Everybody on the list with all their numbers, for a file: far too many to hold them all at once.
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { Reader } from "../../db/open.ts";
import { addresses, barredPhones, members, optOuts, zones } from "../../db/schema.ts";
import { ALL_ZONES } from "../stored.ts";

/** A row for each number, and one for whoever has none; also those who left. By name. */
export const listEverybody = (db: Reader) =>
  db
    .select({
      account: members.account,
      name: members.name,
      about: members.about,
      zone: sql<string>`coalesce(${zones.name}, case when ${members.inAllZones} then ${ALL_ZONES} else '' end)`,
      language: members.language,
      leftAt: members.leftAt,
      addedAt: members.createdAt,
      phone: addresses.address,
      isListed: addresses.isListed,
      isOptedOut: barredPhones.optedOut,
      isUnusable: barredPhones.unusable,
      optedOutAt: optOuts.optedOutAt,
      optedOutBy: optOuts.source,
      consentFrom: addresses.source,
      consentWords: addresses.words,
      consentAt: addresses.consentAt,
      consentBy: addresses.consentBy,
      /** Null: it is no Slack user's id. */
      consentTeam: addresses.consentTeam,
    })
    .from(members)
    .leftJoin(zones, eq(zones.id, members.zoneId))
    .leftJoin(addresses, and(eq(addresses.memberId, members.id), eq(addresses.channel, "text")))
    .leftJoin(barredPhones, eq(barredPhones.phone, addresses.address))
    .leftJoin(optOuts, eq(optOuts.phone, addresses.address))
    .where(isNull(members.erasedAt))
    .orderBy(sql`lower(${members.name})`, asc(members.id), asc(addresses.address));

export type Everybody = Awaited<ReturnType<typeof listEverybody>>[number];

/** Why no text gets to this number. */
export function whyNoTexts({ leftAt, phone, isOptedOut, isUnusable }: Everybody): string | undefined {
  if (leftAt !== null) return "left the co-op";
  if (phone === null) return "no mobile number";
  if (isOptedOut) return "opted out";
  return isUnusable ? "can't get texts" : undefined;
}

// What the confirm asks once more: whom it reaches, and what speaks against it that its author has not seen.
import { sql } from "drizzle-orm";
import type { Tx } from "../db/open.ts";
import type { alerts } from "../db/schema.ts";
import { takeTurn } from "../db/turns.ts";
import { asSentence, number, plural } from "../text/words.ts";
import { listZones, type Zone } from "../zones/zones.ts";
import { countAudience, countLostSince, readFingerprint } from "./audience.ts";
import { readSeen } from "./shown-warnings.ts";
import { describeZones, findWarnings, type Moment, type Warning } from "./warnings.ts";
import { describeNews } from "./what-changed.ts";

/** The draft as its review showed it. */
export type Draft = Pick<
  typeof alerts.$inferSelect,
  | "id"
  | "kind"
  | "text"
  | "segments"
  | "teamId"
  | "authorId"
  | "zoneIds"
  | "zoneNames"
  | "allZones"
  | "phoneCount"
  | "memberCount"
  | "audienceFingerprint"
  | "version"
>;

/** How things stand now, beside what the review has shown. */
export type Now = {
  zones: Zone[];
  fingerprint: string;
  phones: number;
  members: number;
  optedOut: number;
  /** All that speaks against it; and of that what the author has not seen. */
  warnings: Warning[];
  news: Warning[];
};

/** What may have become true since the review, asked in the transaction of the confirm. */
export async function lookAgain(tx: Tx, alert: Draft, moment: Moment): Promise<Now> {
  // Two alerts of the same moment must not both miss the other.
  const [, all] = await Promise.all([takeTurn(tx, "confirm"), listZones(tx)]);
  const reviewed = alert.zoneIds.map((id, n) => ({ id, name: alert.zoneNames[n] ?? "" }));
  const changed = compareZones(reviewed, all);
  // "All zones" means those that there are at the Send.
  const newZones = alert.allZones ? all.filter(({ id }) => !alert.zoneIds.includes(id)) : [];
  const zones = newZones.length > 0 ? all : changed.now;
  const zoneIds = zones.map(({ id }) => id);
  const author = { teamId: alert.teamId, userId: alert.authorId };
  const [fingerprint, warnings, seen] = await Promise.all([
    readFingerprint(tx, zoneIds),
    findWarnings(tx, { ...alert, author, zoneIds }, moment),
    readSeen(tx, alert.id),
  ]);
  const reach = await countReach(tx, alert, { zoneIds, fingerprint });
  const news = warnings.filter(({ key }) => !seen.has(key));
  if (newZones.length > 0) news.unshift(describeNewZones(newZones));
  // Where all zones are meant, it does not matter what they are called.
  if (!alert.allZones) news.unshift(...changed.news);
  if (reach.hasChanged) {
    const [before, now] = [alert.memberCount, reach.members];
    // Whoever was moved out of a zone that is gone was reached by the review.
    const either = [...new Set([...alert.zoneIds, ...zoneIds])];
    const why = await describeNews(tx, { alertId: alert.id, zoneIds: either, before, now });
    news.push(describeReach(reach.phones, alert.phoneCount, why));
  }
  return { ...reach, zones, fingerprint, warnings, news };
}

/** Of the zones that were chosen, those that are still there, by the names that they have now. */
function compareZones(reviewed: readonly Zone[], all: readonly Zone[]): { now: Zone[]; news: Warning[] } {
  const names = new Map(all.map(({ id, name }) => [id, name]));
  const now: Zone[] = [];
  const news: Warning[] = [];
  for (const { id, name } of reviewed) {
    const nowCalled = names.get(id);
    if (nowCalled === undefined) news.push({ key: `zone gone ${id}`, words: describeGone(name) });
    else now.push({ id, name: nowCalled });
    if (nowCalled !== undefined && nowCalled !== name) {
      const words = `${describeZones([name])} is called ${describeZones([nowCalled])} now.`;
      news.push({ key: `zone ${id} renamed`, words });
    }
  }
  return { now, news };
}

const describeGone = (name: string): string =>
  `The zone ${describeZones([name])} is not there any more, so nothing goes to it. ` +
  "Whoever moved from it to another zone gets this only where that zone is chosen: to choose it, press Edit.";

/** Members are counted again only if something changed: a count of a million takes too long. */
async function countReach(
  tx: Tx,
  alert: Draft,
  { zoneIds, fingerprint }: { zoneIds: number[]; fingerprint: string },
) {
  const { phoneCount: phones, memberCount: members } = alert;
  if (fingerprint === alert.audienceFingerprint) return { phones, members, optedOut: 0, hasChanged: false };
  // STOPs come in while people read, and numbers are found dead, most of all after a first alert. Who is lost to
  // them needs no second look.
  const sinceReview = sql`(select reviewed_at from alerts where id = ${alert.id})`;
  if ((await readFingerprint(tx, zoneIds, sinceReview)) === alert.audienceFingerprint) {
    const left = await countLostSince(tx, zoneIds, sinceReview);
    return {
      phones: phones - left.phones,
      members: members - left.members,
      optedOut: left.phones,
      hasChanged: false,
    };
  }
  const audience = await countAudience(tx, zoneIds);
  return { phones: audience.phones, members: audience.reached, optedOut: 0, hasChanged: true };
}

function describeNewZones(zones: readonly Zone[]): Warning {
  const names = describeZones(zones.map(({ name }) => name));
  const words = `New since your review, and now part of “All zones”: ${names}. It goes there too.`;
  return { key: `new zones ${zones.map(({ id }) => id)}`, words };
}

function describeReach(phones: number, before: number, why = "the member list was changed"): Warning {
  const now = plural(phones, "phone");
  const change = phones === before ? `${now} as before, but others` : `${now} instead of ${number(before)}`;
  return { key: "audience", words: `Who it reaches has changed. ${asSentence(change)}: ${why}.` };
}

// What members wrote while we could not hear: the provider's own list is asked for it, at the start, after each text
// that we could not keep, and every hour.
import { inArray, sql } from "drizzle-orm";
import { type Clock, systemClock } from "../clock.ts";
import { type Database, isDatabaseAway } from "../db/open.ts";
import { inboundMarks, inboundTexts } from "../db/schema.ts";
import type { Gateway, WrittenSms } from "../gateways/gateway.ts";
import type { Log } from "../log.ts";
import { keepInboundText } from "./inbound.ts";

export type MissedTexts = {
  /** The job. */
  run(): Promise<boolean>;
  /** A text could not be kept: the list is looked at as soon as that is possible. */
  lookSoon(): void;
  /** What has to be changed at the provider so that texts reach us. It was found when we last looked. */
  problems(): readonly string[];
};

/** As much of the gateway as is asked for them. */
type Asked = Pick<Gateway, "name" | "listInbound" | "checkInbound">;

const EVERY_MS = 3_600_000;
/** While something has to be changed at the provider, so that the change is soon seen. */
const EVERY_MS_WITH_PROBLEMS = 300_000;
const AGAIN_AFTER_MS = { least: 5_000, most: 600_000 };

export function createMissedTexts({
  db,
  gateway,
  log,
  clock = systemClock,
}: {
  db: Database;
  gateway: Asked;
  log: Log;
  clock?: Clock;
}): MissedTexts {
  let problems: readonly string[] = [];
  let dueAt = clock.monotonic();
  let failures = 0;

  async function check(): Promise<void> {
    const found = await gateway.checkInbound().catch((error) => {
      log.warn({ err: error }, "how members' texts reach us could not be looked up");
      return problems;
    });
    if (found.join() !== problems.join())
      log.warn({ problems: found }, "how members' texts reach us has changed");
    problems = found;
  }

  return {
    run: async () => {
      if (clock.monotonic() < dueAt) return false;
      // Set first: what is missed while we look is looked for again.
      dueAt = clock.monotonic() + EVERY_MS;
      await check();
      try {
        await fetchMissed(db, gateway);
        failures = 0;
        if (problems.length > 0) dueAt = Math.min(dueAt, clock.monotonic() + EVERY_MS_WITH_PROBLEMS);
      } catch (error) {
        log.warn({ err: error }, "what members wrote meanwhile could not be looked up yet");
        // The database is away for as long as texts are missed; the provider should not be asked too often.
        if (!isDatabaseAway(error)) failures += 1;
        const wait = Math.min(AGAIN_AFTER_MS.most, AGAIN_AFTER_MS.least * 2 ** Math.max(0, failures - 1));
        dueAt = Math.min(dueAt, clock.monotonic() + wait);
      }
      return false;
    },
    lookSoon: () => {
      dueAt = clock.monotonic();
    },
    problems: () => problems,
  };
}

/** Lists know a text late, and clocks differ. */
const OVERLAP = sql`interval '1 hour'`;
/** As far as a new installation, or one that was away for very long, looks back. */
const FIRST_LOOK = sql`interval '1 day'`;
const LONGEST_LOOK = sql`interval '30 days'`;

/** @throws if a text could not be kept; the others are by then */
async function fetchMissed(db: Database, gateway: Asked): Promise<void> {
  // In milliseconds.
  const [begun] = await db.execute<{ now: number; since: number }>(sql`
    select extract(epoch from now())::float8 * 1000 as now, extract(epoch from coalesce(
      (select greatest(looked_up_to - ${OVERLAP}, now() - ${LONGEST_LOOK}) from inbound_marks
        where gateway = ${gateway.name}),
      now() - ${FIRST_LOOK}))::float8 * 1000 as since`);
  if (!begun) throw new Error("the database told no time");
  const listed = await gateway.listInbound({ since: new Date(begun.since) });
  const failed: unknown[] = [];
  for (const text of await onlyNews(db, listed)) {
    await keepInboundText(db, text).catch((error: unknown) => failed.push(error));
  }
  if (failed.length > 0) throw failed[0];
  const lookedUpTo = new Date(begun.now);
  await db
    .insert(inboundMarks)
    .values({ gateway: gateway.name, lookedUpTo })
    .onConflictDoUpdate({ target: inboundMarks.gateway, set: { lookedUpTo } });
}

/** Without what is kept with this very date. */
async function onlyNews(db: Database, listed: readonly WrittenSms[]): Promise<WrittenSms[]> {
  const news: WrittenSms[] = [];
  for (let start = 0; start < listed.length; start += 500) {
    const some = listed.slice(start, start + 500);
    const sids = some.map(({ messageSid }) => messageSid);
    const kept = await db
      .select({ messageSid: inboundTexts.messageSid, writtenAt: inboundTexts.writtenAt })
      .from(inboundTexts)
      .where(inArray(inboundTexts.messageSid, sids));
    const dates = new Map(kept.map(({ messageSid, writtenAt }) => [messageSid, writtenAt.getTime()]));
    news.push(...some.filter(({ messageSid, writtenAt }) => dates.get(messageSid) !== writtenAt.getTime()));
  }
  return news;
}

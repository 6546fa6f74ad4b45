// The co-op's own settings: what stands in the environment wins, then what an admin has chosen, then the default.
import { asc } from "drizzle-orm";
import { z } from "zod";
import type { CommandSettings, ServerSettings, Settings } from "../config.ts";
import type { Reader } from "../db/open.ts";
import { settings } from "../db/schema.ts";
import { type OwnName, type OwnTexts, ownSchemas } from "../own-settings.ts";

/** The last change, and what it was before that. */
export type KeptSetting = typeof settings.$inferSelect & { before: string | null };

const Own = z
  .object(ownSchemas)
  .partial({ ORGANIZATION_NAME: true, QUESTIONS_NUMBER: true, SLACK_ALERT_CHANNEL: true });
export const ownNames: readonly OwnName[] = Own.keyof().options;

/** Why this can't stand in it, without the setting's name; undefined where it can. */
export const whyNot = (name: OwnName, text: string): string | undefined =>
  ownSchemas[name].safeParse(text).error?.issues[0]?.message;

/** What a version with other limits has kept may be of no use any more: then it is as if nobody had set it. */
const usable = (kept: OwnTexts): OwnTexts =>
  Object.fromEntries(
    ownNames.flatMap((name) => {
      const text = kept[name];
      return text === undefined || whyNot(name, text) !== undefined ? [] : [[name, text]];
    }),
  );

/** @param kept what admins have chosen */
export function settingsOf(
  { given, defaults, country, isPractice }: ServerSettings,
  kept: OwnTexts = {},
): Settings {
  const own = Own.parse({ ...defaults, ...usable(kept), ...given });
  return {
    organization: own.ORGANIZATION_NAME,
    questionsNumber: own.QUESTIONS_NUMBER,
    timeZone: own.TIME_ZONE,
    country,
    pricePerSegment: own.PRICE_PER_SEGMENT,
    carrierFeePerSegment: own.CARRIER_FEE_PER_SEGMENT,
    segmentsPerSecond: own.SEGMENTS_PER_SECOND,
    quietHours: own.QUIET_HOURS,
    longestText: own.LONGEST_TEXT,
    channel: own.SLACK_ALERT_CHANNEL,
    isPractice,
  };
}

/** The last change of each setting that was ever changed. */
export async function readKept(db: Reader): Promise<ReadonlyMap<string, KeptSetting>> {
  const changes = await db.select().from(settings).orderBy(asc(settings.version));
  const kept = new Map<string, KeptSetting>();
  for (const change of changes)
    kept.set(change.name, { ...change, before: kept.get(change.name)?.value ?? null });
  return kept;
}

export const textsOf = (kept: ReadonlyMap<string, KeptSetting>): OwnTexts =>
  Object.fromEntries(
    ownNames.flatMap((name) => {
      const value = kept.get(name)?.value ?? null;
      return value === null ? [] : [[name, value]];
    }),
  );

export const readSettings = async (db: Reader, server: ServerSettings): Promise<Settings> =>
  settingsOf(server, textsOf(await readKept(db)));

/** By whose clock a command tells the time. */
export async function readTimeZone(
  db: Reader,
  { given, defaults }: Pick<CommandSettings, "given" | "defaults">,
): Promise<string> {
  const { TIME_ZONE } = { ...defaults, ...usable(textsOf(await readKept(db))), ...given };
  return ownSchemas.TIME_ZONE.parse(TIME_ZONE);
}

// Never start empty by mistake: a new database knows no member, no alert and, worst of all, no opt-out. Where others
// still know that this co-op has used Headgate before, a person decides.
import { sql } from "drizzle-orm";
import type { Database } from "../db/open.ts";
import type { Gateway } from "../gateways/gateway.ts";
import type { Log } from "../log.ts";
import { describeTime, isoDay } from "../text/words.ts";
import { type Findings, noteCheck } from "./check.ts";

/** One who may remember us. */
export type Witness = {
  /** For the log. */
  name: string;
  /** @returns what it has of ours, in a whole sentence; undefined: nothing @throws Error where it can't be asked now */
  look(): Promise<string | undefined>;
};

export type Beginning = {
  /** @returns why nothing may begin on this database, and what to do; undefined: all is well, as far as is known now */
  judge(): Promise<string | undefined>;
  /** A part of the check: who could not be asked at the start is asked again. */
  look(): Promise<Findings>;
  /** A part of the check: the database takes down that a look was taken, which also says that it is in use. */
  note(): Promise<Findings>;
};

export type BeginningOptions = {
  db: Database;
  witnesses: readonly Witness[];
  /** The day on which a person wants to begin anew: 2026-03-03. */
  anew: string | undefined;
  timeZone: string;
  /** Whether the owner runs the database, and not Headgate. */
  isOwnDatabase: boolean;
  log: Log;
  now?: (() => Date) | undefined;
};

export function createBeginning(options: BeginningOptions): Beginning {
  const { db, witnesses, anew, timeZone, log, now = () => new Date() } = options;
  let isDecided = false;

  async function judge(): Promise<string | undefined> {
    if (isDecided) return undefined;
    const today = isoDay(now(), timeZone);
    if ((await isNew(db)) && anew !== today) {
      const told = await Promise.allSettled(witnesses.map(({ look }) => look()));
      const memories = told.flatMap((each) => (each.status === "fulfilled" ? (each.value ?? []) : []));
      if (memories.length > 0) return describe(memories, { ...options, today });
      const silent = told.flatMap((each, index) =>
        each.status === "rejected" ? [{ who: witnesses[index]?.name, err: each.reason }] : [],
      );
      for (const each of silent)
        log.warn(each, "whether Headgate was used here before could not be asked; asked again later");
      if (silent.length > 0) return undefined;
    }
    isDecided = true;
    await noteCheck(db);
    return undefined;
  }

  return {
    judge,
    look: async () => {
      const problem = await judge();
      return { problems: problem === undefined ? [] : [problem] };
    },
    note: async () => {
      // What is not decided yet must still be a new database at the next start.
      if (isDecided) await noteCheck(db);
      else await isNew(db);
      return {};
    },
  };
}

const DAY_MS = 86_400_000;

/** Texts that begin with the co-op's name, as ours do. Those of the last day may be the first tries on this database. */
export const gatewayWitness = (
  { title, findSent }: Pick<Gateway, "title" | "findSent">,
  { organization, timeZone }: { organization: string | undefined; timeZone: string },
  now: () => Date = () => new Date(),
): Witness => ({
  name: title,
  look: async () => {
    if (organization === undefined) return undefined;
    const before = new Date(now().getTime() - DAY_MS);
    const sentAt = await findSent({ beginsWith: organization, before });
    if (sentAt === undefined) return undefined;
    return `${title} has texts of yours that begin with "${organization}", the last of ${describeTime(sentAt, timeZone)}.`;
  },
});

/** Headgate never ran on it, or nothing came of that: no check, no alert, no member's text. Imports don't count. */
async function isNew(db: Database): Promise<boolean> {
  const [row] = await db.execute<{ new: boolean }>(sql`
    select not exists (select from last_check) and not exists (select from alerts)
      and not exists (select from inbound_texts) as new`);
  return row?.new ?? false;
}

function describe(
  memories: readonly string[],
  { isOwnDatabase, anew, today }: Pick<BeginningOptions, "isOwnDatabase" | "anew"> & { today: string },
): string {
  return [
    "This database is new, but your co-op has used Headgate before.",
    ...memories,
    "A new database knows no member, no alert and no opt-out: who has texted STOP would be texted again.",
    isOwnDatabase
      ? "Have DATABASE_URL name the database of before, or restore its backup."
      : "Start Headgate in the folder of before, or put the backup of its folder data in place of this one.",
    ...(anew === undefined ? [] : [`BEGIN_ANEW names another day, ${anew}.`]),
    `If you mean to begin anew, set BEGIN_ANEW=${today}, and start again: that is good for today.`,
  ].join(" ");
}

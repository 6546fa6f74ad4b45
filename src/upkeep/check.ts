// Once a minute Headgate goes through all that an alert needs, and keeps what it found. /readyz tells it.
import { sql } from "drizzle-orm";
import { type Clock, systemClock } from "../clock.ts";
import type { Database } from "../db/open.ts";
import { lastCheck } from "../db/schema.ts";
import { type Gateway, GatewayError } from "../gateways/gateway.ts";
import type { Log } from "../log.ts";

/** In whole sentences, with the cure. */
export type Findings = {
  /** What keeps alerts from being written, sent or seen. */
  problems?: readonly string[];
  /** What is worth mending, and keeps nobody from anything. */
  remarks?: readonly string[];
};
export type Found = { at: Date; problems: readonly string[]; remarks: readonly string[] };

export type CheckPart = {
  look: () => Promise<Findings>;
  /** The problem where it fails, or gives no answer. */
  otherwise: string;
};

export type Check = {
  /** A job's round: looks if it is time to. @returns whether it wants to look again soon */
  run(): Promise<boolean>;
  /** What was found last; nothing before the first look. */
  found(): Found | undefined;
};

export type CheckOptions = {
  parts: readonly CheckPart[];
  log: Log;
  everyMs?: number | undefined;
  /** A part that has not ended by then has failed. */
  answerWithinMs?: number | undefined;
  clock?: Clock;
  now?: (() => Date) | undefined;
};

export function createCheck(options: CheckOptions): Check {
  const { parts, log, everyMs = 60_000, answerWithinMs = 15_000 } = options;
  const { clock = systemClock, now = () => new Date() } = options;
  let found: Found | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;

  const lookAt = async ({ look, otherwise }: CheckPart): Promise<Findings> => {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const cancel = clock.after(answerWithinMs, () => reject(new Error("no answer")));
    try {
      return await Promise.race([look(), late]);
    } catch (error) {
      log.warn({ err: error }, otherwise);
      return { problems: [otherwise] };
    } finally {
      cancel();
    }
  };

  return {
    run: async () => {
      // What is wrong is looked at sooner again, so that a mend is seen.
      const pause = found && found.problems.length > 0 ? everyMs / 4 : everyMs;
      if (clock.monotonic() - lookedAt < pause) return false;
      lookedAt = clock.monotonic();
      const all = await Promise.all(parts.map(lookAt));
      const problems = all.flatMap((each) => each.problems ?? []);
      const remarks = all.flatMap((each) => each.remarks ?? []);
      const isNew = JSON.stringify([problems, remarks]) !== JSON.stringify([found?.problems, found?.remarks]);
      found = { at: now(), problems, remarks };
      if (isNew && problems.length > 0) log.error({ problems, remarks }, "not ready");
      else if (isNew) log.info({ remarks }, "ready");
      return false;
    },
    found: () => found,
  };
}

/** @throws Error where it can't be reached */
export async function checkGateway(gateway: Pick<Gateway, "title" | "check">): Promise<Findings> {
  try {
    const problem = await gateway.check();
    return { problems: problem === undefined ? [] : [problem] };
  } catch (error) {
    if (!(error instanceof GatewayError) || error.explanation.fault !== "account") throw error;
    return { problems: [`${gateway.title} says: ${error.explanation.words} (${error.code}).`] };
  }
}

/** The database takes down what it is given. @throws Error */
export async function noteCheck(db: Database): Promise<void> {
  const row = { id: 1, at: sql`now()` };
  await db
    .insert(lastCheck)
    .values(row)
    .onConflictDoUpdate({ target: lastCheck.id, set: { at: row.at } });
}

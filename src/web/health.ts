// For those who watch the server: /healthz says that the process lives, /readyz what is wrong.
import { sql } from "drizzle-orm";
import type { Database } from "../db/open.ts";
import { answer, type Handler } from "../http.ts";

export type HealthOptions = {
  /** The jobs that have not ended a round for this many milliseconds. */
  silentJobs: (milliseconds: number) => string[];
  /** Whether Slack has told us who we are. */
  isIntroduced: () => boolean;
  /** What has to be changed at the provider so that members' texts reach us. Nothing waits for it. */
  inboundProblems?: (() => readonly string[]) | undefined;
};

/** Longer than an idle pause and the longest wait for a provider or Slack together. */
const SILENCE_MS = 90_000;
const DATABASE_WITHIN_MS = 2_000;

export function createHealth({
  db,
  silentJobs,
  isIntroduced,
  inboundProblems = () => [],
}: HealthOptions & { db: Database }): {
  isAlive: Handler;
  isReady: Handler;
} {
  async function findProblems(): Promise<string[]> {
    const problems: string[] = [];
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error("no answer")), DATABASE_WITHIN_MS);
    await Promise.race([db.execute(sql`select 1`), late])
      .catch(() => problems.push("The database does not answer."))
      .finally(() => clearTimeout(timer));
    for (const job of silentJobs(SILENCE_MS)) problems.push(`The job "${job}" does not come round.`);
    if (!isIntroduced()) problems.push("Slack can't be reached, or does not accept SLACK_BOT_TOKEN.");
    return problems;
  }

  return {
    isAlive: (_, response) => answer(response, 200, "ok\n"),
    isReady: async (_, response) => {
      const problems = await findProblems();
      const lines = [...(problems.length === 0 ? ["ready"] : problems), ...inboundProblems()];
      answer(response, problems.length === 0 ? 200 : 503, `${lines.join("\n")}\n`);
    },
  };
}

// For whoever watches the server: /healthz says that the process lives, /readyz what is wrong.
import { sql } from "drizzle-orm";
import type { Database } from "./db/open.ts";
import { answer, type Routes } from "./http.ts";

export type HealthOptions = {
  db: Database;
  /** When the jobs last went round. */
  lastRound: () => Date | undefined;
  /** Whether Slack has told us who we are. */
  isIntroduced: () => boolean;
};

/** Three rounds of an idle server. */
const SILENCE_MS = 45_000;
const DATABASE_WITHIN_MS = 2_000;

export function createHealth({ db, lastRound, isIntroduced }: HealthOptions): Routes {
  async function findProblems(): Promise<string[]> {
    const problems: string[] = [];
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error("no answer")), DATABASE_WITHIN_MS);
    await Promise.race([db.execute(sql`select 1`), late])
      .catch(() => problems.push("The database does not answer."))
      .finally(() => clearTimeout(timer));
    const last = lastRound();
    if (!last || Date.now() - last.getTime() > SILENCE_MS)
      problems.push("The jobs that send texts are not running.");
    if (!isIntroduced()) problems.push("Slack can't be reached, or does not accept SLACK_BOT_TOKEN.");
    return problems;
  }

  return {
    "GET /healthz": (_, response) => answer(response, 200, "ok\n"),
    "GET /readyz": async (_, response) => {
      const problems = await findProblems();
      answer(response, problems.length === 0 ? 200 : 503, `${problems.join("\n") || "ready"}\n`);
    },
  };
}

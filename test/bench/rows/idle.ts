// What an idle Headgate asks of PostgreSQL, and how soon it wakes all the same.
import { setTimeout as wait } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { type BenchPostgres, startPostgres } from "../database.ts";
import { boardMember, fillBoard, fillDraft, fillMembers } from "../fill.ts";
import { startHeadgate } from "../headgate.ts";
import { type ProviderFiles, startProvider } from "../provider/start.ts";
import type { Line, Row } from "../row.ts";
import { ROUNDS, size } from "../settings.ts";
import { pressForm, startSlack } from "../slack.ts";
import { median } from "../statistics.ts";

const STATEMENTS_GOAL = 3;
const START_GOAL_MS = 200;
const SETTLE_MS = 5_000;

/** With a PostgreSQL of its own, which counts statements. */
export const idle: Row = async ({ files }) => {
  const postgres = await startPostgres({ shared_preload_libraries: "pg_stat_statements" });
  try {
    return await idleOn(postgres, files);
  } finally {
    await postgres.stop();
  }
};

async function idleOn(postgres: BenchPostgres, files: ProviderFiles): Promise<Line[]> {
  const idleMs = size(60_000, 20_000);
  const databaseUrl = await postgres.create();
  const provider = await startProvider(files, 50);
  const slack = await startSlack();
  const { statements, starts } = await postgres.prepare(databaseUrl, async (db) => {
    await db.execute(sql`create extension pg_stat_statements`);
    await fillMembers(db, 2_000);
    await fillBoard(db, 1);
    const headgate = await startHeadgate({ databaseUrl, slack, provider, files });
    await wait(SETTLE_MS);
    await db.execute(sql`select pg_stat_statements_reset()`);
    await wait(idleMs);
    const [counted] = await db.execute<{ calls: number }>(sql`
      select coalesce(sum(calls), 0)::int as calls from pg_stat_statements
      where query not like '%pg_stat_statements%'`);

    const starts: number[] = [];
    for (let n = 0; n < ROUNDS; n++) {
      const alertId = await fillDraft(db);
      // Back to rest: no job looks more seldom than every fifteen seconds.
      await wait(20_000);
      await provider.forget();
      const pressedAt = Date.now();
      await slack.send(headgate.port, pressForm("confirm", `${alertId}:1`, boardMember.userId));
      for (let sums = await provider.sums(); ; sums = await provider.sums()) {
        if (sums.firstAt !== null) {
          starts.push(sums.firstAt - pressedAt);
          break;
        }
        await wait(10);
      }
      while ((await provider.sums()).accepted < 2_000) await wait(100);
    }
    await headgate.stop();
    return { statements: (counted?.calls ?? 0) / (idleMs / 1000), starts };
  });
  await slack.stop();
  await provider.stop();
  await postgres.drop(databaseUrl);
  return [
    {
      what: `idle load on PostgreSQL, over ${idleMs / 1000} s`,
      against: "",
      goal: `< ${STATEMENTS_GOAL} statements a second`,
      measured: statements.toFixed(2),
      met: statements < STATEMENTS_GOAL,
    },
    {
      what: "a confirm after idleness, until its first request is at the provider",
      against: "",
      goal: `<= ${START_GOAL_MS} ms`,
      measured: `${Math.round(median(starts))} ms (at most ${Math.max(...starts)})`,
      met: median(starts) <= START_GOAL_MS,
    },
  ];
}

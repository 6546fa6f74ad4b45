// A small server, such as a co-op rents: everything of Headgate, Node and PostgreSQL, has one core. The load and the
// stand-ins have another.
import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { sql } from "drizzle-orm";
import { freePort } from "../../../src/free-port.ts";
import { type BenchPostgres, startPostgres } from "../database.ts";
import { boardMember, countDeliveries, fillAlert, fillBoard, fillLastWeek, fillMembers } from "../fill.ts";
import { startWatchedHeadgate } from "../headgate.ts";
import { postmasterOf, pssOf, serverPids, sumPss, watchPeak } from "../memory.ts";
import { busyOf, cpuOf } from "../processes.ts";
import { type ProviderFiles, startProvider } from "../provider/start.ts";
import type { Line, Row } from "../row.ts";
import { size } from "../settings.ts";
import { type BenchSlack, commandForm, pressForm, startSlack } from "../slack.ts";
import { percentile } from "../statistics.ts";

const run = promisify(execFile);

const PACE = 225;
const TOLERANCE = 0.05;
const ANSWER_GOAL_MS = 1_000;
const MEMORY_GOAL_MB = 700;

const HEADGATES_CORE = 0;
const OTHERS_CORE = 1;
/** Sixty presses a minute are each person's limit, so several take turns. */
const BOARD = 5;
const PRESS_EVERY_MS = 500;
/** The start, and the first texts, are over by then. */
const SETTLE_MS = 5_000;
const ALERTS = 10;

export const small: Row = async ({ files }) => {
  const what = `a small server: Headgate and PostgreSQL on one core, ${PACE} segments a second with two callbacks each`;
  const hasTaskset = await run("taskset", ["-V"]).then(
    () => true,
    () => false,
  );
  if (!hasTaskset || cpus().length < 2)
    return [{ what, against: "", goal: "", measured: "not measured: it takes taskset and two cores" }];
  // As Headgate itself starts it.
  const postgres = await startPostgres({ max_connections: "100" });
  try {
    return await smallOn(postgres, files, what);
  } finally {
    await pin(process.pid, `0-${cpus().length - 1}`);
    await postgres.stop();
  }
};

/** All threads of a process, and all that it starts from then on. */
const pin = (pid: number, cores: number | string) =>
  run("taskset", ["-a", "-c", "-p", String(cores), String(pid)]);

async function smallOn(postgres: BenchPostgres, files: ProviderFiles, what: string): Promise<Line[]> {
  const measureMs = size(60_000, 15_000);
  const old = size(1_000_000, 50_000);
  const enough = Math.ceil(((SETTLE_MS + measureMs) / 1000) * PACE * 1.5);
  const databaseUrl = await postgres.create();
  return postgres.prepare(databaseUrl, async (db) => {
    await fillMembers(db, old / ALERTS);
    const board = await fillBoard(db, BOARD);
    await fillLastWeek(db, ALERTS, old);
    await fillAlert(db, enough);
    await postgres.settle();

    const postmaster = await postmasterOf(db);
    // Our own connection is no part of what is measured; it sleeps meanwhile.
    for (const pid of await serverPids(postmaster)) await pin(pid, HEADGATES_CORE);
    await pin(process.pid, OTHERS_CORE);

    const port = await freePort();
    const slack = await startSlack();
    const provider = await startProvider(files, 50, true, port);
    const headgate = await startWatchedHeadgate({
      databaseUrl,
      slack,
      provider,
      files,
      settings: { SEGMENTS_PER_SECOND: String(PACE) },
      port,
      core: HEADGATES_CORE,
    });
    const all = async () => [headgate.pid, ...(await serverPids(postmaster))];
    const endOfPeak = watchPeak(async () => sumPss(await all()));
    const endOfNode = watchPeak(() => pssOf(headgate.pid));
    await wait(SETTLE_MS);

    const cpuOfAll = async () => {
      const [server = 0, ...backends] = await serverPids(postmaster);
      const living = await Promise.all([headgate.pid, ...backends].map((pid) => cpuOf(pid)));
      return living.reduce((sum, each) => sum + (each || 0), await cpuOf(server, true));
    };
    const [cpuBefore, busyBefore] = [await cpuOfAll(), await busyOf(HEADGATES_CORE)];
    const from = Date.now();
    const ending = new AbortController();
    await headgate.beginWatch();
    const exporting = exportAgain(slack, port, ending.signal);
    const answers = await press(slack, port, { board, until: performance.now() + measureMs });
    const to = Date.now();
    const [atTheEnd] = await db.execute<{ exports: number }>(sql`
      select count(*)::int as exports from pg_stat_activity
      where datname = current_database() and query like 'fetch % from rows_%'`);
    const share = ((await cpuOfAll()) - cpuBefore) / (to - from);
    const others = ((await busyOf(HEADGATES_CORE)) - busyBefore) / (to - from) - share;
    const { p999Ms } = await headgate.delays();
    ending.abort();
    const exports = await exporting;
    const [times, peak, nodePeak] = [await provider.times(), await endOfPeak(), await endOfNode()];

    // What is under way comes to its end, so that nothing is counted that was not recorded.
    await headgate.stop();
    const { taken, refused, open } = await provider.callbacks();
    const delivered = (await countDeliveries(db, "delivered")) - old + Math.floor(old / 1000);
    await slack.stop();
    await provider.stop();

    const rate = times.filter((time) => time >= from && time < to).length / ((to - from) / 1000);
    const slowest = Math.max(...answers);
    const isWithin = Math.abs(rate / PACE - 1) <= TOLERANCE;
    return [
      {
        what,
        against: "the setting",
        goal: `within ${TOLERANCE * 100} %`,
        measured: `${rate.toFixed(1)} a second over ${measureMs / 1000} s; ${taken} callbacks taken, ${refused} refused, ${open} unanswered at the end, ${delivered} texts known as delivered`,
        cpu: `${percent(share)} of the core; other programs took ${percent(others)} of it`,
        met: isWithin && refused === 0,
      },
      {
        what: "Slack answered meanwhile, beside an export",
        against: "",
        goal: `<= ${ANSWER_GOAL_MS} ms`,
        measured: `at most ${slowest.toFixed(0)} ms (median ${percentile(answers, 0.5).toFixed(0)}, ${answers.length} presses); exports of ${old} deliveries: ${exports} came, ${atTheEnd?.exports} under way at the end; event loop p99.9 ${p999Ms.toFixed(0)} ms`,
        // Where none was under way, it was no measurement.
        met: slowest <= ANSWER_GOAL_MS && (exports > 0 || atTheEnd?.exports === 1),
      },
      {
        what: "the most memory of Node and all of PostgreSQL together (PSS, ten times a second)",
        against: "",
        goal: `< ${MEMORY_GOAL_MB} MB`,
        measured: `${peak.toFixed(0)} MB (Node at most ${nodePeak.toFixed(0)})`,
        met: peak < MEMORY_GOAL_MB,
      },
    ];
  });
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** One export after the other. @returns how many came */
async function exportAgain({ send, next }: BenchSlack, port: number, signal: AbortSignal): Promise<number> {
  let came = 0;
  const end = new Promise<"over">((over) => signal.addEventListener("abort", () => over("over")));
  for (;;) {
    const arrived = next("files.completeUploadExternal");
    await send(port, pressForm("log-export", "all", boardMember.userId));
    if ((await Promise.race([arrived, end])) === "over") return came;
    came++;
    // It is not under way any more when the answer has come back.
    await wait(200);
  }
}

/** Somebody types /alert twice a second. @returns how long Slack waited for each answer */
async function press(
  { send }: BenchSlack,
  port: number,
  { board, until }: { board: readonly string[]; until: number },
): Promise<number[]> {
  const answers: number[] = [];
  for (let n = 0; performance.now() < until; n++) {
    const pressedAt = performance.now();
    const answeredAt = await send(port, commandForm("/alert", board[n % board.length] ?? ""));
    answers.push(answeredAt - pressedAt);
    await wait(Math.max(0, PRESS_EVERY_MS - (answeredAt - pressedAt)));
  }
  return answers;
}

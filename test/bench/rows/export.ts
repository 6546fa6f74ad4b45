// Export CSV of the whole log: how much more memory it takes, and whether anything else of Headgate has to wait.
import { setTimeout as wait } from "node:timers/promises";
import { boardMember, fillBoard, fillLastWeek, fillMembers } from "../fill.ts";
import { startWatchedHeadgate } from "../headgate.ts";
import { interleave } from "../interleave.ts";
import { rssOf, watchPeak } from "../memory.ts";
import { startProvider } from "../provider/start.ts";
import type { Row } from "../row.ts";
import { size } from "../settings.ts";
import { pressForm, startSlack } from "../slack.ts";

const ROUNDS = size(3, 1);
const MEMORY_GOAL_MB = 50;
const DELAY_GOAL_MS = 50;
const ALERTS = 10;
/** What a start takes is over by then. */
const SETTLE_MS = size(60_000, 8_000);
/** A Headgate that does nothing, on the same machine. */
const IDLE_MS = size(30_000, 10_000);

export const exportFiles: Row = async ({ postgres, files }) => {
  const rows = size(1_000_000, 50_000);
  const databaseUrl = await postgres.create();
  await postgres.prepare(databaseUrl, async (db) => {
    await fillMembers(db, rows / ALERTS);
    await fillBoard(db, 1);
    await fillLastWeek(db, ALERTS, rows);
  });
  await postgres.settle();
  const slack = await startSlack();
  const provider = await startProvider(files, 0);

  const contender = (work: (port: number) => Promise<{ answeredMs: number }>) => async () => {
    const headgate = await startWatchedHeadgate({ databaseUrl, slack, provider, files });
    await wait(SETTLE_MS);
    const before = await rssOf(headgate.pid);
    const uploadedBefore = slack.uploaded();
    await headgate.beginWatch();
    const endOfPeak = watchPeak(() => rssOf(headgate.pid));
    const begun = performance.now();
    const { answeredMs } = await work(headgate.port);
    const seconds = (performance.now() - begun) / 1000;
    const { p999Ms, maxMs } = await headgate.delays();
    const moreMb = (await endOfPeak()) - before;
    await headgate.stop();
    const filesMb = (slack.uploaded() - uploadedBefore) / 1024 ** 2;
    return { moreMb, before, p999Ms, maxMs, seconds, answeredMs, filesMb };
  };
  const measured = await interleave(
    {
      idle: contender(async () => {
        await wait(IDLE_MS);
        return { answeredMs: 0 };
      }),
      export: contender(async (port) => {
        const arrived = slack.next("files.completeUploadExternal");
        const pressedAt = performance.now();
        const answeredAt = await slack.send(port, pressForm("log-export", "all", boardMember.userId));
        await arrived;
        return { answeredMs: answeredAt - pressedAt };
      }),
    },
    ROUNDS,
  );
  await slack.stop();
  await provider.stop();
  await postgres.drop(databaseUrl);

  const of = (figure: "moreMb" | "before" | "p999Ms" | "maxMs" | "seconds" | "answeredMs" | "filesMb") =>
    measured.of("export", figure);
  const idle = (figure: "moreMb" | "p999Ms" | "maxMs") => measured.of("idle", figure).toFixed(0);
  return [
    {
      what: `Export CSV of ${rows} deliveries: the most memory of Node above that before the press`,
      against: `the same without it, ${IDLE_MS / 1000} s`,
      goal: `<= ${MEMORY_GOAL_MB} MB`,
      measured: `${of("moreMb").toFixed(0)} against ${idle("moreMb")} MB, above ${of("before").toFixed(0)} MB; ${of("filesMb").toFixed(0)} MB of files in ${of("seconds").toFixed(0)} s`,
      met: of("moreMb") <= MEMORY_GOAL_MB,
    },
    {
      what: "its event loop meanwhile, p99.9 (Node's own figure, in which 10 ms are no delay)",
      against: "the same without it",
      goal: `<= ${DELAY_GOAL_MS} ms`,
      measured: `${of("p999Ms").toFixed(0)} against ${idle("p999Ms")} ms; at most ${of("maxMs").toFixed(0)} against ${idle("maxMs")}; the press answered after ${of("answeredMs").toFixed(0)} ms`,
      met: of("p999Ms") <= DELAY_GOAL_MS,
    },
  ];
};

// /alert-log as it is at very many deliveries: its first page, the details of an alert, those who failed.
import { listUnnamedFailures } from "../../../src/outcomes/delivery-lines.ts";
import type { BenchPostgres } from "../database.ts";
import { boardMember, fillBoard, fillLastWeek } from "../fill.ts";
import { startHeadgate } from "../headgate.ts";
import { interleave } from "../interleave.ts";
import { startProvider } from "../provider/start.ts";
import type { Row } from "../row.ts";
import { ROUNDS, size } from "../settings.ts";
import { commandForm, pressForm, startSlack } from "../slack.ts";
import { median } from "../statistics.ts";

const GOAL = 2;
const ALERTS = 10;
/** Each person may press sixty times a minute. */
const PRESSES = 15;
const _NAMED_AT_ONCE = 20;

async function fill(postgres: BenchPostgres, deliveries: number): Promise<string> {
  const url = await postgres.create();
  await postgres.prepare(url, async (db) => {
    await fillBoard(db, 1);
    await fillLastWeek(db, ALERTS, deliveries);
  });
  return url;
}

export const log: Row = async ({ postgres, files }) => {
  const few = 10_000;
  const many = size(10_000_000, 200_000);
  const databases = { few: await fill(postgres, few), many: await fill(postgres, many) };
  await postgres.settle();
  const provider = await startProvider(files, 0);
  const slack = await startSlack();
  const user = boardMember.userId;

  const contender = (databaseUrl: string) => async () => {
    const headgate = await startHeadgate({ databaseUrl, slack, provider, files });
    const timed = async (method: string, form: Record<string, string>) => {
      const times: number[] = [];
      for (let n = 0; n < PRESSES; n++) {
        const opened = slack.next(method);
        const begun = performance.now();
        await slack.send(headgate.port, form);
        times.push((await opened) - begun);
      }
      return median(times);
    };
    const firstPageMs = await timed("views.open", commandForm("/alert-log", user));
    const detailsMs = await timed("views.push", pressForm("log-details", `${ALERTS}`, user));
    await headgate.stop();
    const failedMs = await postgres.prepare(databaseUrl, async (db) => {
      const times: number[] = [];
      for (let n = 0; n < PRESSES; n++) {
        const begun = performance.now();
        await listUnnamedFailures(db, ALERTS);
        times.push(performance.now() - begun);
      }
      return median(times);
    });
    return { firstPageMs, detailsMs, failedMs };
  };
  const measured = await interleave(
    { few: contender(databases.few), many: contender(databases.many) },
    ROUNDS,
  );
  await slack.stop();
  await provider.stop();
  for (const url of Object.values(databases)) await postgres.drop(url);

  return (
    [
      ["/alert-log: the first page", "firstPageMs"],
      ["/alert-log: the details of an alert", "detailsMs"],
      ["the list of the failed", "failedMs"],
    ] as const
  ).map(([what, figure]) => {
    const ratio = measured.ratio(["many", figure], ["few", figure]);
    return {
      what: `${what}, at ${many} deliveries`,
      against: `at ${few}`,
      goal: `<= ${GOAL}`,
      measured: `${ratio.toFixed(2)} (${measured.of("many", figure).toFixed(1)} against ${measured.of("few", figure).toFixed(1)} ms)`,
      met: ratio <= GOAL,
    };
  });
};

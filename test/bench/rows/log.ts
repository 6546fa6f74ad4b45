// /alert-log as it is at very many deliveries: its first page, the details of an alert, those who failed.
import { sql } from "drizzle-orm";
import { listUnnamedFailures } from "../../../src/outcomes/delivery-lines.ts";
import type { BenchPostgres } from "../database.ts";
import { boardMember, fillAlert, fillBoard } from "../fill.ts";
import { startHeadgate } from "../headgate.ts";
import { interleave } from "../interleave.ts";
import { startProvider } from "../provider/start.ts";
import type { Row } from "../row.ts";
import { ROUNDS, size } from "../settings.ts";
import { commandForm, pressForm, startSlack } from "../slack.ts";
import { median } from "../statistics.ts";
import { PHONE_SQL } from "../text.ts";

const GOAL = 2;
const ALERTS = 10;
/** Each person may press sixty times a minute. */
const PRESSES = 15;
const _NAMED_AT_ONCE = 20;

/** Alerts of last week, of which nearly all texts arrived: one in a thousand failed. */
async function fill(postgres: BenchPostgres, deliveries: number): Promise<string> {
  const url = await postgres.create();
  await postgres.prepare(url, async (db) => {
    await fillBoard(db, 1);
    const lastWeek = new Date(Date.now() - 7 * 86_400_000);
    const then = sql`${lastWeek.toISOString()}::timestamptz`;
    for (let n = 0; n < ALERTS; n++) {
      const sendingId = await fillAlert(db, 0, {
        phoneCount: deliveries / ALERTS,
        confirmedAt: lastWeek,
      });
      await db.execute(sql`
        insert into deliveries (sending_id, position, address, status, attempt, claimed_at, accepted_at,
          status_at, message_sid, gateway, code, price)
        select ${sendingId}, n, ${sql.raw(PHONE_SQL)},
          case when n % 1000 = 0 then 'undelivered' else 'delivered' end::delivery_status, 1,
          ${then}, ${then}, ${then}, 'SM' || lpad(to_hex(n), 32, '0'),
          'twilio', case when n % 1000 = 0 then '30003' end, 0.0083
        from generate_series(1, ${deliveries / ALERTS}::int) n`);
    }
    // As they are when the provider has named them all.
    await db.execute(sql`update parts set claimed_up_to = last`);
    await db.execute(sql`update sendings set follow_at = null`);
    await db.execute(sql`
      update delivery_counts c set price = d.price
      from (select sending_id, status, sum(price) as price from deliveries group by 1, 2) d
      where d.sending_id = c.sending_id and d.status = c.status`);
    await db.execute(sql`vacuum analyze`);
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

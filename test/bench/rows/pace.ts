// The pace over a minute, two instances together, and the largest number in any one second.
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { startSender } from "../fan-out.ts";
import { fillAlert } from "../fill.ts";
import { startProvider } from "../provider/start.ts";
import type { Line, Row, Tools } from "../row.ts";
import { size } from "../settings.ts";
import { mostInOneSecond } from "../statistics.ts";

const PACES = [3, 12, 75, 225];
const TOLERANCE = 0.05;
const IN_FLIGHT = 50;
/** Half of what one instance claims at once where no pace holds it back. */
const ABOVE = IN_FLIGHT / 2;
/** The first texts have their connections by then. */
const SETTLE_MS = 3_000;

export const pace: Row = async (tools) => {
  const lines: Line[] = [];
  for (const segmentsPerSecond of PACES) lines.push(await paceOf(tools, segmentsPerSecond));
  return lines;
};

async function paceOf({ postgres, files }: Tools, segmentsPerSecond: number): Promise<Line> {
  const measureMs = size(60_000, 15_000);
  const provider = await startProvider(files, 0, true);
  const databaseUrl = await postgres.create();
  const enough = Math.ceil(((measureMs + SETTLE_MS) / 1000) * segmentsPerSecond * 2) + 100;
  await postgres.prepare(databaseUrl, (db) => fillAlert(db, enough));
  const given = { databaseUrl, apiUrl: provider.url, inFlight: IN_FLIGHT, segmentsPerSecond };
  const instances = [await startSender(files, given), await startSender(files, given)];

  await Promise.all(instances.map(({ ask }) => ask("go", z.literal(true))));
  await wait(SETTLE_MS + measureMs + 1_000);
  await Promise.all(instances.map(({ kill }) => kill()));
  const times = await provider.times();
  await provider.stop();
  await postgres.drop(databaseUrl);

  const from = (times[0] ?? 0) + SETTLE_MS;
  const counted = times.filter((time) => time >= from && time < from + measureMs).length;
  const rate = counted / (measureMs / 1000);
  const most = mostInOneSecond(times);
  const isWithin = Math.abs(rate / segmentsPerSecond - 1) <= TOLERANCE;
  return {
    what: `pace of ${segmentsPerSecond} segments a second, 2 instances, over ${measureMs / 1000} s`,
    against: "the setting",
    goal: `within ${TOLERANCE * 100} %; in any one second at most ${ABOVE} more`,
    measured: `${rate.toFixed(2)} a second; at most ${most} in any one second`,
    met: isWithin && most <= segmentsPerSecond + ABOVE,
  };
}

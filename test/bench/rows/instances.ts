// Two instances on one PostgreSQL against one, at a provider that takes its time.
import { cpus } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { startSender } from "../fan-out.ts";
import { fillAlert } from "../fill.ts";
import { interleave } from "../interleave.ts";
import { cpuOf } from "../processes.ts";
import { startProvider } from "../provider/start.ts";
import type { Row } from "../row.ts";
import { ROUNDS, size } from "../settings.ts";

const GOAL = 1.8;
const IN_FLIGHT = 100;
const LATENCY_MS = 150;

export const instances: Row = async ({ postgres, files }) => {
  const deliveries = size(20_000, 2_000);
  const provider = await startProvider(files, LATENCY_MS);

  const withInstances = (count: number) => async () => {
    await provider.forget();
    const databaseUrl = await postgres.create();
    await postgres.prepare(databaseUrl, (db) => fillAlert(db, deliveries));
    await postgres.settle();
    const given = { databaseUrl, apiUrl: provider.url, inFlight: IN_FLIGHT };
    const started = await Promise.all(Array.from({ length: count }, () => startSender(files, given)));
    const cpu = async () => {
      const all = await Promise.all(started.map(({ pid }) => cpuOf(pid)));
      return all.reduce((sum, each) => sum + each, 0);
    };
    const before = await cpu();
    await Promise.all(started.map(({ ask }) => ask("go", z.literal(true))));
    let sums = await provider.sums();
    for (; sums.accepted < deliveries; sums = await provider.sums()) await wait(50);
    const cpuMs = (await cpu()) - before;
    await Promise.all(started.map(({ kill }) => kill()));
    await postgres.drop(databaseUrl);
    if (sums.most !== 1) throw new Error("A phone was sent to twice.");
    return { perSecond: deliveries / (((sums.lastAt ?? 0) - (sums.firstAt ?? 0)) / 1000), cpuMs };
  };

  const measured = await interleave({ one: withInstances(1), two: withInstances(2) }, ROUNDS);
  await provider.stop();
  const ratio = measured.ratio(["two", "perSecond"], ["one", "perSecond"]);
  const rate = (name: "one" | "two") => Math.round(measured.of(name, "perSecond"));
  const isMet = ratio >= GOAL;
  const why = isMet
    ? ""
    : `; ${cpus().length} cores carry two instances, PostgreSQL, the provider and the runner`;
  return [
    {
      what: `fan-out with 2 instances, provider ${LATENCY_MS} ms, ${IN_FLIGHT} in flight each`,
      against: "one instance",
      goal: `>= ${GOAL} where cores allow`,
      measured: `${ratio.toFixed(2)} (${rate("two")} against ${rate("one")} a second${why})`,
      cpu: `${Math.round(measured.of("two", "cpuMs"))} against ${Math.round(measured.of("one", "cpuMs"))} ms`,
      met: isMet,
    },
  ];
};

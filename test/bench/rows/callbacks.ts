// Status callbacks, each answered when it is durable.
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { BenchPostgres } from "../database.ts";
import { countDeliveries, fillAlert } from "../fill.ts";
import { asStarted } from "../headgate.ts";
import { interleave } from "../interleave.ts";
import { cpuOf, runFresh, startHelper } from "../processes.ts";
import type { Row } from "../row.ts";
import { ROUNDS, size } from "../settings.ts";

const CONNECTIONS = 64;
const Port = z.object({ port: z.number() });
const Load = z.object({
  perSecond: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  generatorShare: z.number(),
});

const callbacks = size(40_000, 5_000);
const warmUp = size(5_000, 1_000);

/** All texts are with the provider, and their callbacks are still to come. */
async function fill(postgres: BenchPostgres): Promise<string> {
  const url = await postgres.create();
  await postgres.prepare(url, async (db) => {
    await fillAlert(db, warmUp + callbacks);
    await db.execute(sql`
      update deliveries set status = 'accepted', attempt = 1, claimed_at = now(), accepted_at = now(),
        message_sid = 'SM' || lpad(to_hex(position), 32, '0')`);
    await db.execute(sql`
      create table floor (sending_id int, position int, status text, message_sid text, status_at timestamptz,
        primary key (sending_id, position))`);
    await db.execute(sql`insert into floor select sending_id, position, 'accepted' from deliveries`);
    await db.execute(sql`vacuum analyze`);
  });
  await postgres.settle();
  return url;
}

export const statusCallbacks: Row = async ({ postgres }) => {
  const contender = (kind: "headgate" | "twilio" | "bare" | "update") => async () => {
    const databaseUrl = await fill(postgres);
    const script = kind === "headgate" ? "runs/callbacks-headgate.ts" : "runs/callbacks-floor.ts";
    const server = await startHelper(
      script,
      { kind, databaseUrl },
      Port,
      kind === "headgate" ? asStarted : undefined,
    );
    const before = await cpuOf(server.pid);
    const load = await runFresh(
      "runs/callback-load.ts",
      { port: server.ready.port, connections: CONNECTIONS, callbacks, warmUp },
      Load,
    );
    const cpuMs = (await cpuOf(server.pid)) - before;
    await server.kill();
    if (kind === "headgate") {
      const count = await postgres.prepare(databaseUrl, (db) => countDeliveries(db, "delivered"));
      if (count !== warmUp + callbacks) throw new Error(`Only ${count} callbacks are in the database.`);
    }
    await postgres.drop(databaseUrl);
    return { ...load, cpuPerCallback: cpuMs / (warmUp + callbacks) };
  };
  const measured = await interleave(
    {
      twilio: contender("twilio"),
      bare: contender("bare"),
      headgate: contender("headgate"),
      update: contender("update"),
    },
    ROUNDS,
  );

  const what = `status callbacks, durable when answered, ${CONNECTIONS} connections`;
  const rate = (name: "headgate" | "twilio" | "bare" | "update") =>
    Math.round(measured.of(name, "perSecond"));
  const against = (name: "twilio" | "bare" | "update") => ({
    ratio: measured.ratio(["headgate", "perSecond"], [name, "perSecond"]),
    rates: `${rate("headgate")} against ${rate(name)} a second`,
    cpu: `${(["headgate", name] as const).map((each) => `${Math.round(measured.of(each, "cpuPerCallback") * 1000)} µs`).join(" against ")} each`,
  });
  const floor = against("twilio");
  const bare = against("bare");
  const update = against("update");
  const p99 = measured.ratio(["headgate", "p99Ms"], ["update", "p99Ms"]);
  return [
    {
      what,
      against: "a server that only checks the signature, with Twilio's own function",
      goal: ">= 0.95",
      measured: `${floor.ratio.toFixed(3)} (${floor.rates}; the generator used ${Math.round(measured.of("headgate", "generatorShare") * 100)} % of a core)`,
      cpu: floor.cpu,
      met: floor.ratio >= 0.95,
    },
    {
      what,
      against: "the same, with node:crypto alone",
      goal: "",
      measured: `${bare.ratio.toFixed(3)} (${bare.rates})`,
      cpu: bare.cpu,
    },
    {
      what,
      against: "an update per request, into a table with the primary key alone",
      goal: ">= 2.2",
      measured: `${update.ratio.toFixed(2)} (${update.rates})`,
      cpu: update.cpu,
      met: update.ratio >= 2.2,
    },
    {
      what: "their p99",
      against: "an update per request",
      goal: "<= 0.4",
      measured: `${p99.toFixed(2)} (${measured.of("headgate", "p99Ms").toFixed(1)} against ${measured.of("update", "p99Ms").toFixed(1)} ms)`,
      met: p99 <= 0.4,
    },
  ];
};

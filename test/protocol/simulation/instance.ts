// One process of the fleet: the real sender, jobs and webhooks, on the simulation's clock and wires.
import type { Clock } from "../../../src/clock.ts";
import type { Connection } from "../../../src/db/open.ts";
import { createSender } from "../../../src/deliveries/send.ts";
import type { Gateway } from "../../../src/gateways/gateway.ts";
import { actOnSignals, listJobs } from "../../../src/jobs/index.ts";
import type { Job } from "../../../src/jobs/loop.ts";
import { createLog } from "../../../src/log.ts";
import { keepInboundText } from "../../../src/replies/inbound.ts";
import { createStatusHandler } from "../../../src/web/status.ts";
import type { Chance, Plan } from "./plan.ts";
import type { Owner, Stage } from "./stage.ts";

const log = createLog("silent");

export type Instance = Awaited<ReturnType<typeof startInstance>>;

export async function startInstance({
  owner,
  stage,
  chance,
  plan,
  connection,
  gatewayOn,
  rest,
}: {
  owner: Owner;
  stage: Stage;
  chance: Chance;
  plan: Plan;
  connection: Connection;
  gatewayOn: (clock: Clock) => Gateway;
  /** Milliseconds from one round of a job to the next. */
  rest: () => number;
}) {
  const { db } = connection;
  const bornAt = stage.now();
  const clock: Clock = {
    monotonic: () => stage.now() - bornAt,
    after: (milliseconds, run) => stage.after(owner, milliseconds, "timer", run),
  };
  const gateway = gatewayOn(clock);
  const sender = createSender({
    db,
    gateway,
    country: "US",
    log,
    segmentsPerSecond: () => plan.segmentsPerSecond,
    maxInFlight: plan.maxInFlight,
    onProgress: () => {},
    random: chance.random,
    clock,
  });
  let hear = (_payload: string) => {};
  let listenAnew = () => {};
  await actOnSignals(
    {
      ...connection,
      client: new Proxy(connection.client, {
        get: (target, name) =>
          name === "listen"
            ? async (_channel: string, onNotify: (payload: string) => void, onListen: () => void) => {
                hear = onNotify;
                listenAnew = onListen;
                return { unlisten: async () => {} };
              }
            : Reflect.get(target, name),
      }),
    },
    { sender, wake: () => {}, refreshSettings: async () => {} },
  );

  let isStopping = false;
  // Each rests for a time of its own, so nobody wakes them; and nobody is in Slack here.
  const jobs = listJobs({
    db,
    patientDb: db,
    gateway,
    country: "US",
    log,
    sender,
    showAlerts: async () => false,
    showReplies: async () => false,
    showHomes: async () => false,
    tellBoard: async () => false,
    lookAtBoard: async () => false,
    workOnImports: async () => false,
    check: async () => false,
    fetchTexts: async () => false,
    keepDays: 90,
    refreshSettings: async () => {},
    wake: () => {},
  });
  /** As the loops do: again and again, whatever became of the last time. */
  function repeat({ name, run }: Job): void {
    const again = () =>
      stage.after(owner, rest(), name, () => {
        if (isStopping) return;
        const ended = () => again();
        void run().then(ended, ended);
      });
    again();
  }
  for (const job of jobs) repeat(job);

  const takeStatus = createStatusHandler(db, { title: gateway.title, country: "US" });
  return {
    owner,
    db,
    isUp: () => !owner.isGone && !isStopping,
    hear: (payload: string) => hear(payload),
    listenAnew: () => listenAnew(),
    takeCallback: takeStatus,
    takeText: (sid: string, from: string, body: string) =>
      keepInboundText(db, { messageSid: sid, phone: from, body }),
    stop: async () => {
      isStopping = true;
      await sender.stop();
    },
  };
}

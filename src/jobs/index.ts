// What happens by itself, a line for each job.
import { finishAlerts, freezeNext } from "../alerts/lifecycle.ts";
import { followUp, resolveOpen } from "../alerts/resolve.ts";
import type { Connection } from "../db/open.ts";
import { listenForSignals } from "../db/signals.ts";
import type { Log } from "../log.ts";
import type { Gateway } from "../sms/gateway.ts";
import { createSender } from "./send.ts";

export type JobsOptions = {
  connection: Connection;
  gateway: Gateway;
  log: Log;
  segmentsPerSecond: number;
  /** Brings the messages in Slack up to date. @returns whether there is more to show soon */
  showAlerts: () => Promise<boolean>;
  maxInFlight: number;
  /** Milliseconds from one round to the next while there is work. */
  roundEveryMs?: number | undefined;
  random?: () => number;
  monotonic?: () => number;
};

export type Jobs = {
  /** Something changed that a job may have to act upon. */
  wake(): void;
  /** When the jobs last went round, for /readyz. */
  lastRound(): Date | undefined;
  stop(): Promise<void>;
};

const IDLE_MS = 15_000;
const ASK_AT_ONCE = 20;

export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { connection, gateway, log, roundEveryMs = 1000 } = options;
  const { db } = connection;

  /** Each says whether it wants to run again soon. */
  const jobs: { name: string; run: () => Promise<boolean> }[] = [
    { name: "freeze", run: () => freezeNext(db) },
    { name: "finish", run: () => finishAlerts(db) },
    { name: "resolve", run: async () => (await resolveOpen(db, gateway, ASK_AT_ONCE)) > 0 },
    { name: "follow up", run: async () => (await followUp(db, gateway, ASK_AT_ONCE)) > 0 },
    { name: "show", run: options.showAlerts },
  ];

  let lastRound: Date | undefined;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | undefined;
  let isStopping = false;

  const sender = createSender({ ...options, db, onProgress: wake });

  /** At once after a quiet time, else when the next round is due. */
  function wake() {
    const since = Date.now() - (lastRound?.getTime() ?? 0);
    schedule(Math.max(0, roundEveryMs - since));
  }

  let dueAt = Number.POSITIVE_INFINITY;
  function schedule(milliseconds: number) {
    const at = Date.now() + milliseconds;
    if (isStopping || at >= dueAt) return;
    dueAt = at;
    clearTimeout(timer);
    // A round that is under way may have passed by what we are woken for.
    timer = setTimeout(() => void (round ?? Promise.resolve()).then(goRound), milliseconds);
  }

  function goRound() {
    if (isStopping || round) return;
    dueAt = Number.POSITIVE_INFINITY;
    let isBusy = false;
    const all = async () => {
      sender.wake();
      for (const { name, run } of jobs) {
        try {
          isBusy = (await run()) || isBusy;
        } catch (error) {
          log.warn({ err: error, job: name }, "a job failed and comes again");
          isBusy = true;
        }
      }
    };
    round = all().finally(() => {
      lastRound = new Date();
      round = undefined;
      schedule(isBusy ? roundEveryMs : IDLE_MS);
    });
  }

  const stopListening = await listenForSignals(
    connection,
    (signal) => {
      sender.onSignal(signal);
      wake();
    },
    // What was signalled while nobody listened is unknown: let go of everything, and look.
    () => {
      sender.release();
      wake();
    },
  );
  wake();

  return {
    wake,
    lastRound: () => lastRound,
    stop: async () => {
      isStopping = true;
      clearTimeout(timer);
      await sender.stop();
      await round;
      await stopListening().catch(() => {});
    },
  };
}

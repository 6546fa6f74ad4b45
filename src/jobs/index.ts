// What happens by itself, a line for each job. Each runs in a loop of its own: a slow provider does not
// hold up the messages in Slack, nor the other way round.
import type { CountryCode } from "libphonenumber-js/max";
import { countReachAnew, sumUpReach } from "../alerts/audience.ts";
import { endFrozenSessions } from "../db/frozen-sessions.ts";
import type { Connection, Database } from "../db/open.ts";
import { listenForSignals } from "../db/signals.ts";
import { followUp } from "../deliveries/ask/follow-up.ts";
import { resolveOpen } from "../deliveries/ask/resolve.ts";
import { finishSendings } from "../deliveries/finish.ts";
import { freezeNext } from "../deliveries/freeze.ts";
import { createSender, type Sender } from "../deliveries/send.ts";
import type { Gateway } from "../gateways/gateway.ts";
import type { Log } from "../log.ts";
import { judgeNumbers } from "../opt-outs/numbers.ts";
import { forgetCallbacks } from "../upkeep/forget.ts";
import { atMostEvery, type Job, startLoop } from "./loop.ts";

export type JobNeeds = {
  db: Database;
  /** The same database, for statements that may take minutes. */
  patientDb: Database;
  gateway: Gateway;
  /** The co-op's own. */
  country: CountryCode;
  log: Log;
  sender: Sender;
  /** Brings the messages in Slack up to date. @returns whether there is more to show soon */
  showAlerts: () => Promise<boolean>;
  /** Shows what members wrote. @returns whether there is more to show soon */
  showReplies: () => Promise<boolean>;
  /** Brings each Home in Slack up to date. @returns whether there is more to show soon */
  showHomes: () => Promise<boolean>;
  /** Posts what the board is told once. @returns whether there may be more */
  tellBoard: () => Promise<boolean>;
  /** Takes off the board whoever has left the workspace. @returns false: it need not run again soon */
  lookAtBoard: () => Promise<boolean>;
  /** Goes on with the member lists that were dropped into Slack. @returns whether there may be more */
  workOnImports: () => Promise<boolean>;
  /** Goes through what an alert needs. @returns false: it need not run again soon */
  check: () => Promise<boolean>;
  /** Asks the provider for what members wrote while we could not hear. */
  fetchTexts: () => Promise<boolean>;
  /** How long what only tells how something came about is kept. */
  keepDays: number;
  /** The co-op's own settings are read again. */
  refreshSettings: () => Promise<void>;
  /** Something changed that a job may have to act on. */
  wake: () => void;
  /** After this long without a trace of a text, a person is told. */
  unknownAfterMinutes?: number | undefined;
};

export type JobsOptions = Omit<JobNeeds, "db" | "sender" | "wake"> & {
  connection: Connection;
  /** The pace just now. */
  segmentsPerSecond: () => number;
  maxInFlight: number;
  /** Milliseconds from one round to the next while there is work. */
  roundEveryMs?: number | undefined;
  random?: (() => number) | undefined;
};

export type Jobs = {
  /** Something changed that a job may have to act on. */
  wake(): void;
  /** The jobs that have not ended a round for this many milliseconds. */
  silentFor(milliseconds: number): string[];
  stop(): Promise<void>;
};

/** While there is nothing to do, a job waits this many times as long between two looks. */
const IDLE_ROUNDS = 15;
/** Of the deliveries that the provider is asked about, at most this many at once. */
const ASK_AT_ONCE = 50;
const COUNT_ANEW_EVERY_MS = 10 * 60_000;
/** Once a day would do; so Slack may be away for a while. */
const LOOK_AT_BOARD_EVERY_MS = 60 * 60_000;
const FORGET_EVERY_MS = 60 * 60_000;
const READ_SETTINGS_EVERY_MS = 10_000;
const END_FROZEN_EVERY_MS = 5_000;

/** All of them. The simulation of the tests takes its jobs from here too. */
export function listJobs(needs: JobNeeds): Job[] {
  const {
    db,
    patientDb,
    gateway,
    sender,
    showAlerts,
    showReplies,
    showHomes,
    fetchTexts,
    tellBoard,
    lookAtBoard,
    workOnImports,
    check,
    keepDays,
    refreshSettings,
    wake,
  } = needs;
  return [
    { name: "freeze", run: () => freezeNext(patientDb, gateway.name) },
    { name: "send", run: sendAndFinish },
    { name: "resolve", run: () => thenWake(resolveOpen(needs, ASK_AT_ONCE)) },
    { name: "follow up", run: () => thenWake(followUp(needs, ASK_AT_ONCE)) },
    { name: "show alerts", run: showAlerts },
    { name: "show replies", run: showReplies },
    { name: "show homes", run: showHomes },
    { name: "tell the board", run: tellBoard },
    { name: "look at the board", run: atMostEvery(LOOK_AT_BOARD_EVERY_MS, lookAtBoard) },
    { name: "imports", run: workOnImports },
    { name: "check", run: check },
    { name: "judge numbers", run: () => judgeNumbers(patientDb, gateway) },
    { name: "fetch texts", run: fetchTexts },
    { name: "end frozen sessions", run: atMostEvery(END_FROZEN_EVERY_MS, () => endFrozenSessions(db)) },
    { name: "sum up reach", run: () => sumUpReach(db) },
    { name: "count reach anew", run: atMostEvery(COUNT_ANEW_EVERY_MS, () => countReachAnew(patientDb)) },
    {
      name: "forget callbacks",
      run: atMostEvery(FORGET_EVERY_MS, () => forgetCallbacks(patientDb, keepDays)),
    },
    // Where the database was away when it was said that one has changed.
    {
      name: "read settings",
      run: atMostEvery(READ_SETTINGS_EVERY_MS, () => refreshSettings().then(() => false)),
    },
  ];

  /** A claim waits for its own time; the round is for what became due without a signal. */
  function sendAndFinish(): Promise<boolean> {
    sender.wake();
    return finishSendings(patientDb);
  }

  /** What the provider said is to be shown. */
  async function thenWake(asked: Promise<boolean>): Promise<boolean> {
    const found = await asked;
    if (found) wake();
    return found;
  }
}

/** What another instance tells, or this one itself: the sender acts on it at once, the jobs soon. */
export function actOnSignals(
  connection: Connection,
  { sender, wake, refreshSettings }: Pick<JobNeeds, "sender" | "wake" | "refreshSettings">,
) {
  // Where that fails, a job does it. Whoever shows something by them must look after that.
  const refresh = () => void refreshSettings().then(wake, () => {});
  return listenForSignals(
    connection,
    (signal) => {
      if (signal.about === "settings") return refresh();
      sender.onSignal(signal);
      wake();
    },
    // What was signalled while nobody listened is unknown: hand everything back, and look.
    () => {
      sender.release();
      wake();
      refresh();
    },
  );
}

export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { connection, log, roundEveryMs = 1000 } = options;
  const { db } = connection;
  const sender = createSender({ ...options, db, onProgress: wake });
  const loops = listJobs({ ...options, db, sender, wake }).map((job) => ({
    name: job.name,
    ...startLoop(job, { everyMs: roundEveryMs, idleMs: IDLE_ROUNDS * roundEveryMs }, log),
  }));

  function wake() {
    for (const loop of loops) loop.wake();
  }

  const stopListening = await actOnSignals(connection, { ...options, sender, wake });

  return {
    wake,
    silentFor: (milliseconds) =>
      loops.filter((loop) => loop.silence() > milliseconds).map(({ name }) => name),
    stop: async () => {
      const loopsStopped = Promise.all(loops.map((loop) => loop.stop()));
      await sender.stop();
      await loopsStopped;
      // The database may be away, and then there is nobody to tell.
      await stopListening().catch(() => {});
    },
  };
}

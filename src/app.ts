// The composition root: starts everything in order, and stops it in reverse.
import type { Config } from "./config.ts";
import { type DatabaseUrls, migrateDatabase } from "./db/migrate.ts";
import { openDatabase } from "./db/open.ts";
import { createTwilioWebhooks } from "./gateways/twilio/forms.ts";
import { createTwilioGateway } from "./gateways/twilio/gateway.ts";
import { type Listening, listen } from "./http.ts";
import { type Jobs, startJobs } from "./jobs/index.ts";
import type { Log } from "./log.ts";
import { createMissedTexts } from "./replies/missed.ts";
import { openLiveSettings } from "./settings/live.ts";
import { createSlack } from "./slack/start.ts";
import { createBeginning, gatewayWitness } from "./upkeep/beginning.ts";
import { checkGateway, createCheck, noteCheck } from "./upkeep/check.ts";
import { createClockCheck } from "./upkeep/clock-check.ts";
import { createWeb } from "./web/index.ts";

export type AppOptions = {
  config: Config;
  database: DatabaseUrls;
  log: Log;
  /** Where files stand while they are made for somebody: nothing else is there. It is made where it is missing. */
  filesFolder: string;
  /** The port, where it is open already. */
  listening?: Listening;
  now?: () => Date;
  random?: (() => number) | undefined;
  /** Live: a database that is new though the co-op is not is a mistake, until a person says otherwise. */
  neverEmpty?: boolean;
  /** Requests with a text in flight at once. */
  maxInFlight?: number;
  /** Shorter in tests and in practice, so that nobody need wait. */
  rhythm?: {
    updateEverySeconds?: number;
    roundEveryMs?: number;
    checkEveryMs?: number;
    unknownAfterMinutes?: number;
  };
};

export type HeadgateApp = {
  port: number;
  /** Hands over nothing more, lets what is under way finish and be recorded, then closes everything. */
  stop(): Promise<void>;
};

/** Enough for the fastest sender, 225 segments a second, while Twilio answers within 0.2 s. */
const MAX_IN_FLIGHT = 50;
/** For statements over all the phones of a large alert at once. */
const PATIENCE_MS = 600_000;
const INTRODUCE_AGAIN_MS = 10_000;

/** @throws Error in plain words; what had been started is stopped again by then */
export async function startApp(options: AppOptions): Promise<HeadgateApp> {
  const { config, database, log, now, random, maxInFlight = MAX_IN_FLIGHT, rhythm } = options;
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    // What can't be stopped in order holds up nothing of the rest.
    for (const each of stops.splice(0).reverse())
      await each().catch((error) => log.error({ err: error }, "a part did not stop as it should"));
  };
  try {
    await migrateDatabase(database);
    const connection = openDatabase(database.url);
    stops.push(connection.close);
    const { db } = connection;
    const patient = openDatabase(database.url, { maxConnections: 2, statementTimeoutMs: PATIENCE_MS });
    stops.push(patient.close);

    const settings = await openLiveSettings(db, config.settings, log);

    const { twilio, publicUrl } = config;
    const [authToken] = twilio.authTokens;
    const clockCheck = createClockCheck({ now });
    const gateway = createTwilioGateway({
      ...twilio,
      authToken,
      publicUrl,
      connections: maxInFlight,
      onDate: clockCheck.noteGateway,
    });
    stops.push(gateway.close);

    const slack = createSlack({
      config,
      settings: settings.now,
      db,
      gateway,
      log,
      now,
      updateEverySeconds: rhythm?.updateEverySeconds,
      databaseUrl: database.url,
      filesFolder: options.filesFolder,
      lastCheck: () => check.found(),
      onDate: clockCheck.noteSlack,
    });
    stops.push(slack.drain);
    // Alerts go out without it; who asks for a file is told.
    await slack
      .clearFiles()
      .catch((error) => log.warn({ err: error }, "there is no folder to make files in; no export will work"));

    const beginning = options.neverEmpty
      ? createBeginning({
          db,
          witnesses: [slack.witness, gatewayWitness(gateway, settings.now(), now)],
          anew: config.beginAnew,
          timeZone: settings.now().timeZone,
          isOwnDatabase: config.database.url !== undefined,
          log,
          now,
        })
      : undefined;
    const mistake = await beginning?.judge();
    if (mistake !== undefined) throw new Error(mistake);

    const introduction = createIntroduction(slack.introduce, log);
    stops.push(introduction.stop);

    const missed = createMissedTexts({ db, gateway, log });
    const check = createCheck({
      parts: [
        {
          look: () => (beginning ? beginning.note() : noteCheck(db).then(() => ({}))),
          otherwise: "The database does not answer.",
        },
        ...(beginning
          ? [{ look: beginning.look, otherwise: "Whether Headgate was used here before is not known." }]
          : []),
        ...slack.checks,
        { look: () => checkGateway(gateway), otherwise: `${gateway.title} can't be reached.` },
        { look: clockCheck.look, otherwise: "Whether this machine's clock is right is not known." },
        {
          // Alerts go out all the same.
          look: async () => ({ remarks: missed.problems() }),
          otherwise: "How members' texts reach Headgate is not known.",
        },
      ],
      log,
      now,
      everyMs: rhythm?.checkEveryMs,
    });

    let jobs: Jobs | undefined;
    const routes = createWeb({
      db,
      twilio: { ...createTwilioWebhooks({ ...twilio, publicUrl }), title: gateway.title },
      country: config.settings.country,
      onChange: () => jobs?.wake(),
      onMissed: missed.lookSoon,
      slack: slack.receive,
      silentJobs: (milliseconds) => jobs?.silentFor(milliseconds) ?? ["all of them"],
      lastCheck: check.found,
    });

    const { server, port, serve } = options.listening ?? (await listen(config, log));
    serve(routes);
    stops.push(
      () =>
        new Promise((closed) => {
          server.close(closed);
          server.closeIdleConnections();
        }),
    );

    await introduction.begin();

    // Last to start and first to stop: callbacks of the last texts are still taken.
    jobs = await startJobs({
      connection,
      patientDb: patient.db,
      gateway,
      log,
      segmentsPerSecond: () => settings.now().segmentsPerSecond,
      country: config.settings.country,
      maxInFlight,
      showAlerts: slack.showAll,
      showReplies: slack.showReplies,
      showHomes: slack.showHomes,
      tellBoard: slack.tellBoard,
      lookAtBoard: slack.lookAtBoard,
      workOnImports: slack.workOnImports,
      check: check.run,
      fetchTexts: () => missed.run(),
      keepDays: config.keepDays,
      refreshSettings: settings.refresh,
      roundEveryMs: rhythm?.roundEveryMs,
      unknownAfterMinutes: rhythm?.unknownAfterMinutes,
      random,
    });
    stops.push(jobs.stop);
    return { port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Slack may be away just now; alerts under way must not wait for it. */
function createIntroduction(introduce: () => Promise<void>, log: Log) {
  let next: NodeJS.Timeout | undefined;
  const begin = async (): Promise<void> => {
    try {
      await introduce();
    } catch (error) {
      log.warn({ err: error }, "Slack can't be reached, or does not accept SLACK_BOT_TOKEN; trying again");
      next = setTimeout(begin, INTRODUCE_AGAIN_MS);
    }
  };
  return { begin, stop: async () => clearTimeout(next) };
}

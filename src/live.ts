// The live app: config, create, start, signals.
import { join } from "node:path";
import type { AppOptions, HeadgateApp } from "./app.ts";
import { describeEnvMode, readConfig, readEnvironment } from "./config.ts";
import type { ProvidedDatabase } from "./db/provide.ts";
import { listen } from "./http.ts";
import { createLog, type Log } from "./log.ts";

/** What has not ended by then is cut off; nothing is lost by that, only asked about later. */
const STOP_WITHIN_MS = 40_000;

/** How often the built-in PostgreSQL is looked at: if it has died, it is started again. */
const REVIVE_EVERY_MS = 5_000;
/** While we stop, it is needed soon: whoever ends a whole group of processes ends it first. */
const REVIVE_EVERY_MS_AT_THE_END = 250;

const FORGET_LOGS_EVERY_MS = 86_400_000;

/** Ends the process, in plain words, where it can't start. */
export async function live(): Promise<void> {
  await start().catch((error: unknown) => {
    console.error(`Headgate could not start. ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  });
}

async function start(): Promise<void> {
  const config = readConfig(readEnvironment());
  const log = createLog(config.logLevel);
  // Nobody should find out in an emergency that these are not the real ones.
  log.info(
    { slack: config.slack.apiUrl, twilio: config.twilio.apiUrl, practice: config.settings.isPractice },
    "starting",
  );
  const openSecrets = describeEnvMode();
  if (openSecrets !== undefined) log.warn(openSecrets);
  const listening = await listen(config, log);
  // Loaded only now, because that takes longer than all of the above.
  const { DATA_FOLDER, provideDatabase, explainDatabaseError } = await import("./db/provide.ts");
  const onWait = (why: string) => {
    log.warn(why);
    listening.standBy(why);
  };
  try {
    const database = await provideDatabase(config.database, process.cwd(), { onWait });
    const app = await startOn(database, {
      config,
      log,
      listening,
      filesFolder: join(process.cwd(), DATA_FOLDER, "files"),
    });
    stopOnSignal(app, database, { log, keepDays: config.keepDays });
    log.info({ port: app.port }, "Headgate runs");
  } catch (error) {
    const words = explainDatabaseError(error, config.database.url !== undefined);
    throw words === undefined ? error : new Error(words, { cause: error });
  }
}

async function startOn(
  database: ProvidedDatabase,
  options: Pick<AppOptions, "config" | "log" | "listening" | "filesFolder">,
): Promise<HeadgateApp> {
  const { startApp } = await import("./app.ts");
  const { isDatabaseAway } = await import("./db/open.ts");
  const begin = () => startApp({ ...options, database, neverEmpty: true });
  return begin()
    .catch(async (error) => {
      // Whoever had started the built-in PostgreSQL may have ended just now, and it with them.
      if (options.config.database.url !== undefined || !isDatabaseAway(error)) throw error;
      await database.revive();
      return begin();
    })
    .catch(async (error) => {
      await database.stop();
      throw error;
    });
}

function stopOnSignal(
  app: HeadgateApp,
  database: ProvidedDatabase,
  { log, keepDays }: { log: Log; keepDays: number },
): void {
  const reviveEvery = (milliseconds: number) =>
    setInterval(() => {
      database.revive().catch((error) => log.error({ err: error }, "PostgreSQL could not be started again"));
    }, milliseconds);
  const reviving = reviveEvery(REVIVE_EVERY_MS);

  const forgetLogs = () =>
    database
      .forgetLogs(keepDays)
      .catch((error) => log.warn({ err: error }, "old logs of PostgreSQL could not be removed"));
  void forgetLogs();
  const forgetting = setInterval(forgetLogs, FORGET_LOGS_EVERY_MS);

  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    clearInterval(reviving);
    clearInterval(forgetting);
    // What is under way is recorded yet.
    const atTheEnd = reviveEvery(REVIVE_EVERY_MS_AT_THE_END);
    await app.stop();
    clearInterval(atTheEnd);
    await database.stop().catch((error) => log.error({ err: error }, "PostgreSQL did not stop as it should"));
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

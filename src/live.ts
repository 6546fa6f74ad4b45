// The live app: config, create, start, signals.
import { describeEnvMode, readConfig, readEnvironment } from "./config.ts";
import { listen } from "./http.ts";
import { createLog } from "./log.ts";

/** What has not ended by then is cut off; nothing is lost by that, only asked about later. */
const STOP_WITHIN_MS = 40_000;

/** How often the built-in PostgreSQL is looked at: if it has died, it is started again. */
const REVIVE_EVERY_MS = 5_000;

const FORGET_LOGS_EVERY_MS = 86_400_000;

/** Ends the process, in plain words, where it can't start. */
export async function live(): Promise<void> {
  await start().catch(async (error: unknown) => {
    const { explainDatabaseError } = await import("./db/provide.ts");
    const text = explainDatabaseError(error) ?? (error instanceof Error ? error.message : String(error));
    console.error(`Headgate could not start. ${text}`);
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
  const { provideDatabase } = await import("./db/provide.ts");
  const { startApp } = await import("./app.ts");
  const database = await provideDatabase(config.database);
  const app = await startApp({ config, database, log, listening }).catch(async (error) => {
    await database.stop();
    throw error;
  });
  log.info({ port: app.port }, "Headgate runs");
  const reviving = setInterval(() => {
    database.revive().catch((error) => log.error({ err: error }, "PostgreSQL could not be started again"));
  }, REVIVE_EVERY_MS);

  const forgetLogs = () =>
    database
      .forgetLogs(config.keepDays)
      .catch((error) => log.warn({ err: error }, "old logs of PostgreSQL could not be removed"));
  void forgetLogs();
  const forgetting = setInterval(forgetLogs, FORGET_LOGS_EVERY_MS);

  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, "stopping");
    clearInterval(reviving);
    clearInterval(forgetting);
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    await app.stop();
    await database.stop();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

// The command line: what is done beside Slack.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ALERTS_USAGE, runAlerts } from "./cli/alerts.ts";
import { BOARD_USAGE, runBoard } from "./cli/board.ts";
import { IMPORT_USAGE, runImport } from "./cli/import.ts";
import { NUMBERS_USAGE, runNumbers } from "./cli/numbers.ts";
import { OPT_OUT_USAGE, runOptOut } from "./cli/opt-outs.ts";
import { type CliDeps, Refusal, withDatabase } from "./cli/terminal.ts";
import {
  ConfigError,
  findHome,
  readCommandSettings,
  readDatabaseConfig,
  readEnvironment,
  readSlackAccess,
  startedIn,
} from "./config.ts";
import { migrateDatabase } from "./db/migrate.ts";
import { codesOf, openDatabase } from "./db/open.ts";
import { explainDatabaseError, provideDatabase } from "./db/provide.ts";
import { createLog, describeError } from "./log.ts";
import { createClients, type SlackAccess } from "./slack/wire/clients.ts";
import { createPeople } from "./slack/wire/people.ts";
import { createWorkspaceLookup } from "./slack/wire/workspace.ts";

export type { CliDeps } from "./cli/terminal.ts";

type Command = {
  /** What to type, and what it does. */
  usage: [what: string, does: string][];
  /** @returns undefined where the words are not the command's */
  run(args: readonly string[], deps: CliDeps): Promise<void> | undefined;
};

const COMMANDS: Record<string, Command> = {
  import: { usage: IMPORT_USAGE, run: runImport },
  board: { usage: BOARD_USAGE, run: runBoard },
  alerts: { usage: ALERTS_USAGE, run: runAlerts },
  "opt-out": { usage: OPT_OUT_USAGE, run: runOptOut },
  numbers: { usage: NUMBERS_USAGE, run: runNumbers },
  migrate: {
    usage: [["node src/cli.ts migrate", "bring the database up to this version"]],
    run: (args, deps) => (args.length > 0 ? undefined : runMigrate(deps)),
  },
};

/** @returns the exit code */
export async function runCli(args: readonly string[], deps: CliDeps): Promise<number> {
  try {
    const [name = "", ...rest] = args;
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    await (command?.run(rest, deps) ?? Promise.reject(new Refusal(describeUsage())));
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    deps.complain(error.message);
    return 1;
  }
}

function describeUsage(): string {
  const lines = Object.values(COMMANDS).flatMap(({ usage }) => usage);
  const width = Math.max(...lines.map(([what]) => what.length));
  return [
    "The commands are:",
    ...lines.map(([what, does]) => `  ${what.padEnd(width)}  ${does}`.trimEnd()),
  ].join("\n");
}

async function runMigrate(deps: CliDeps): Promise<void> {
  await withDatabase(deps, async () => deps.write("The database is up to this version."));
}

/** Long enough for a start or an end that is under way. */
const PATIENCE_MS = 30_000;

const home = findHome();
const environment = () => readEnvironment(home);

/** What is asked of Slack. @param access read when it is asked: most commands need none */
export function slackDeps(access: () => SlackAccess): Pick<CliDeps, "workspaceTeamId" | "askSlackWho"> {
  const client = () => createClients(access(), createLog("silent")).interactive;
  return {
    workspaceTeamId: async () => (await createWorkspaceLookup(client())()).teamId,
    askSlackWho: async (userId, teamId) => {
      const people = createPeople(client());
      const never = await people.whyNever(userId, teamId);
      const name = await people.nameOf(userId);
      return { name: name === userId ? undefined : name, never };
    },
  };
}

const realDeps: CliDeps = {
  openDatabase: async () => {
    const { stop, ...urls } = await provideDatabase(readDatabaseConfig(environment()), home, {
      // A second, empty one would take what belongs into the first.
      mayCreate: false,
      onWait: (why) => console.error(why),
      patienceMs: PATIENCE_MS,
    });
    await migrateDatabase(urls);
    const connection = openDatabase(urls.url, { maxConnections: 2, statementTimeoutMs: 600_000 });
    const close = async () => {
      await connection.close();
      await stop();
    };
    return { ...connection, close };
  },
  ...slackDeps(() => readSlackAccess(environment())),
  settings: () => readCommandSettings(environment()),
  readFile: (path) => readFile(resolve(startedIn(), path)),
  write: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => console.error(line),
};

/** For the person at the terminal, whatever went wrong. @param isOwnDatabase whether DATABASE_URL names it */
export function describeFailure(error: unknown, isOwnDatabase = true): string {
  if (error instanceof ConfigError) return error.message;
  // It may have been at the commit: then nobody has told us whether that was done.
  if (codesOf(error).some((code) => /^(CONNECTION_|ECONNRESET|EPIPE|57P)/.test(code)))
    return "The database went away meanwhile, so it is not certain whether this was done. Look, and do it again if not.";
  return `Nothing was changed. ${explainDatabaseError(error, isOwnDatabase) ?? describeError(error).message}`;
}

if (import.meta.main) {
  try {
    process.exitCode = await runCli(process.argv.slice(2), realDeps);
  } catch (error) {
    console.error(describeFailure(error, Boolean(environment().DATABASE_URL?.trim())));
    process.exitCode = 1;
  }
}

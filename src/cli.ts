// The command line: what is done beside Slack.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { addBoardMember, listBoardMembers, type Role, removeBoardMember } from "./board/allowlist.ts";
import { NUMBERS_USAGE, runNumbers } from "./cli/numbers.ts";
import { OPT_OUT_USAGE, runOptOut } from "./cli/opt-outs.ts";
import { type CliDeps, Refusal, withDatabase } from "./cli/terminal.ts";
import {
  ConfigError,
  readDatabaseConfig,
  readEnvironment,
  readSlackAccess,
  readTold,
  startedIn,
} from "./config.ts";
import { migrateDatabase } from "./db/migrate.ts";
import { openDatabase } from "./db/open.ts";
import { explainDatabaseError, provideDatabase } from "./db/provide.ts";
import { createLog, describeError } from "./log.ts";
import { UnreadableFile } from "./members/csv.ts";
import { importMembers } from "./members/import.ts";
import { maskPhone } from "./members/phone.ts";
import { describeImport } from "./members/report.ts";
import { createClients } from "./slack/wire/clients.ts";
import { createWorkspaceLookup } from "./slack/wire/workspace.ts";

export type { CliDeps } from "./cli/terminal.ts";

type Command = {
  /** What to type, and what it does. */
  usage: [what: string, does: string][];
  /** @returns undefined where the words are not the command's */
  run(args: readonly string[], deps: CliDeps): Promise<void> | undefined;
};

const COMMANDS: Record<string, Command> = {
  import: {
    usage: [["npm run import -- members.csv", "bring in the member list"]],
    run: ([path, ...rest], deps) =>
      path === undefined || rest.length > 0 ? undefined : runImport(path, deps),
  },
  board: {
    usage: [
      ["npm run board -- list", "who may send alerts"],
      ["npm run board -- add U0123ABCD operator|admin", "let somebody send; an admin also reads the log"],
      ["npm run board -- remove U0123ABCD", ""],
    ],
    run: runBoard,
  },
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

async function runImport(path: string, deps: CliDeps): Promise<void> {
  const bytes = await readMemberFile(path, deps);
  await withDatabase(deps, async (db) => {
    try {
      const { timeZone } = deps.told();
      const report = await importMembers(db, bytes, { actor: "command line", timeZone });
      for (const line of describeImport(report)) deps.write(line);
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      throw new Refusal(`Nothing was imported from ${path}. ${error.message}`);
    }
  });
}

async function readMemberFile(path: string, deps: CliDeps): Promise<Uint8Array> {
  try {
    return await deps.readFile(path);
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const why = missing ? "There is no such file." : `It can't be read: ${String(error)}.`;
    throw new Refusal(`Nothing was imported from ${path}. ${why}`);
  }
}

function runBoard(args: readonly string[], deps: CliDeps): Promise<void> | undefined {
  const [what, userId, role] = args;
  if (what === "list" && args.length === 1) return listBoard(deps);
  if (what === "add" && args.length === 3) return addToBoard(userId, role, deps);
  if (what === "remove" && args.length === 2) return removeFromBoard(userId, deps);
  return undefined;
}

async function listBoard(deps: CliDeps): Promise<void> {
  await withDatabase(deps, async (db) => {
    const board = await listBoardMembers(db);
    if (board.length === 0) deps.write("Nobody is on the board yet. Add the first admin.");
    for (const { userId, role, phone } of board) {
      deps.write(`${userId}  ${role}${phone === null ? "" : `  own phone ${maskPhone(phone)}`}`);
    }
  });
}

async function addToBoard(userIdGiven: string | undefined, roleGiven: string | undefined, deps: CliDeps) {
  const userId = checkUserId(userIdGiven);
  const role = checkRole(roleGiven);
  await withDatabase(deps, async (db) => {
    const teamId = await deps.workspaceTeamId();
    const outcome = await addBoardMember(db, { teamId, userId }, role, "command line");
    if (outcome === "last admin") throw lastAdmin(userId);
    deps.write(`${userId} is on the board now, as ${role}.`);
  });
}

async function removeFromBoard(userIdGiven: string | undefined, deps: CliDeps): Promise<void> {
  const userId = checkUserId(userIdGiven);
  await withDatabase(deps, async (db) => {
    // Looked up rather than asked of Slack, so that somebody can be removed while Slack is away.
    const found = (await listBoardMembers(db)).filter((member) => member.userId === userId);
    if (found.length === 0) throw new Refusal(`${userId} is not on the board: nothing was changed.`);
    for (const { teamId } of found) {
      const outcome = await removeBoardMember(db, { teamId, userId }, "command line");
      if (outcome === "last admin") throw lastAdmin(userId);
    }
    deps.write(`${userId} is no longer on the board.`);
  });
}

const lastAdmin = (userId: string) =>
  new Refusal(`${userId} is the last admin, so nothing was changed. Make somebody else an admin first.`);

function checkUserId(given = ""): string {
  if (/^[UW][A-Z0-9]{2,}$/.test(given)) return given;
  throw new Refusal(
    `"${given}" is not a Slack member ID, so nothing was changed. One looks like U0123ABCD: ` +
      'in Slack open the person\'s profile, press the three dots, and choose "Copy member ID".',
  );
}

function checkRole(given: string | undefined): Role {
  if (given === "operator" || given === "admin") return given;
  throw new Refusal(
    `"${given}" is not a role, so nothing was changed. It is operator (may send) or admin (may also manage and read the log).`,
  );
}

const realDeps: CliDeps = {
  openDatabase: async () => {
    const { stop, ...urls } = await provideDatabase(readDatabaseConfig(readEnvironment()));
    await migrateDatabase(urls);
    const connection = openDatabase(urls.url, { maxConnections: 2, statementTimeoutMs: 600_000 });
    const close = async () => {
      await connection.close();
      await stop();
    };
    return { ...connection, close };
  },
  workspaceTeamId: async () => {
    const { interactive } = createClients(readSlackAccess(readEnvironment()), createLog("silent"));
    return (await createWorkspaceLookup(interactive)()).teamId;
  },
  told: () => readTold(readEnvironment()),
  readFile: (path) => readFile(resolve(startedIn(), path)),
  write: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => console.error(line),
};

if (import.meta.main) {
  try {
    process.exitCode = await runCli(process.argv.slice(2), realDeps);
  } catch (error) {
    const message = explainDatabaseError(error) ?? describeError(error).message;
    const why = error instanceof ConfigError ? error.message : `Nothing was changed. ${String(message)}`;
    console.error(why);
    process.exitCode = 1;
  }
}

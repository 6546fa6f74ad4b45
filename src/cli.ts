// The command line: what is done beside Slack.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  addBoardMember,
  findBoardMember,
  listBoardMembers,
  type Role,
  removeBoardMember,
} from "./board/allowlist.ts";
import { ConfigError, readDatabaseConfig, readEnvironment, readSlackAccess, startedIn } from "./config.ts";
import { migrateDatabase } from "./db/migrate.ts";
import { type Connection, type Database, openDatabase } from "./db/open.ts";
import { explainDatabaseError, provideDatabase } from "./db/provide.ts";
import { freezeNext } from "./deliveries/freeze.ts";
import { resumeAlert, stopAlert } from "./deliveries/lifecycle.ts";
import { TWILIO } from "./gateways/twilio/name.ts";
import { createLog, describeError } from "./log.ts";
import { UnreadableFile } from "./members/csv.ts";
import { importMembers } from "./members/import.ts";
import { maskPhone, parsePhone } from "./members/phone.ts";
import { describeImport } from "./members/report.ts";
import { listUnderWay, readAlert } from "./outcomes/read-alert.ts";
import { describeUnderWay } from "./outcomes/under-way.ts";
import { createClients } from "./slack/wire/clients.ts";
import { createWorkspaceLookup } from "./slack/wire/workspace.ts";

export type CliDeps = {
  /** Opens the configured database, brought up to this version. */
  openDatabase(): Promise<Connection>;
  /** The Slack workspace that the bot token belongs to. */
  workspaceTeamId(): Promise<string>;
  readFile(path: string): Promise<Uint8Array>;
  /** One line to standard output. */
  write(line: string): void;
  /** One line to standard error. */
  complain(line: string): void;
};

/** Far more than are ever under way at once. */
const MOST_ALERTS = 1000;

const USAGE = [
  "npm run import -- members.csv                  bring in the member list",
  "npm run board -- list                          who may send alerts",
  "npm run board -- add U0123ABCD operator|admin  let somebody send; an admin also reads the log",
  "        --phone +12065550100                   their own phone: admins are texted where Slack can't be told",
  "npm run board -- remove U0123ABCD",
  "npm run alerts -- list                         what is under way",
  "npm run alerts -- stop 12                      what is not handed over yet is not sent",
  "npm run alerts -- resume 12                    a halted alert goes on",
  "node src/cli.ts migrate                        bring the database up to this version",
];

/** What went wrong and what to do, in plain words: all that the person sees. */
class Refusal extends Error {
  override readonly name = "Refusal";
}

/** @returns the exit code */
export async function runCli(args: readonly string[], deps: CliDeps): Promise<number> {
  try {
    await run(args, deps);
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    deps.complain(error.message);
    return 1;
  }
}

async function run(args: readonly string[], deps: CliDeps): Promise<void> {
  const [command, ...rest] = args;
  const [first, userId, role] = rest;
  if (command === "import" && first !== undefined && rest.length === 1) return runImport(first, deps);
  if (command === "migrate" && rest.length === 0) return runMigrate(deps);
  if (command === "board" && first === "list" && rest.length === 1) return listBoard(deps);
  if (command === "board" && first === "add") {
    const [, , , option, phone] = rest;
    if (rest.length === 3) return addToBoard(userId, role, undefined, deps);
    if (rest.length === 5 && option === "--phone") return addToBoard(userId, role, phone, deps);
  }
  if (command === "board" && first === "remove" && rest.length === 2) return removeFromBoard(userId, deps);
  if (command === "alerts" && (first ?? "list") === "list" && rest.length <= 1) return listAlerts(deps);
  if (command === "alerts" && first === "stop" && rest.length === 2) return stopFromHere(rest[1], deps);
  if (command === "alerts" && first === "resume" && rest.length === 2) return resumeFromHere(rest[1], deps);
  throw new Refusal(["The commands are:", ...USAGE.map((line) => `  ${line}`)].join("\n"));
}

async function withDatabase(deps: CliDeps, work: (db: Database) => Promise<void>): Promise<void> {
  const connection = await deps.openDatabase();
  try {
    await work(connection.db);
  } finally {
    await connection.close();
  }
}

async function runMigrate(deps: CliDeps): Promise<void> {
  await withDatabase(deps, async () => deps.write("The database is up to this version."));
}

async function runImport(path: string, deps: CliDeps): Promise<void> {
  const bytes = await readMemberFile(path, deps);
  await withDatabase(deps, async (db) => {
    try {
      const freeze = () => freezeNext(db, TWILIO);
      const report = await importMembers(db, bytes, { actor: "command line", freezeNext: freeze });
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

async function listBoard(deps: CliDeps): Promise<void> {
  await withDatabase(deps, async (db) => {
    const board = await listBoardMembers(db);
    if (board.length === 0) deps.write("Nobody is on the board yet. Add the first admin.");
    for (const { userId, role, phone } of board) {
      deps.write(`${userId}  ${role}${phone === null ? "" : `  own phone ${maskPhone(phone)}`}`);
    }
  });
}

async function addToBoard(
  userIdGiven: string | undefined,
  roleGiven: string | undefined,
  phoneGiven: string | undefined,
  deps: CliDeps,
): Promise<void> {
  const userId = checkUserId(userIdGiven);
  const role = checkRole(roleGiven);
  const phone = phoneGiven === undefined ? undefined : checkPhone(phoneGiven);
  await withDatabase(deps, async (db) => {
    const teamId = await deps.workspaceTeamId();
    const outcome = await addBoardMember(db, { teamId, userId }, role, "command line", phone);
    if (outcome === "last admin") throw lastAdmin(userId);
    const known = (await findBoardMember(db, { teamId, userId }))?.phone ?? null;
    const own = known === null ? "" : ` Own phone ${maskPhone(known)}.`;
    deps.write(`${userId} is on the board now, as ${role}.${own}`);
    if (role === "admin" && known === null) {
      deps.write(
        "Headgate texts the admins when an alert has halted and Slack can't be told. Give their phone too: " +
          `npm run board -- add ${userId} admin --phone +12065550100`,
      );
    }
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

async function listAlerts(deps: CliDeps): Promise<void> {
  await withDatabase(deps, async (db) => {
    const alerts = await listUnderWay(db, MOST_ALERTS);
    if (alerts.length === 0) deps.write("No alert is under way.");
    for (const alert of alerts) for (const line of describeUnderWay(alert)) deps.write(line);
  });
}

async function stopFromHere(given: string | undefined, deps: CliDeps): Promise<void> {
  const id = checkAlertId(given);
  await withDatabase(deps, async (db) => {
    const stopped = await db.transaction((tx) => stopAlert(tx, id, "command line"));
    if (!stopped) throw new Refusal(`Alert ${id} is not under way: there was nothing to stop.`);
    deps.write(
      `Alert ${id} is stopped: nothing more of it goes out. What was handed over can't be taken back.`,
    );
  });
}

async function resumeFromHere(given: string | undefined, deps: CliDeps): Promise<void> {
  const id = checkAlertId(given);
  await withDatabase(deps, async (db) => {
    const halts = (await readAlert(db, id))?.halts ?? 0;
    const resumed = await db.transaction((tx) => resumeAlert(tx, id, halts, "command line"));
    if (!resumed) throw new Refusal(`Alert ${id} is not halted: nothing was changed.`);
    deps.write(`Alert ${id} goes on: one text first, and the others when that one was taken.`);
  });
}

function checkAlertId(given = ""): number {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new Refusal(`"${given}" is not an alert's number, so nothing was changed. See: npm run alerts`);
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

function checkPhone(given: string): string {
  const parsed = parsePhone(given);
  if (parsed.kind === "phone") return parsed.phone;
  const why = parsed.kind === "none" ? "There is no phone number after --phone." : parsed.reason;
  throw new Refusal(`Nothing was changed. ${why}`);
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

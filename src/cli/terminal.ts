// What every command needs.
import type { CommandSettings } from "../config.ts";
import type { Connection, Database } from "../db/open.ts";
import { parsePhone } from "../members/phone.ts";

export type SlackPerson = {
  /** As people call them; undefined where Slack knows nobody by this ID. */
  name: string | undefined;
  /** Why they could never act; undefined where they can. */
  never: string | undefined;
};

export type CliDeps = {
  /** Opens the configured database, brought up to this version. */
  openDatabase(): Promise<Connection>;
  /** The Slack workspace that the bot token belongs to. */
  workspaceTeamId(): Promise<string>;
  /** What Slack says of somebody. @throws Error while it can't be asked */
  askSlackWho(userId: string, teamId: string): Promise<SlackPerson>;
  /** For phones, and for what people are told: the number that alerts come from stands there where it is known. */
  settings(): CommandSettings;
  readFile(path: string): Promise<Uint8Array>;
  /** One line to standard output. */
  write(line: string): void;
  /** One line to standard error. */
  complain(line: string): void;
};

/** What went wrong and what to do, in plain words: all that the person sees. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

export async function withDatabase(deps: CliDeps, work: (db: Database) => Promise<void>): Promise<void> {
  const connection = await deps.openDatabase();
  try {
    await work(connection.db);
  } finally {
    await connection.close();
  }
}

/** @returns E.164 @throws Refusal */
export function checkPhone(given: string, deps: Pick<CliDeps, "settings">): string {
  // As it is stored: even where the table of numbers would refuse it today.
  if (/^\+[1-9]\d{6,14}$/.test(given)) return given;
  const parsed = parsePhone(given, deps.settings().country);
  if (parsed.kind === "phone") return parsed.phone;
  const why = parsed.kind === "none" ? "Give a phone number such as +12065550142." : parsed.reason;
  throw new Refusal(`"${given}" can't be used, so nothing was changed. ${why}`);
}

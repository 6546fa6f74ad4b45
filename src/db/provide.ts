// The database of this installation: the co-op's own, or the built-in one.
import { join } from "node:path";
import type { DatabaseConfig } from "../config.ts";
import { type EmbeddedPostgres, startEmbedded } from "./embedded.ts";
import type { DatabaseUrls } from "./migrate.ts";
import { codesOf, isDatabaseAway } from "./open.ts";

/** Relative to where Headgate is started. */
const DATA_FOLDER = "data";

const nothing = async () => {};

/** The owner's own database, or the built-in PostgreSQL in `./data`. */
export async function provideDatabase({
  url,
  migrationUrl,
}: DatabaseConfig): Promise<DatabaseUrls & Pick<EmbeddedPostgres, "revive" | "forgetLogs" | "stop">> {
  if (url !== undefined) return { url, migrationUrl, revive: nothing, forgetLogs: nothing, stop: nothing };
  const embedded = await startEmbedded(join(process.cwd(), DATA_FOLDER));
  await embedded.createDatabase("headgate");
  return { ...embedded, url: embedded.url("headgate") };
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const REFUSALS: Record<string, string> = {
  "28000": "The database refuses the user that DATABASE_URL names.",
  "28P01": "The database refuses the user or the password in DATABASE_URL.",
  "3D000": "The database that DATABASE_URL names is not there. Create it first.",
  "42501": "The database does not let the user in DATABASE_URL create tables.",
};

/** What is wrong with the database, for the person who starts a program; undefined if it is something else. */
export function explainDatabaseError(error: unknown): string | undefined {
  if (isDatabaseAway(error)) {
    return "The database can't be reached. Check that PostgreSQL runs, and DATABASE_URL.";
  }
  return codesOf(error)
    .map((code) => REFUSALS[code])
    .find((words) => words !== undefined);
}

// The database of this installation: the co-op's own, or the built-in one.
import { join } from "node:path";
import type { DatabaseConfig } from "../config.ts";
import { type EmbeddedOptions, type EmbeddedPostgres, startEmbedded } from "./embedded.ts";
import type { DatabaseUrls } from "./migrate.ts";
import { codesOf, isDatabaseAway } from "./open.ts";

/** In the folder that Headgate is started in. */
export const DATA_FOLDER = "data";

export type ProvidedDatabase = DatabaseUrls & Pick<EmbeddedPostgres, "revive" | "forgetLogs" | "stop">;

const nothing = async () => {};

/** The owner's own database, or the built-in PostgreSQL in `data` below `home`. */
export async function provideDatabase(
  { url, migrationUrl }: DatabaseConfig,
  home: string,
  options: Omit<EmbeddedOptions, "mayBeNobody"> = {},
): Promise<ProvidedDatabase> {
  if (url !== undefined) return { url, migrationUrl, revive: nothing, forgetLogs: nothing, stop: nothing };
  const embedded = await startEmbedded(join(home, DATA_FOLDER), {}, { ...options, mayBeNobody: false });
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

const BUILT_IN_AWAY =
  `The built-in PostgreSQL can't be reached. The newest file in ${DATA_FOLDER}/postgres/headgate-logs says what it ` +
  "did last. Try again.";

/**
 * What is wrong with the database, for the person who starts a program; undefined if it is something else.
 *
 * @param isOwn whether DATABASE_URL names it
 */
export function explainDatabaseError(error: unknown, isOwn: boolean): string | undefined {
  if (isDatabaseAway(error)) {
    return isOwn
      ? "The database can't be reached. Check that PostgreSQL runs, and DATABASE_URL."
      : BUILT_IN_AWAY;
  }
  if (!isOwn) return undefined;
  return codesOf(error)
    .map((code) => REFUSALS[code])
    .find((words) => words !== undefined);
}

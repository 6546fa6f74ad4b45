// The settings as they are just now, in every instance: read again when somebody says that one was changed.
import { isDeepStrictEqual } from "node:util";
import type { ServerSettings, Settings } from "../config.ts";
import type { Reader } from "../db/open.ts";
import type { Log } from "../log.ts";
import { readSettings } from "./settings.ts";

export type LiveSettings = {
  /** One value for one piece of work: whoever begins something asks once, and keeps to it. */
  now(): Settings;
  /** Reads them again. @throws Error while the database is away: what was known before holds on */
  refresh(): Promise<void>;
};

export async function openLiveSettings(db: Reader, server: ServerSettings, log: Log): Promise<LiveSettings> {
  let settings = await readSettings(db, server);
  let last = Promise.resolve();
  const read = async () => {
    const before = settings;
    settings = await readSettings(db, server);
    if (!isDeepStrictEqual(settings, before)) log.info("an admin has changed the settings");
  };
  return {
    now: () => settings,
    // One after another: a read that began earlier must not bring back what was before.
    refresh: () => {
      last = last.then(read, read);
      return last;
    },
  };
}

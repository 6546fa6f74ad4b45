// Status callbacks: the provider tells what has become of a message.
import { groupWrites } from "../db/group-writes.ts";
import type { Database } from "../db/open.ts";
import { actOnNews, recordCallbacks } from "../deliveries/reports.ts";
import type { StatusCallback } from "../gateways/gateway.ts";

/**
 * Resolves when the callback is safe in the database.
 *
 * @param title the gateway's, as people read it
 */
export function createStatusHandler(
  db: Database,
  title: string,
): (callback: StatusCallback) => Promise<void> {
  const record = groupWrites((callbacks: StatusCallback[]) => recordCallbacks(db, callbacks));

  return async (callback) => {
    await record(callback);
    await actOnNews(db, title, callback);
  };
}

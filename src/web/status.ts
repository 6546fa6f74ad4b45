// Status callbacks: the provider tells what has become of a message.
import { groupWrites } from "../db/group-writes.ts";
import type { Database } from "../db/open.ts";
import type { Account } from "../deliveries/destinations.ts";
import { actOnNews, recordCallbacks } from "../deliveries/reports.ts";
import type { StatusCallback } from "../gateways/gateway.ts";

/** Resolves when the callback is safe in the database. */
export function createStatusHandler(
  db: Database,
  account: Account,
): (callback: StatusCallback) => Promise<void> {
  const record = groupWrites((callbacks: StatusCallback[]) => recordCallbacks(db, callbacks));

  return async (callback) => {
    await record(callback);
    await actOnNews(db, account, callback);
  };
}

// Who should be told in another way: the phones that got no text, or may have got none, and then the members whom
// the alert left out.
import type { Reader } from "../db/open.ts";
import type { ReadRows } from "../db/snapshot.ts";
import type { GatewayWords } from "../gateways/gateway.ts";
import { notReached, unreached } from "./counts.ts";
import { type DeliveryLine, describeUnreached, listDeliveries } from "./delivery-lines.ts";
import { type LeftOutLine, listLeftOut } from "./left-out.ts";
import type { Alert } from "./read-alert.ts";
import { leftOutWords } from "./summary.ts";

export type Unreached = {
  outcome: "not reached" | "not sent" | "left out";
  /** Everybody whom it is about, their zones and their accounts. */
  names: string;
  zones: string;
  accounts: string;
  phone: string | null;
  why: string;
};

/** Where a page begins: behind this position, and after this many members who were left out. */
export type UnreachedFrom = { position: number; leftOut: number };

export const FIRST: UnreachedFrom = { position: 0, leftOut: 0 };

/** Who had it then is kept nowhere: the record is older than the list's history, or they were erased. */
export const NOT_KNOWN = "somebody who is not known any more";

export function ofDelivery(line: DeliveryLine, gateway: GatewayWords): Unreached {
  const isTried = notReached.includes(line.status);
  return {
    outcome: isTried ? "not reached" : "not sent",
    names: line.names || NOT_KNOWN,
    zones: line.zones,
    accounts: line.accounts,
    phone: line.phone || null,
    why: `${describeUnreached(line, gateway)}${isTried && line.isAgain ? " (tried again)" : ""}`,
  };
}

export const ofLeftOut = ({ name, zone, account, phone, reason }: LeftOutLine): Unreached => ({
  outcome: "left out",
  names: name ?? NOT_KNOWN,
  zones: zone ?? "",
  accounts: account ?? "",
  phone,
  why: leftOutWords[reason],
});

/** @returns a page of them, and where the next begins; undefined on the last */
export async function listUnreached(
  db: Reader,
  alert: Alert,
  gateway: GatewayWords,
  { from, limit }: { from: UnreachedFrom; limit: number },
): Promise<{ people: Unreached[]; next: UnreachedFrom | undefined }> {
  const found = await listDeliveries(db, alert.id, { after: from.position, limit: limit + 1, of: unreached });
  const room = limit + 1 - found.length;
  const leftOut = room === 0 ? [] : await listLeftOut(db, alert, { skip: from.leftOut, limit: room });
  const all = [...found.map((line) => ofDelivery(line, gateway)), ...leftOut.map(ofLeftOut)];
  const shown = found.slice(0, limit);
  const next = {
    position: shown.at(-1)?.position ?? from.position,
    leftOut: from.leftOut + Math.max(0, limit - shown.length),
  };
  return { people: all.slice(0, limit), next: all.length > limit ? next : undefined };
}

const ALL = Number.MAX_SAFE_INTEGER;

/** The same, all of them, for a file. */
export async function* listAllUnreached(
  rows: ReadRows,
  alert: Alert,
  gateway: GatewayWords,
): AsyncGenerator<Unreached[]> {
  const found = rows((db) => listDeliveries(db, alert.id, { after: 0, limit: ALL, of: unreached }));
  for await (const lot of found) yield lot.map((line) => ofDelivery(line, gateway));
  for await (const lot of rows((db) => listLeftOut(db, alert, { skip: 0, limit: ALL })))
    yield lot.map(ofLeftOut);
}

// An alert's deliveries in the order in which a person wants to read them: first those that did not arrive.
import type { Reader } from "../db/open.ts";
import { deliveryStatus } from "../db/schema.ts";
import { countStatuses, notReached, outcomes, type StatusCounts, unreached } from "./counts.ts";
import { type DeliveryLine, listDeliveries } from "./delivery-lines.ts";

const others = deliveryStatus.enumValues.filter((status) => !unreached.includes(status));

/** Where a page begins: among those who were not reached or not sent it, or among the others; behind this position. */
export type PageFrom = { isAmongOthers: boolean; position: number };

export const FROM_THE_FIRST: PageFrom = { isAmongOthers: false, position: 0 };

export type Page = { unreached: DeliveryLine[]; others: DeliveryLine[]; next: PageFrom | undefined };

/** @returns a page of them, and where the next begins; undefined on the last */
export async function listUnreachedFirst(
  db: Reader,
  { id: alertId, counts }: { id: number; counts: StatusCounts },
  { from, limit }: { from: PageFrom; limit: number },
): Promise<Page> {
  const { isAmongOthers, position } = from;
  // In a large alert that everybody got, nobody is looked for row by row.
  const of = countStatuses(counts, outcomes["not sent"]) > 0 ? unreached : notReached;
  const first =
    isAmongOthers || countStatuses(counts, of) === 0
      ? []
      : await listDeliveries(db, alertId, { after: position, limit: limit + 1, of });
  const after = isAmongOthers ? position : 0;
  const room = limit + 1 - first.length;
  const then = room > 0 ? await listDeliveries(db, alertId, { after, limit: room, of: others }) : [];
  const shown = {
    unreached: first.slice(0, limit),
    others: then.slice(0, Math.max(0, limit - first.length)),
  };
  const isLast = first.length + then.length <= limit;
  return { ...shown, next: isLast ? undefined : nextFrom(shown) };
}

function nextFrom(shown: Pick<Page, "unreached" | "others">): PageFrom {
  const last = shown.others.at(-1);
  if (last) return { isAmongOthers: true, position: last.position };
  return { isAmongOthers: false, position: shown.unreached.at(-1)?.position ?? 0 };
}

// What people are told about deliveries, and how many deliveries each outcome has. Pure.
import type { AlertKind, DeliveryStatus, LeftOutReason } from "../db/schema.ts";

/** What people are told, in the order in which they are told. */
export const outcomes = {
  delivered: ["delivered"],
  "on the way": ["accepted", "sent"],
  "not reached": ["undelivered", "failed", "rejected", "unknown"],
  waiting: ["pending", "sending"],
  "not sent": ["skipped", "expired", "canceled"],
} satisfies Record<string, DeliveryStatus[]>;

/** The one word that people read for a status. */
export function outcomeOf(status: DeliveryStatus): string {
  const told = Object.entries<DeliveryStatus[]>(outcomes).find(([, statuses]) => statuses.includes(status));
  if (!told) throw new Error(`There is no word for ${status}.`);
  return told[0];
}

/** Tried, and not known to have arrived. */
export const notReached: DeliveryStatus[] = outcomes["not reached"];

/** Those who should be told in another way, beside whoever was left out from the first. */
export const unreached: DeliveryStatus[] = [...notReached, ...outcomes["not sent"]];

/** What the provider takes money for: what it has had, and did not give up on before it left. */
export const billed: DeliveryStatus[] = ["accepted", "sent", "delivered", "undelivered"];

/** The same, and what may have left: nobody knows it yet. */
export const mayBeBilled: DeliveryStatus[] = [...billed, "sending", "unknown"];

export type StatusCounts = Partial<Record<DeliveryStatus, number>>;

export const countStatuses = (counts: StatusCounts, statuses: readonly DeliveryStatus[]): number =>
  statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);

/** How many members a text leaves out, by why. */
export type LeftOutCounts = Partial<Record<LeftOutReason, number>>;

export const total = (counts: StatusCounts | LeftOutCounts): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Once it is stopped nothing waits any more: it never leaves, or it is leaving just now. */
export const afterStop = ({ pending = 0, sending = 0, ...counts }: StatusCounts): StatusCounts => ({
  ...counts,
  accepted: (counts.accepted ?? 0) + sending,
  canceled: (counts.canceled ?? 0) + pending,
});

/** Handed over to the provider, and not known to have failed since. */
export const countSent = (counts: StatusCounts): number =>
  countStatuses(counts, [...outcomes.delivered, ...outcomes["on the way"]]);

/** Whom the list at the end of an alert names: of an emergency also who was left out, as these must hear of it. */
export const countToCall = (alert: { kind: AlertKind; counts: StatusCounts; leftOut: LeftOutCounts }) =>
  countStatuses(alert.counts, unreached) + (alert.kind === "emergency" ? total(alert.leftOut) : 0);

/** Deliveries that got no text, or may have got none, and members who were left out. */
export const countUnreached = (alert: { counts: StatusCounts; leftOut: LeftOutCounts }): number =>
  countStatuses(alert.counts, unreached) + total(alert.leftOut);

// What people are told about deliveries, and how many deliveries each outcome has. Pure.
import type { DeliveryStatus } from "../db/schema.ts";

/** What people are told, in the order in which they are told. */
export const outcomes = {
  delivered: ["delivered"],
  "on the way": ["accepted", "sent"],
  failed: ["undelivered", "failed", "rejected"],
  unknown: ["unknown"],
  "opted out meanwhile": ["skipped"],
  "too late to send": ["expired"],
  "not sent": ["canceled"],
  waiting: ["pending", "sending"],
} satisfies Record<string, DeliveryStatus[]>;

/** Those who should be told in another way. */
export const notReached: DeliveryStatus[] = [...outcomes.failed, ...outcomes.unknown];

/** What the provider has, or may have had. */
export const handedOver: DeliveryStatus[] = [
  "sending",
  ...outcomes.unknown,
  ...outcomes["on the way"],
  ...outcomes.delivered,
  "undelivered",
  "failed",
];

export type StatusCounts = Partial<Record<DeliveryStatus, number>>;

export const countStatuses = (counts: StatusCounts, statuses: readonly DeliveryStatus[]): number =>
  statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);

export const total = (counts: StatusCounts): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Handed over to the provider, and not known to have failed since. */
export const countSent = (counts: StatusCounts): number =>
  countStatuses(counts, [...outcomes.delivered, ...outcomes["on the way"]]);

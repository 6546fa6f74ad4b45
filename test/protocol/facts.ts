// What the log says, in the form that the invariants are judged from. Everything is found by its key: a campaign
// leaves a hundred thousand changes.
import { z } from "zod";
import { type DeliveryStatus, deliveryStatus } from "../../src/db/schema.ts";
import type { Log } from "./log.ts";

const Delivery = z.object({
  sending_id: z.number(),
  position: z.number(),
  part: z.number(),
  address: z.string(),
  status: z.enum(deliveryStatus.enumValues),
  attempt: z.number(),
  lease_until: z.string().nullable(),
  message_sid: z.string().nullable(),
  price: z.number().nullable(),
});
export type Delivery = z.infer<typeof Delivery>;
/** An earlier attempt of a delivery. */
const Attempt = Delivery.omit({ part: true, address: true, lease_until: true });
const Alert = z.object({ id: z.number(), status: z.string(), sending_id: z.number().nullable() });
const Sending = z.object({ id: z.number(), status: z.string() });
const Part = z.object({
  sending_id: z.number(),
  part: z.number(),
  text: z.string(),
  halt_reason: z.string().nullable(),
});
const OptOut = z.object({ phone: z.string() });
const Deed = z.object({ action: z.string(), about: z.string() });
const Entry = z.object({
  alert_id: z.number().nullable(),
  action: z.string(),
  phone: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
});

export type Change<Row> = {
  /** Its place in the order of all. */
  id: number;
  xact: string;
  at: number;
  before: Row | undefined;
  after: Row | undefined;
};

/** What became of an alert in one transaction, as people see it. */
export type Standing = { xact: string; was: string; became: string };

export type Facts = ReturnType<typeof factsOf>;

type Id = { sending_id: number; position: number };
export const nameOf = ({ sending_id, position }: Id): string => `${sending_id}/${position}`;
export const tryOf = (row: Id & { attempt: number }): string => `${nameOf(row)} try ${row.attempt}`;

/** Sent again; by a person, or because what had been refused is the account's after all. */
export const isResend = ({ before, after }: Change<Delivery>): boolean =>
  after?.status === "pending" &&
  before !== undefined &&
  ["unknown", "undelivered", "failed", "rejected"].includes(before.status);

/** By these statuses the provider has it. */
export const AT_PROVIDER: readonly DeliveryStatus[] = [
  "accepted",
  "sent",
  "delivered",
  "undelivered",
  "failed",
];

export function factsOf({ changes, counts }: Log) {
  const byTable = Map.groupBy(changes, ({ what }) => what);
  const read = <Row>(what: string, row: z.ZodType<Row>): Change<Row>[] =>
    (byTable.get(what) ?? []).map(({ id, xact, at, before, after }) => ({
      id,
      xact,
      at,
      before: before === null ? undefined : row.parse(before),
      after: after === null ? undefined : row.parse(after),
    }));
  const deliveries = read("deliveries", Delivery);
  const attempts = read("attempts", Attempt);
  const parts = lastOf(read("parts", Part), ({ sending_id, part }) => `${sending_id} ${part}`);
  const alertOf = new Map(
    read("alerts", Alert).flatMap(({ after }) => (after?.sending_id ? [[after.sending_id, after.id]] : [])),
  );
  const moves = deliveries.filter(
    ({ before, after }) => before?.status !== after?.status || before?.message_sid !== after?.message_sid,
  );
  const claims = new Map<string, Change<Delivery>>();
  for (const move of moves) {
    const { before, after } = move;
    if (after?.status !== "sending" || before?.status === "sending") continue;
    // An attempt that is claimed twice is the first one's.
    if (!claims.has(tryOf(after))) claims.set(tryOf(after), move);
  }
  return {
    /** As they stand at the end. */
    deliveries: lastOf(deliveries, nameOf),
    attempts: lastOf(attempts, tryOf),
    sendings: lastOf(read("sendings", Sending), ({ id }) => String(id)),
    counts,
    /** The alert of each sending. */
    alertOf,
    /** What was said to whom by each delivery. */
    wordsOf: ({ sending_id, part, address }: Delivery) =>
      `${address} ${parts.get(`${sending_id} ${part}`)?.text}`,
    /** Changes of deliveries in which the status or the message became another. */
    moves,
    /** In which an attempt was claimed. */
    claims,
    resends: Map.groupBy(moves.filter(isResend), ({ after }) => (after ? nameOf(after) : "")),
    /** What happened to the attempts of a delivery in one transaction. */
    attemptsIn: Map.groupBy(attempts, ({ xact, before, after }) => {
      const row = after ?? before;
      return `${xact} ${row && nameOf(row)}`;
    }),
    standings: standingsOf(changes, alertOf),
    entries: read("audit_entries", Entry).flatMap(({ id, xact, after }) =>
      after ? [{ ...after, id, xact, about: aboutOf(after) }] : [],
    ),
    optOuts: read("opt_outs", OptOut),
    deeds: read("deed", Deed).flatMap(({ xact, after }) => (after ? [{ xact, ...after }] : [])),
  };
}

const aboutOf = ({ alert_id, phone, detail: { userId } }: z.infer<typeof Entry>): string | null =>
  alert_id === null ? (typeof userId === "string" ? userId : phone) : String(alert_id);

export function countEach<T>(items: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/** The last state of each that is still there. */
function lastOf<Row>(changes: readonly Change<Row>[], key: (row: Row) => string): Map<string, Row> {
  const last = new Map<string, Row>();
  for (const { before, after } of changes) {
    if (after) last.set(key(after), after);
    else if (before) last.delete(key(before));
  }
  return last;
}

/**
 * What became of alerts: they are confirmed, and what follows is told by their sendings and parts. What happens within
 * a transaction is one step, since nobody sees what is in between.
 */
function standingsOf(changes: Log["changes"], alertOf: ReadonlyMap<number, number>): Map<number, Standing[]> {
  const standings = new Map<number, Standing[]>();
  const add = (alertId: number | undefined, xact: string, was: string, became: string) => {
    if (alertId === undefined || was === became) return;
    const steps = standings.get(alertId) ?? [];
    standings.set(alertId, steps);
    const last = steps.at(-1);
    if (last?.xact === xact) last.became = became;
    else steps.push({ xact, was, became });
  };
  for (const { what, xact, before, after } of changes) {
    if (after === null) continue;
    if (what === "alerts") {
      const { id, status } = Alert.parse(after);
      const was = before === null ? "none" : Alert.parse(before).status;
      if (status === "confirmed" && was !== status) add(id, xact, was, "sending");
    }
    // What a sending and its parts begin with is told by the confirm.
    if (before === null) continue;
    if (what === "sendings") {
      const { id, status } = Sending.parse(after);
      add(alertOf.get(id), xact, Sending.parse(before).status, status);
    }
    if (what === "parts") {
      const told = (row: unknown) => (Part.parse(row).halt_reason === null ? "sending" : "halted");
      add(alertOf.get(Part.parse(after).sending_id), xact, told(before), told(after));
    }
  }
  return standings;
}

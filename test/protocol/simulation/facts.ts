// What a run left behind, in the form that the invariants are judged from: which row changed in which step.
import { z } from "zod";
import { deliveryStatus } from "../../../src/db/schema.ts";
import type { Run } from "./simulate.ts";

const Delivery = z.object({
  sending_id: z.number(),
  position: z.number(),
  address: z.string(),
  status: z.enum(deliveryStatus.enumValues),
  attempt: z.number(),
  lease_until: z.string().nullable(),
  message_sid: z.string().nullable(),
  price: z.number().nullable(),
});
/** An earlier attempt of a delivery. */
const Attempt = Delivery.pick({
  sending_id: true,
  position: true,
  attempt: true,
  status: true,
  message_sid: true,
  price: true,
});
export type Attempt = z.infer<typeof Attempt>;
export type Delivery = z.infer<typeof Delivery>;
const Alert = z.object({ id: z.number(), status: z.string(), sending_id: z.number().nullable() });
const Sending = z.object({ id: z.number(), status: z.string() });
const Part = z.object({ sending_id: z.number(), halt_reason: z.string().nullable() });
/** An alert as people see it. */
type Standing = { id: number; status: string };
const Entry = z.object({
  alert_id: z.number().nullable(),
  action: z.string(),
  detail: z.record(z.string(), z.unknown()),
});
const OptOut = z.object({ phone: z.string() });

type Change<Row> = { step: number; at: number; before: Row | undefined; after: Row | undefined };

export type Facts = {
  run: Run;
  deliveries: Change<Delivery>[];
  attempts: Change<Attempt>[];
  /** Those in which a status changed. */
  moves: Change<Delivery>[];
  /** Those in which an alert's status changed, as people see it. */
  alerts: Change<Standing>[];
  entries: Change<z.infer<typeof Entry>>[];
  optOuts: Change<z.infer<typeof OptOut>>[];
};

export function factsOf(run: Run): Facts {
  const changes = <T>(what: string, row: z.ZodType<T>): Change<T>[] =>
    run.log
      .filter((each) => each.what === what)
      .map(({ step, at, before, after }) => ({
        step,
        at: at.getTime(),
        before: before === null ? undefined : row.parse(before),
        after: after === null ? undefined : row.parse(after),
      }));
  const deliveries = changes("deliveries", Delivery);
  return {
    run,
    deliveries,
    attempts: changes("attempts", Attempt),
    moves: deliveries.filter(({ before, after }) => before?.status !== after?.status),
    alerts: standingsOf(run),
    entries: changes("audit_entries", Entry),
    optOuts: changes("opt_outs", OptOut),
  };
}

/** What became of alerts: they are confirmed, and what follows is told by their sendings and parts. */
function standingsOf(run: Run): Change<Standing>[] {
  const alertOf = new Map<number, number>();
  return run.log.flatMap(({ what, step, at, before, after }): Change<Standing>[] => {
    const change = (id: number | undefined, was: string | undefined, is: string) => {
      if (id === undefined || was === is) return [];
      return [
        {
          step,
          at: at.getTime(),
          before: was === undefined ? was : { id, status: was },
          after: { id, status: is },
        },
      ];
    };
    if (what === "alerts") {
      const alert = Alert.parse(after);
      if (alert.sending_id !== null) alertOf.set(alert.sending_id, alert.id);
      const told = (status: string) => (status === "confirmed" ? "sending" : status);
      return change(
        alert.id,
        before === null ? undefined : told(Alert.parse(before).status),
        told(alert.status),
      );
    }
    // It came with the confirm, which tells of it.
    if (before === null) return [];
    if (what === "sendings") {
      const sending = Sending.parse(after);
      return change(alertOf.get(sending.id), Sending.parse(before).status, sending.status);
    }
    if (what === "parts") {
      const part = Part.parse(after);
      const told = (reason: string | null) => (reason === null ? "sending" : "halted");
      return change(
        alertOf.get(part.sending_id),
        told(Part.parse(before).halt_reason),
        told(part.halt_reason),
      );
    }
    return [];
  });
}

export type Id = { sendingId: number; position: number };
export const isOf =
  ({ sendingId, position }: Id) =>
  ({ before, after }: Change<Delivery>) => {
    const row = after ?? before;
    return row?.sending_id === sendingId && row.position === position;
  };
export const nameOf = (row: Delivery | undefined) => `${row?.sending_id}/${row?.position}`;

/** The deliveries as they stand at the end. */
export const final = ({ deliveries }: Facts): Delivery[] => lastOf(deliveries, nameOf);

/** The earlier attempts as they stand at the end. */
export const earlier = ({ attempts }: Facts): Attempt[] => {
  const keyOf = (row: Attempt) => `${row.sending_id}/${row.position}/${row.attempt}`;
  const gone = new Map(
    attempts.map(({ before, after }) => [keyOf(after ?? before ?? NOBODY), after === undefined]),
  );
  return lastOf(attempts, keyOf).filter((row) => !gone.get(keyOf(row)));
};
const NOBODY: Attempt = {
  sending_id: 0,
  position: 0,
  attempt: 0,
  status: "pending",
  message_sid: null,
  price: null,
};

/** These were sent again. */
export const isResend = ({ before, after }: Change<Delivery>) =>
  after?.status === "pending" &&
  before !== undefined &&
  ["unknown", "undelivered", "failed", "rejected"].includes(before.status);

/** It tells of another attempt since: in that step the other took its place, or was the one to go. */
export const isExchanged = ({ attempts }: Facts, { step, after }: Change<Delivery>) =>
  attempts.some(
    (each) =>
      each.step === step &&
      (each.after ?? each.before)?.sending_id === after?.sending_id &&
      (each.after ?? each.before)?.position === after?.position &&
      each.before !== undefined &&
      each.before.message_sid === after?.message_sid,
  );

/** The step in which an attempt was claimed. */
export const claimOf = ({ moves }: Facts, delivery: Id & { attempt: number }) =>
  moves.find(
    (move) =>
      isOf(delivery)(move) && move.after?.status === "sending" && move.after.attempt === delivery.attempt,
  );

export const isSame = (one: Id, other: Id) =>
  one.sendingId === other.sendingId && one.position === other.position;

/** The last state of each. */
export function lastOf<Row>(changes: Change<Row>[], key: (row: Row) => string): Row[] {
  return [...new Map(changes.flatMap(({ after }) => (after ? [[key(after), after] as const] : []))).values()];
}

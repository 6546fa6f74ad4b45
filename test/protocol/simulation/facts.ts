// What a run left behind, in the form that the invariants are judged from: which row changed in which step.
import { z } from "zod";
import { deliveryStatus } from "../../../src/db/schema.ts";
import type { Run } from "./simulate.ts";

const Delivery = z.object({
  alert_id: z.number(),
  position: z.number(),
  phone: z.string(),
  status: z.enum(deliveryStatus.enumValues),
  attempt: z.number(),
  lease_until: z.string().nullable(),
  message_sid: z.string().nullable(),
});
export type Delivery = z.infer<typeof Delivery>;
const Alert = z.object({ id: z.number(), status: z.string(), segments: z.number() });
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
  /** Those in which a status changed. */
  moves: Change<Delivery>[];
  alerts: Change<z.infer<typeof Alert>>[];
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
    moves: deliveries.filter(({ before, after }) => before?.status !== after?.status),
    alerts: changes("alerts", Alert).filter(({ before, after }) => before?.status !== after?.status),
    entries: changes("audit_entries", Entry),
    optOuts: changes("opt_outs", OptOut),
  };
}

export type Id = { alertId: number; position: number };
export const isOf =
  ({ alertId, position }: Id) =>
  ({ before, after }: Change<Delivery>) => {
    const row = after ?? before;
    return row?.alert_id === alertId && row.position === position;
  };
export const nameOf = (row: Delivery | undefined) => `${row?.alert_id}/${row?.position}`;

/** The deliveries as they stand at the end. */
export const final = ({ deliveries }: Facts): Delivery[] => lastOf(deliveries, nameOf);

/** A person sent these again. */
export const isResend = ({ before, after }: Change<Delivery>) =>
  after?.status === "pending" &&
  before !== undefined &&
  ["unknown", "undelivered", "failed"].includes(before.status);

/** The step in which an attempt was claimed. */
export const claimOf = ({ moves }: Facts, delivery: Id & { attempt: number }) =>
  moves.find(
    (move) =>
      isOf(delivery)(move) && move.after?.status === "sending" && move.after.attempt === delivery.attempt,
  );

export const isSame = (one: Id, other: Id) =>
  one.alertId === other.alertId && one.position === other.position;

/** The last state of each. */
export function lastOf<Row>(changes: Change<Row>[], key: (row: Row) => string): Row[] {
  return [...new Map(changes.flatMap(({ after }) => (after ? [[key(after), after] as const] : []))).values()];
}

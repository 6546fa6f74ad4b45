// An alert's deliveries as people see them: phone by phone, and which failures they were told about.
import { and, asc, eq, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import type { Db, Reader } from "../db/open.ts";
import { alerts, attempts, type DeliveryStatus, deliveries, sendings } from "../db/schema.ts";
import { failureCode, isOfAlert } from "../deliveries/columns.ts";
import { ERASED } from "../deliveries/erase.ts";
import type { GatewayWords } from "../gateways/gateway.ts";
import { holdersThen } from "../members/holders.ts";
import type { FailureCode } from "./advice.ts";
import { notReached } from "./counts.ts";

export type DeliveryLine = {
  position: number;
  phone: string;
  /** Everybody who had this number when the alert was sent, their zones and their accounts. */
  names: string;
  zones: string;
  accounts: string;
  status: DeliveryStatus;
  /** Why it failed, by the gateway's code. */
  code: string | null;
  /** It was sent again: this is what became of the last try. */
  isAgain: boolean;
  acceptedAt: Date | null;
  statusAt: Date;
  price: number | null;
};

// Named in full by hand: within a join, drizzle may leave the table's name out.
const address = sql.raw("deliveries.address");
const listVersion = sql.raw("sendings.list_version");

/** Whoever had a delivery's number when it was sent: to be joined laterally to deliveries and sendings. */
export const holdersOfDelivery = (db: Reader) => holdersThen(db, address, listVersion);

const isAgain = sql<boolean>`exists (select from attempts a
  where a.sending_id = deliveries.sending_id and a.position = deliveries.position)`;

const lines = (db: Reader) => {
  const holders = holdersOfDelivery(db);
  return db
    .select({
      position: deliveries.position,
      phone: deliveries.address,
      names: holders.names,
      zones: holders.zones,
      accounts: holders.accounts,
      status: deliveries.status,
      code: failureCode,
      isAgain,
      acceptedAt: deliveries.acceptedAt,
      statusAt: deliveries.statusAt,
      price: deliveries.price,
    })
    .from(deliveries)
    .innerJoin(sendings, eq(sendings.id, deliveries.sendingId))
    .leftJoinLateral(holders, sql`true`);
};

/** Deliveries in the order of their position, after the given one. @param of those with these statuses alone */
export function listDeliveries(
  db: Reader,
  alertId: number,
  { after, limit, of }: { after: number; limit: number; of?: readonly DeliveryStatus[] },
): PromiseLike<DeliveryLine[]> {
  // There is an index of those who were not reached: few, in an alert to many.
  const areIndexed = of?.every((status) => notReached.includes(status));
  const isWanted =
    of && and(areIndexed ? deliveries.isNotReached : undefined, inArray(deliveries.status, [...of]));
  return lines(db)
    .where(and(isOfAlert(alertId), sql`${deliveries.position} > ${after}`, isWanted))
    .orderBy(asc(deliveries.position))
    .limit(limit);
}

/** An earlier attempt of a delivery, which somebody had sent again since. */
export type EarlierAttempt = Pick<DeliveryLine, "position" | "status" | "code" | "acceptedAt" | "statusAt">;

/** The earlier attempts of these deliveries, first the first. */
export function listEarlierAttempts(
  db: Reader,
  alertId: number,
  positions: readonly number[],
): Promise<EarlierAttempt[]> {
  if (positions.length === 0) return Promise.resolve([]);
  return db
    .select({
      position: attempts.position,
      status: attempts.status,
      code: attempts.code,
      acceptedAt: attempts.acceptedAt,
      statusAt: attempts.statusAt,
    })
    .from(attempts)
    .innerJoin(alerts, eq(alerts.sendingId, attempts.sendingId))
    .where(and(eq(alerts.id, alertId), inArray(attempts.position, [...positions])))
    .orderBy(asc(attempts.position), asc(attempts.claimedAt));
}

/** Failures that nobody was told about yet. @returns their positions */
export async function listUnnamedFailures(db: Reader, alertId: number): Promise<number[]> {
  const [unnamed] = await db
    .select({
      positions: sql<number[] | null>`json_agg(${deliveries.position} order by ${deliveries.position})`,
    })
    .from(deliveries)
    .where(and(isOfAlert(alertId), deliveries.isNotReached, isNull(deliveries.failureNamedAt)));
  return unnamed?.positions ?? [];
}

/** How often each reason was given, among those who were not reached. */
export function countFailureCodes(db: Reader, alertId: number): Promise<FailureCode[]> {
  return db
    .select({ code: sql<string>`${failureCode}`, count: sql<number>`count(*)::int` })
    .from(deliveries)
    .where(and(isOfAlert(alertId), deliveries.isNotReached, isNotNull(failureCode)))
    .groupBy(failureCode);
}

/** Just these: others may have failed in the meantime. */
export async function markFailuresNamed(
  db: Db,
  alertId: number,
  positions: readonly number[],
): Promise<void> {
  await db
    .update(deliveries)
    .set({ failureNamedAt: sql`now()` })
    .where(
      and(
        isOfAlert(alertId),
        sql`${deliveries.position} in (select value::int from jsonb_array_elements(${JSON.stringify(positions)}::jsonb))`,
      ),
    );
}

/** Why somebody got no text, or may have got none. */
export function describeUnreached(
  line: Pick<DeliveryLine, "status" | "code">,
  gateway: GatewayWords,
): string {
  if (line.code === ERASED) return "erased from the list before it was sent";
  return NOT_SENT[line.status] ?? explainFailure(line, gateway);
}

const NOT_SENT: Partial<Record<DeliveryStatus, string>> = {
  skipped: "opted out before it was sent",
  expired: "it was too late to send it",
  canceled: "the alert was stopped",
};

type Failed = Pick<DeliveryLine, "status" | "code">;

/** Why a text did not arrive, for the person who may knock at the door instead. */
function explainFailure({ status, code }: Failed, { title, explain }: GatewayWords): string {
  if (status === "unknown") return `${title} gave no answer; it may or may not have arrived`;
  return code === null ? "no reason was given" : explain(code).words;
}

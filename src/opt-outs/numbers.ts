// Numbers that can't get texts: which are barred, after what the gateways said of them, and when each is tried again.
import { and, asc, eq, gt, inArray, isNull, lt, max, sql } from "drizzle-orm";
import { type Actor, record } from "../audit/audit.ts";
import { isOneOf } from "../db/is-one-of.ts";
import type { Database, Reader, Tx } from "../db/open.ts";
import { deliveries, inboundTexts, numberFaults, sendings, unusablePhones } from "../db/schema.ts";
import type { GatewayWords } from "../gateways/gateway.ts";

/** By then a landline may have become a mobile, or a number that was given up may have a new owner. */
const BARRED_MONTHS = 6;
const monthsAgo = sql`now() - make_interval(months => ${BARRED_MONTHS})`;

/** At most this many in one transaction. */
const AT_ONCE = 500;

type Fault = typeof numberFaults.$inferSelect;

/** The job: bars what the gateways have found, and frees what was barred long ago. @returns whether there is more */
export async function judgeNumbers(db: Database, gateway: Pick<GatewayWords, "explain">): Promise<boolean> {
  const judged = await db.transaction((tx) => judgeFaults(tx, gateway));
  const freed = await db.transaction(freeOldNumbers);
  return judged === AT_ONCE || freed === AT_ONCE;
}

async function judgeFaults(tx: Tx, { explain }: Pick<GatewayWords, "explain">): Promise<number> {
  const faults = await tx
    .select()
    .from(numberFaults)
    .where(isNull(numberFaults.judgedAt))
    .orderBy(asc(numberFaults.foundAt))
    .limit(AT_ONCE)
    .for("update", { skipLocked: true });
  if (faults.length === 0) return 0;
  const phones = faults.map(({ phone }) => phone);
  const written = await whoWroteSince(tx, phones);
  const twice = await whoFailedTwice(tx, phones);
  const toBar = faults.filter(
    ({ phone, code }) => !written.has(phone) && (!explain(code).isDoubtful || twice.has(phone)),
  );
  for (const fault of toBar) await bar(tx, fault);
  // These rows and no others, so that two instances never wait for each other.
  const rows = faults.map(({ phone, sendingId, code }) => ({ phone, sending_id: sendingId, code }));
  await tx.execute(sql`
    update ${numberFaults} set judged_at = now() where (phone, sending_id, code) in (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(phone text, sending_id int, code text))`);
  return faults.length;
}

/** A member who has written since the alert began has a phone for texts, whatever is told of it late. */
async function whoWroteSince(tx: Tx, phones: string[]): Promise<Set<string>> {
  const found = await tx
    .selectDistinct({ phone: numberFaults.phone })
    .from(numberFaults)
    .innerJoin(sendings, eq(sendings.id, numberFaults.sendingId))
    .innerJoin(inboundTexts, eq(inboundTexts.phone, numberFaults.phone))
    .where(and(inArray(numberFaults.phone, phones), gt(inboundTexts.receivedAt, sendings.readyAt)));
  return new Set(found.map(({ phone }) => phone));
}

/** Of whom it was said in two different alerts, with no text delivered between them or since. */
async function whoFailedTwice(tx: Tx, phones: string[]): Promise<Set<string>> {
  const rows = await tx
    .selectDistinct({ phone: numberFaults.phone, sendingId: numberFaults.sendingId })
    .from(numberFaults)
    .where(inArray(numberFaults.phone, phones));
  const sendingsOf = new Map<string, number[]>();
  for (const { phone, sendingId } of rows)
    sendingsOf.set(phone, [...(sendingsOf.get(phone) ?? []), sendingId]);
  const repeated = [...sendingsOf].filter(([, ids]) => ids.length > 1);
  if (repeated.length === 0) return new Set();
  const first = Math.min(...repeated.flatMap(([, ids]) => ids));
  const delivered = await tx
    .select({ phone: deliveries.address, last: max(deliveries.sendingId) })
    .from(deliveries)
    .where(
      and(
        sql`${deliveries.sendingId} >= ${first}`,
        eq(deliveries.status, "delivered"),
        inArray(
          deliveries.address,
          repeated.map(([phone]) => phone),
        ),
      ),
    )
    .groupBy(deliveries.address);
  const lastDelivered = new Map(delivered.map(({ phone, last }) => [phone, last ?? 0]));
  const since = (phone: string, ids: number[]) => ids.filter((id) => id > (lastDelivered.get(phone) ?? 0));
  return new Set(repeated.filter(([phone, ids]) => since(phone, ids).length > 1).map(([phone]) => phone));
}

async function bar(tx: Tx, { phone, gateway, code }: Fault): Promise<void> {
  const barred = await tx
    .insert(unusablePhones)
    .values({ phone, gateway, code })
    .onConflictDoNothing()
    .returning({ phone: unusablePhones.phone });
  if (barred.length === 0) return;
  await record(tx, { actor: "system", action: "number barred", phone, detail: { gateway, code } });
}

async function freeOldNumbers(tx: Tx): Promise<number> {
  await tx.execute(sql`
    delete from ${numberFaults} where (phone, sending_id, code) in (
      select phone, sending_id, code from ${numberFaults} where found_at < ${monthsAgo} for update skip locked)`);
  const old = await tx
    .select({ phone: unusablePhones.phone })
    .from(unusablePhones)
    .where(lt(unusablePhones.foundAt, monthsAgo))
    .limit(AT_ONCE)
    .for("update", { skipLocked: true });
  if (old.length === 0) return 0;
  const phones = old.map(({ phone }) => phone);
  await freeNumbers(tx, phones, `barred for ${BARRED_MONTHS} months`, "system");
  return old.length;
}

/** The next alert tries these numbers again, and what was said of them is forgotten. @returns those that were barred */
export async function freeNumbers(tx: Tx, phones: readonly string[], why: string, actor: Actor) {
  await tx.delete(numberFaults).where(isOneOf(numberFaults.phone, phones));
  const freed = await tx.delete(unusablePhones).where(isOneOf(unusablePhones.phone, phones)).returning();
  for (const { phone, gateway, code } of freed) {
    await record(tx, { actor, action: "number freed", phone, detail: { why, gateway, code } });
  }
  return freed;
}

export type BarredNumber = { phone: string; foundAt: Date; code: string; triedAgainAt: Date };

/** Which numbers are barred (or which of these), since when and by which code; and from when on each is tried again. */
export const listBarredNumbers = (db: Reader, of?: readonly string[]): PromiseLike<BarredNumber[]> =>
  db
    .select({
      phone: unusablePhones.phone,
      foundAt: unusablePhones.foundAt,
      code: unusablePhones.code,
      triedAgainAt: sql<Date>`${unusablePhones.foundAt} + make_interval(months => ${BARRED_MONTHS})`.mapWith(
        unusablePhones.foundAt,
      ),
    })
    .from(unusablePhones)
    .where(of && isOneOf(unusablePhones.phone, of))
    .orderBy(asc(unusablePhones.foundAt));

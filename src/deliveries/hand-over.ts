// What became of the hand-overs to the provider, many in one statement.
import { type SQL, sql } from "drizzle-orm";
import type { CountryCode } from "libphonenumber-js/max";
import type { Database, Tx } from "../db/open.ts";
import type { DeliveryStatus } from "../db/schema.ts";
import { type Alarm, CONNECT_SECONDS, type DeliveryRef } from "../gateways/gateway.ts";
import { optOut } from "../opt-outs/opt-outs.ts";
import { isSentAgain, sendAgain, tellOfBestAttempt } from "./attempts.ts";
import { itsGateway, lockedDelivery } from "./columns.ts";
import { areRefused, haltIfAccounts, type Refusal, raiseAlarm } from "./destinations.ts";
import { delayPart, endDelay, haltPart, lockUnderWay } from "./lifecycle.ts";
import { recordReports } from "./reports.ts";

export type HandOver = DeliveryRef & {
  /** The part must not go on before a person has looked: why, in plain words. */
  halt?: string | undefined;
  /** Nothing is sent until it is tried again: why, in plain words. */
  delay?: string | undefined;
} & (
    | {
        result: "accepted";
        messageSid: string;
        status: DeliveryStatus;
        /** The first that the provider took after it had kept everybody waiting. */
        endsDelay?: boolean;
        raised?: { title: string; alarm: Alarm };
      }
    /** It never was at the provider, or the refusal may pass: pending again, after this many seconds. */
    | { result: "not sent"; againIn: number; code?: string | null }
    | {
        result: "rejected";
        code: string | null;
        uselessNumber: boolean;
        /** The account's settings or its sender keep texts from this number. */
        refusal?: Refusal;
      }
    /** The provider says that this member opted out. */
    | { result: "opted out" }
    /** Nobody knows: from now on the resolver asks. */
    | { result: "ambiguous" }
  );

/** Late enough for the provider's list of messages to show it. */
const ASK_AFTER_SECONDS = 5;

/** A delay may last this much longer, because a try that gets no connection takes this long to fail. */
const TRY_SECONDS = CONNECT_SECONDS + 5;

export async function recordHandOvers(
  db: Database,
  country: CountryCode,
  handOvers: readonly HandOver[],
): Promise<void> {
  const accepted = handOvers.filter((handOver) => handOver.result === "accepted");
  await recordReports(db, accepted);
  await recordSetbacks(
    db,
    country,
    handOvers.filter((handOver) => handOver.result !== "accepted"),
  );
  for (const taken of accepted) if (taken.endsDelay) await endDelay(db, taken);
  // The same about many of them is told once.
  const raised = Map.groupBy(
    accepted,
    ({ sendingId, raised }) => raised && `${sendingId} ${raised.alarm.name}`,
  );
  for (const [first] of raised.values()) {
    if (!first?.raised) continue;
    const alarm = { delivery: first, ...first.raised, isRefused: false };
    await db.transaction((tx) => raiseAlarm(tx, alarm));
  }
}

type Setback = Exclude<HandOver, { result: "accepted" }>;

const toRow = (setback: Setback) => ({
  in_sending: setback.sendingId,
  in_position: setback.position,
  in_attempt: setback.attempt,
  result: setback.result,
  why: "code" in setback ? setback.code : null,
  useless: setback.result === "rejected" && setback.uselessNumber,
  wait: setback.result === "not sent" ? setback.againIn : ASK_AFTER_SECONDS,
});

const asTable = (rows: readonly object[]): SQL => sql`(
  select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row(in_sending int, in_position int,
    in_attempt int, result text, why text, useless boolean, wait float8)
  order by in_sending, in_position
) as setback`;

/**
 * They count only for the delivery's current attempt. What comes back to a stopped sending is canceled. The
 * sendings are locked first, so that no Stop is missed that comes at the same time.
 */
async function recordSetbacks(db: Database, country: CountryCode, given: readonly Setback[]): Promise<void> {
  if (given.length === 0) return;
  const sendingIds = [...new Set(given.map(({ sendingId }) => sendingId))].sort((a, b) => a - b);
  await db.transaction(async (tx) => {
    for (const sendingId of sendingIds) {
      const own = given.filter((setback) => setback.sendingId === sendingId);
      const halting = own.find(({ halt }) => halt);
      const delayed = own.findLast(({ delay }) => delay);
      await lockUnderWay(tx, sendingId);
      if (delayed?.result === "not sent" && delayed.delay) {
        await delayPart(tx, delayed, delayed.delay, delayed.againIn + TRY_SECONDS);
      }
      if (halting?.halt) await haltPart(tx, halting, halting.halt);
    }
    const { setbacks, before, alone } = await judgeRefusals(tx, given, country);
    const rows = setbacks.map(toRow);
    if (before.length > 0) {
      // All of them are locked in one order, before any is written.
      const toLock = before.map(({ sendingId, position }) => ({
        in_sending: sendingId,
        in_position: position,
      }));
      await tx.execute(sql`select from ${asTable([...rows, ...toLock])} ${lockedDelivery}`);
    }
    const changed = await tx.execute<{ phone: string; optedOut: boolean } & Key>(sql`
      with news as materialized (
        select d.sending_id, d.position, d.address, ${itsGateway}, setback.*, now() + make_interval(secs => wait) as later,
          d.attempt as attempt_now
        from ${asTable(rows)}
        ${lockedDelivery}
        where d.attempt = in_attempt and d.status = 'sending'
      ), found_useless as (
        insert into number_faults (phone, sending_id, gateway, code)
        select address, sending_id, gateway, why from news where useless on conflict do nothing
      ), changed as (
        update deliveries d set
          status = case news.result
            when 'not sent' then case when s.status = 'stopped' then 'canceled' else 'pending' end
            when 'rejected' then 'rejected'
            when 'opted out' then 'skipped'
            else 'sending' end::delivery_status,
          status_at = case when news.result = 'ambiguous' then d.status_at else now() end,
          code = news.why,
          error_code = null,
          lease_until = null,
          again_at = case when news.result = 'not sent' and s.status <> 'stopped' then later end,
          ask_at = case when news.result = 'ambiguous' then later end
        from news join sendings s on s.id = news.sending_id
        where d.sending_id = news.sending_id and d.position = news.position
      )
      select sending_id as "sendingId", position, address as phone, result = 'opted out' as "optedOut" from news
      where result = 'opted out' or ${isSentAgain("attempt_now")} order by address`);
    for (const phone of new Set(changed.filter(({ optedOut }) => optedOut).map(({ phone }) => phone))) {
      await optOut(tx, phone, "provider", "system");
    }
    await tellOfBestAttempt(tx, changed);
    for (const { sendingId, position } of before) await sendAgain(tx, areRefused(sendingId, [position]));
    for (const { delivery, title, alarm } of alone) {
      if (alarm) await raiseAlarm(tx, { delivery, title, alarm, isRefused: true });
    }
  });
}

type Key = Pick<DeliveryRef, "sendingId" | "position">;

type Judged = {
  setbacks: Setback[];
  /** Refused before, and pending again from now on. */
  before: Key[];
  /** Refusals that are their numbers' alone. */
  alone: Refusal[];
};

/** Where refusals are the account's after all, nothing of them is lost. */
async function judgeRefusals(tx: Tx, setbacks: readonly Setback[], country: CountryCode): Promise<Judged> {
  const refusals = setbacks.flatMap((setback) =>
    setback.result === "rejected" && setback.refusal ? [setback.refusal] : [],
  );
  // In the order in which everybody locks.
  const inOrder = refusals.toSorted((a, b) => a.delivery.sendingId - b.delivery.sendingId);
  const alike = Map.groupBy(inOrder, ({ delivery, code }) => `${delivery.sendingId} ${code}`);
  const judged: Judged = { setbacks: [...setbacks], before: [], alone: [] };
  for (const group of alike.values()) {
    const held = await haltIfAccounts(tx, group, "a hand-over", country);
    const isHeld = ({ sendingId, position }: Key) =>
      group[0]?.delivery.sendingId === sendingId && held?.now.includes(position);
    judged.setbacks = judged.setbacks.map((setback) =>
      isHeld(setback) ? { ...setback, result: "not sent", againIn: 0, code: null } : setback,
    );
    const sendingId = group[0]?.delivery.sendingId ?? 0;
    judged.before.push(...(held?.before ?? []).map((position) => ({ sendingId, position })));
    judged.alone.push(...group.filter(({ delivery }) => !isHeld(delivery)));
  }
  return judged;
}

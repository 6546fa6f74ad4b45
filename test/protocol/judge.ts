// The one judge of I1 to I6: the provider's own ledger beside what the log says of the tables, and how they came there.
// It uses none of the app's code. What only the simulation can know is judged beside it (simulation/judge.ts).
import type { DeliveryStatus } from "../../src/db/schema.ts";
import { judgeAudit } from "./audit.ts";
import { judgeDeeds } from "./deeds.ts";
import {
  AT_PROVIDER,
  type Change,
  countEach,
  type Delivery,
  type Facts,
  isResend,
  nameOf,
  tryOf,
} from "./facts.ts";

/** What the provider took, for which attempt, and how it stands there now. */
export type Message = {
  sid: string;
  to: string;
  delivery: { sending_id: number; position: number; attempt: number };
  status: DeliveryStatus;
  price: number | null;
  /** Whoever asks for it finds it. */
  listed: boolean;
};

type Case = Facts & {
  ledger: ReadonlyMap<string, Message>;
  /** By delivery. */
  messages: ReadonlyMap<string, readonly Message[]>;
  /** How many deliveries tell of each message now; and how many deliveries and earlier attempts. */
  knownNow: ReadonlyMap<string | null, number>;
  known: ReadonlyMap<string | null, number>;
  /** Two alerts say the same to this phone. */
  hasTwin(delivery: Delivery): boolean;
};

/** @returns what was violated, in words that begin with the invariant's name; nothing where all is well */
export function judge(facts: Facts, ledger: readonly Message[]): string[] {
  const deliveries = [...facts.deliveries.values()];
  const rows = [...deliveries, ...facts.attempts.values()];
  const words = countEach(deliveries.map(facts.wordsOf));
  const found: Case = {
    ...facts,
    ledger: new Map(ledger.map((message) => [message.sid, message])),
    messages: Map.groupBy(ledger, ({ delivery }) => nameOf(delivery)),
    knownNow: countEach(deliveries.map((row) => row.message_sid)),
    known: countEach(rows.map((row) => row.message_sid)),
    hasTwin: (delivery) => (words.get(facts.wordsOf(delivery)) ?? 0) > 1,
  };
  return tell(invariants, found);
}

export const tell = <T>(rules: Record<string, (found: T) => string[]>, found: T): string[] =>
  Object.entries(rules).flatMap(([name, violations]) =>
    violations(found).map((violation) => `${name}: ${violation}`),
  );

const invariants: Record<string, (found: Case) => string[]> = {
  "I1 once, unless a person sent it again": ({ messages, deliveries, claims, resends }) =>
    [...messages].flatMap(([name, own]) => {
      const delivery = deliveries.get(name);
      if (!delivery) return [`there is a message of ${name}, which is no delivery`];
      const resentAt = (resends.get(name) ?? []).map(({ id }) => id);
      const claimed = own
        .flatMap((message) => {
          const claim = claims.get(tryOf(message.delivery));
          return claim ? [{ name: tryOf(message.delivery), at: claim.id }] : [];
        })
        .sort((a, b) => a.at - b.at);
      return [
        ...own.filter(({ to }) => to !== delivery.address).map(({ to }) => `${name} went to ${to}`),
        ...own
          .filter((message) => !claims.has(tryOf(message.delivery)))
          .map((message) => `${tryOf(message.delivery)} went out and was never claimed`),
        ...claimed.flatMap((claim, n) => {
          const before = claimed[n - 1];
          if (!before || resentAt.some((at) => before.at < at && at < claim.at)) return [];
          return [`${claim.name} was taken beside ${before.name}`];
        }),
      ];
    }),

  "I2 nothing stays pending or sending": ({ deliveries, sendings, alertOf }) => [
    ...[...deliveries.values()]
      .filter(({ status }) => status === "pending" || status === "sending")
      .map((row) => `${nameOf(row)} is ${row.status} for ever`),
    ...[...sendings.values()]
      .filter(({ status }) => status === "sending")
      .map(({ id }) => `alert ${alertOf.get(id)} is under way for ever`),
  ],

  "I3 what the provider has is known": (found) =>
    [...found.deliveries.values()].flatMap((row) => {
      const name = nameOf(row);
      const own = (found.messages.get(name) ?? []).filter(({ listed }) => listed);
      const lastResend = found.resends.get(name)?.at(-1)?.before?.attempt ?? 0;
      // What had failed before a person sent it again is done with.
      const current = own.filter(
        ({ status, delivery }) =>
          !["undelivered", "failed"].includes(status) || delivery.attempt > lastResend,
      );
      const isOwn = ({ sid }: Message) => sid === row.message_sid;
      // Where two alerts say the same to one phone, and the answer and the callbacks of a message are lost,
      // nobody can tell whose it was: each message is known by one of the two.
      const isSwapped =
        found.hasTwin(row) && (current.every(({ sid }) => found.knownNow.has(sid)) || !own.some(isOwn));
      if (isSwapped && !current.some(isOwn)) return [];
      const statuses = new Set(current.map(({ status }) => status));
      const untold = own.find(({ sid }) => !AT_PROVIDER.includes(row.status) && !found.known.has(sid));
      return [
        ...(statuses.size === 0 || statuses.has(row.status)
          ? []
          : [`${name} is ${row.status}, at the provider ${[...statuses]}`]),
        ...(untold ? [`${name} is ${row.status}, and the provider lists ${untold.sid}`] : []),
      ];
    }),

  "I3 each attempt tells of its own message": ({ deliveries, attempts, ledger, known, hasTwin }) =>
    [...deliveries.values(), ...attempts.values()].flatMap((row) => {
      const { message_sid: sid, status, price } = row;
      const delivery = deliveries.get(nameOf(row));
      // As above: which of two alike is whose can't be told.
      if ((delivery && hasTwin(delivery)) || (sid === null && !AT_PROVIDER.includes(status))) return [];
      const message = ledger.get(sid ?? "");
      if (!message || nameOf(message.delivery) !== nameOf(row)) {
        return [`${tryOf(row)} is ${status} by a message that is not its own (${sid})`];
      }
      return [
        ...(known.get(sid) === 1 ? [] : [`${sid} counts twice`]),
        ...(status === message.status
          ? []
          : [`${tryOf(row)} is ${status}, and its message ${message.status}`]),
        ...(price === null || price === message.price
          ? []
          : [`${tryOf(row)} cost ${price}, and its message ${message.price}`]),
      ];
    }),

  "I4 no status goes back, and no message takes another's place": (found) =>
    found.moves.flatMap((move) => {
      const { id, before, after } = move;
      if (!before || !after || isResend(move) || isExchanged(found, move)) return [];
      const isReplaced = before.message_sid !== null && before.message_sid !== after.message_sid;
      const mayFollow = before.status === after.status || MAY_BECOME[before.status]?.includes(after.status);
      if (mayFollow && !isReplaced) return [];
      const [was, became] = [before, after].map((row) => `${row.status} (${row.message_sid})`);
      return [`${nameOf(after)} went from ${was} to ${became} in change ${id}`];
    }),

  "I5 one alert per confirm": ({ entries, deliveries }) => [
    ...repeated(entries.filter(({ action }) => action === "confirmed").map(({ alert_id }) => alert_id)).map(
      (id) => `alert ${id} was confirmed twice`,
    ),
    ...repeated([...deliveries.values()].map((row) => `${row.sending_id} to ${row.address}`)).map(
      (phone) => `two deliveries of sending ${phone}`,
    ),
  ],

  "I6 the audit equals the transitions": judgeAudit,
  "I6 each deed has its entry": judgeDeeds,

  "I6 what is kept as counted is what one counts": ({ deliveries, counts }) => {
    const keyOf = (row: { sending_id: number; part: number; status: string }) =>
      `${row.status} of sending ${row.sending_id}, part ${row.part}`;
    const counted = countEach([...deliveries.values()].map(keyOf));
    const kept = new Map(counts.map((row) => [keyOf(row), row.count]));
    return [...new Set([...counted.keys(), ...kept.keys()])]
      .filter((key) => counted.get(key) !== kept.get(key))
      .map((key) => `kept are ${kept.get(key) ?? 0} and there are ${counted.get(key) ?? 0} ${key}`);
  },
};

/** Where each status may lead; what is resent begins anew. */
const MAY_BECOME: Partial<Record<DeliveryStatus, readonly DeliveryStatus[]>> = {
  pending: ["sending", "skipped", "expired", "canceled"],
  sending: ["pending", "canceled", "rejected", "skipped", "unknown", ...AT_PROVIDER],
  unknown: AT_PROVIDER,
  accepted: ["sent", "delivered", "undelivered", "failed"],
  sent: ["delivered", "undelivered", "failed"],
};

/** It tells of another attempt since: in that transaction the other took its place, or was the one to go. */
const isExchanged = ({ attemptsIn }: Facts, { xact, after }: Change<Delivery>): boolean =>
  after !== undefined &&
  after.message_sid !== null &&
  (attemptsIn.get(`${xact} ${nameOf(after)}`) ?? []).some(
    ({ before }) => before?.message_sid === after.message_sid,
  );

const repeated = <T>(items: Iterable<T>): T[] =>
  [...countEach(items)].filter(([, count]) => count > 1).map(([item]) => item);

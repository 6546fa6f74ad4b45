// The judge compares what the provider's own ledger says with what the tables say, and how it came there.
// It uses none of the app's code.
import type { Sql } from "postgres";
import type { StandInTwilio } from "../../../src/practice/stand-ins/twilio/twilio.ts";
import { judgeDeeds } from "../deeds.ts";

/** The provider, as far as the judge asks it. */
export type Provider = Pick<StandInTwilio, "ledger"> & {
  message(sid: string): { status: string; listed: boolean } | undefined;
};

type Delivery = {
  sending_id: number;
  alert_id: number;
  position: number;
  phone: string;
  status: string;
  message_sid: string | null;
};
type Step = {
  xact: string;
  sending_id: number;
  alert_id: number;
  position: number;
  was: string;
  became: string;
  old_sid: string | null;
  new_sid: string | null;
};
type AlertStep = { xact: string; alert_id: number; was: string; became: string };
type Entry = { alert_id: number; action: string; detail: Record<string, unknown> };

const KNOWN_TO_PROVIDER = ["accepted", "sent", "delivered", "undelivered", "failed"];

/** Where each status may lead; what is resent begins anew, and is judged by the audit. */
const MAY_BECOME: Record<string, readonly string[]> = {
  pending: ["sending", "skipped", "expired", "canceled"],
  sending: ["pending", "canceled", "rejected", "skipped", "unknown", ...KNOWN_TO_PROVIDER],
  unknown: KNOWN_TO_PROVIDER,
  accepted: ["sent", "delivered", "undelivered", "failed"],
  sent: ["delivered", "undelivered", "failed"],
};

const isResend = ({ was, became }: { was: string; became: string }) =>
  became === "pending" && ["unknown", "undelivered", "failed", "rejected"].includes(was);

/** An earlier attempt, with the message that it is known by. */
type Attempt = { sending_id: number; position: number; status: string; message_sid: string | null };

/** How many times each delivery was resent, by `sending/position`. */
type Resends = Map<string, number>;

/** @returns the violations, each beginning with its invariant's name */
export async function judge(client: Sql, provider: Provider): Promise<string[]> {
  const deliveries = await client<Delivery[]>`
    select sending_id, a.id as alert_id, position, address as phone, d.status, message_sid
    from deliveries d join alerts a using (sending_id) order by 1, 3`;
  const steps = await client<Step[]>`
    select h.*, a.id as alert_id from delivery_history h join alerts a using (sending_id) order by h.id`;
  const attempts = await client<Attempt[]>`select sending_id, position, status, message_sid from attempts`;
  const resends: Resends = new Map();
  for (const step of steps.filter(isResend)) resends.set(keyOf(step), (resends.get(keyOf(step)) ?? 0) + 1);

  return [
    ...judgeLedger(deliveries, provider, resends),
    ...judgeAttempts(attempts, deliveries, provider),
    ...judgeSteps(steps, resends, attempts),
    ...(await judgeAlerts(client)),
    ...(await judgeAudit(client, deliveries, steps)),
    ...(await judgeCounts(client)),
    ...(await judgeDeeds(client)),
  ];
}

const keyOf = ({ sending_id, position }: { sending_id: number; position: number }) =>
  `${sending_id}/${position}`;

/** The delivery that a message was created for: so says the address that its callbacks go to. */
function deliveryOf(statusCallback: string | undefined): string {
  const query = new URL(statusCallback ?? "http://none").searchParams;
  return `${query.get("sending")}/${query.get("delivery")}`;
}

/** I1, I2, I3: each delivery beside what the provider has of it. */
function judgeLedger(deliveries: readonly Delivery[], provider: Provider, resends: Resends): string[] {
  const accepted = Map.groupBy(provider.ledger, ({ statusCallback }) => deliveryOf(statusCallback));
  const known = new Set(deliveries.map(keyOf));
  const strangers = [...accepted.keys()].filter((key) => !known.has(key));

  const about = (delivery: Delivery): string[] => {
    const key = keyOf(delivery);
    const messages = accepted.get(key) ?? [];
    const { status, message_sid: sid, phone } = delivery;
    const found: string[] = [];
    const resent = resends.get(key) ?? 0;
    if (messages.length > 1 + resent) {
      found.push(`I1: ${key} was taken ${messages.length} times and resent ${resent} times`);
    }
    if (messages.some(({ to }) => to !== phone)) found.push(`I1: ${key} went to another phone`);
    if (status === "pending" || status === "sending") found.push(`I2: ${key} is ${status} for ever`);

    const isKnown = KNOWN_TO_PROVIDER.includes(status);
    const listed = messages.find((message) => provider.message(message.sid)?.listed);
    if (!isKnown && listed) found.push(`I3: ${key} is ${status}, and the provider lists ${listed.sid}`);
    if (isKnown && !messages.some((message) => message.sid === sid)) {
      found.push(`I3: ${key} is ${status} by a message that is not its own (${sid})`);
    }
    const final = sid === null ? undefined : provider.message(sid)?.status;
    if (isKnown && final === "delivered" && status !== "delivered") {
      found.push(`I3: ${key} is ${status}, and the provider has delivered it`);
    }
    return found;
  };
  return [
    ...strangers.map((key) => `I1: the provider has a message of ${key}, which is no delivery`),
    ...deliveries.flatMap(about),
  ];
}

/** I3: each earlier attempt has a message of its own, or none, and tells how that one ended. */
function judgeAttempts(
  attempts: readonly Attempt[],
  deliveries: readonly Delivery[],
  provider: Provider,
): string[] {
  return attempts.flatMap(({ message_sid: sid, status, ...key }) => {
    if (sid === null) return [];
    const message = provider.ledger.find((each) => each.sid === sid);
    const isOther = !message || deliveryOf(message.statusCallback) !== keyOf(key);
    const isTwice = deliveries.some((delivery) => delivery.message_sid === sid);
    const isDelivered = provider.message(sid)?.status === "delivered" && status !== "delivered";
    return [
      ...(isOther
        ? [`I3: an earlier attempt of ${keyOf(key)} is known by a message that is not its own`]
        : []),
      ...(isTwice ? [`I3: the message of an earlier attempt of ${keyOf(key)} counts twice`] : []),
      ...(isDelivered ? [`I3: an earlier attempt of ${keyOf(key)} is ${status}, and it was delivered`] : []),
    ];
  });
}

/** I4: no status goes back, and no message takes another's place, unless the delivery tells of a better attempt. */
function judgeSteps(steps: readonly Step[], resends: Resends, attempts: readonly Attempt[]): string[] {
  const wrong = (step: Step): boolean => {
    if (isResend(step)) return false;
    const isExchanged = attempts.some(
      (each) => keyOf(each) === keyOf(step) && each.message_sid === step.old_sid,
    );
    if (resends.has(keyOf(step)) && step.old_sid !== step.new_sid && isExchanged) return false;
    if (step.old_sid !== null && step.old_sid !== step.new_sid) return true;
    if (step.was === step.became || MAY_BECOME[step.was]?.includes(step.became)) return false;
    // The late word of an earlier attempt, while another one is under way.
    return !(resends.has(keyOf(step)) && KNOWN_TO_PROVIDER.includes(step.became) && step.was === "pending");
  };
  return steps
    .filter(wrong)
    .map((step) => `I4: ${keyOf(step)} went from ${step.was} (${step.old_sid}) to ${step.became}`);
}

async function judgeAlerts(client: Sql): Promise<string[]> {
  const open = await client<{ id: number; status: string }[]>`
    select a.id, s.status from sendings s join alerts a on a.sending_id = s.id where s.status = 'sending'`;
  return open.map(({ id, status }) => `I2: alert ${id} is ${status} for ever`);
}

/** What the audit has to say of each step of an alert's life. */
const ACTIONS: Record<string, string> = {
  "draft sending": "confirmed",
  "sending halted": "halted",
  "halted sending": "resumed",
  "sending stopped": "stopped",
  "halted stopped": "stopped",
  "sending finished": "finished",
  "halted finished": "finished",
  "finished sending": "resent",
};

/** I6: the audit tells of what happened, all of it, in its order, and of nothing else. */
async function judgeAudit(
  client: Sql,
  deliveries: readonly Delivery[],
  steps: readonly Step[],
): Promise<string[]> {
  const alertSteps = await client<AlertStep[]>`select * from alert_history order by id`;
  const entries = await client<Entry[]>`
    select alert_id, action, detail from audit_entries where alert_id is not null and action in
      ('confirmed', 'halted', 'resumed', 'stopped', 'finished', 'resent') order by id`;
  const ids = new Set([...alertSteps, ...entries, ...deliveries].map((row) => row.alert_id));

  return [...ids].flatMap((id) => {
    const ofAlert = <Row extends { alert_id: number }>(rows: readonly Row[]) =>
      rows.filter((row) => row.alert_id === id);
    const [ownEntries, ownSteps] = [ofAlert(entries), ofAlert(alertSteps)];
    const details = (action: string, name: string) =>
      ownEntries.filter((entry) => entry.action === action).map(({ detail }) => Number(detail[name]));
    const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
    const found: string[] = [];
    const compare = (what: string, told: unknown, happened: unknown) => {
      if (String(told) === String(happened)) return;
      found.push(`I6: of alert ${id} the audit tells ${what} ${told}, and it was ${happened}`);
    };

    // A resend of an alert that is under way changes nothing about the alert itself.
    const told = ownEntries.map(({ action }) => action).filter((action) => action !== "resent");
    const happened = ownSteps.map(({ was, became }) => ACTIONS[`${was} ${became}`] ?? `${was} to ${became}`);
    compare(
      "this story:",
      told,
      happened.filter((action) => action !== "resent"),
    );
    compare("as confirmed phones", details("confirmed", "phones"), ofAlert(deliveries).length);
    compare("as resent", sum(details("resent", "phones")), ofAlert(steps).filter(isResend).length);
    const stop = ownSteps.find(({ became }) => became === "stopped");
    const canceled = ofAlert(steps).filter(
      ({ xact, became }) => xact === stop?.xact && became === "canceled",
    );
    if (stop) compare("as stopped", details("stopped", "notSent"), canceled.length);
    for (const { action, detail } of ownEntries.filter((entry) => entry.action === "finished")) {
      const { pending = 0, sending = 0 } = detail;
      compare(`when ${action} waiting`, `${pending}+${sending}`, "0+0");
      compare(`when ${action} of`, sum(Object.values(detail).map(Number)), ofAlert(deliveries).length);
    }
    return found;
  });
}

/** I6 as well: the counts that are kept are what one gets by counting. */
async function judgeCounts(client: Sql): Promise<string[]> {
  const wrong = await client<{ sending_id: number; status: string; kept: number; counted: number }[]>`
    select sending_id, status, coalesce(kept, 0)::int as kept, coalesce(counted, 0)::int as counted
    from (select sending_id, part, status, count as kept from delivery_counts) as a
    full join (select sending_id, part, status, count(*) as counted from deliveries group by 1, 2, 3) as b
      using (sending_id, part, status)
    where coalesce(kept, 0) <> coalesce(counted, 0)`;
  return wrong.map(
    ({ sending_id, status, kept, counted }) =>
      `I6: sending ${sending_id} keeps ${kept} ${status} of ${counted}`,
  );
}

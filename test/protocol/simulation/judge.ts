// The invariants, judged from the provider's ledger and from what was changed in the tables, in which step.

import { deliveryStatus } from "../../../src/db/schema.ts";
import {
  claimOf,
  type Delivery,
  earlier,
  type Facts,
  factsOf,
  final,
  isExchanged,
  isOf,
  isResend,
  isSame,
  lastOf,
  nameOf,
} from "./facts.ts";
import { isFailure, told } from "./provider.ts";
import type { Run } from "./simulate.ts";

/** @returns what was violated, in words; nothing where all is well */
export function judge(run: Run): string[] {
  const facts = factsOf(run);
  return Object.entries(invariants).flatMap(([name, violations]) =>
    violations(facts).map((violation) => `${name}: ${violation}`),
  );
}

const invariants: Record<string, (facts: Facts) => string[]> = {
  "I1 once, unless a person sent it again": (facts) =>
    facts.run.ledger.flatMap(({ delivery }, index) => {
      const claim = claimOf(facts, delivery);
      if (!claim) return [`${told(delivery)} went out and was never claimed`];
      const others = facts.run.ledger.slice(0, index).filter((other) => isSame(other.delivery, delivery));
      return others.flatMap((other) => {
        const steps = [claim.step, claimOf(facts, other.delivery)?.step ?? 0].sort((a, b) => a - b);
        const [from = 0, to = 0] = steps;
        const isSentAgain = facts.moves.some(
          (move) => isOf(delivery)(move) && isResend(move) && move.step > from && move.step < to,
        );
        return isSentAgain ? [] : [`${told(delivery)} was accepted beside ${told(other.delivery)}`];
      });
    }),

  "I1 a request leaves only while its claim lasts": (facts) =>
    facts.run.requests.flatMap(({ delivery, at }) => {
      const lease = claimOf(facts, delivery)?.after?.lease_until;
      return lease && at <= Date.parse(lease) ? [] : [`${told(delivery)} left after its lease`];
    }),

  "I2 nothing stays pending or sending": (facts) => [
    ...final(facts)
      .filter(({ status }) => ["pending", "sending"].includes(status))
      .map((row) => `${nameOf(row)} is ${row.status} for ever`),
    ...lastOf(facts.alerts, ({ id }) => String(id))
      .filter(({ status }) => ["sending", "halted"].includes(status))
      .map(({ id, status }) => `alert ${id} is ${status} for ever`),
  ],

  "I3 what the provider has is known": (facts) => {
    const rows = final(facts);
    const knownSids = new Set(rows.map((row) => row.message_sid));
    return rows.flatMap((row) => {
      const id = { sendingId: row.sending_id, position: row.position };
      const own = facts.run.ledger.filter(({ delivery }) => isSame(delivery, id));
      const lastResend = facts.moves.findLast((move) => isOf(id)(move) && isResend(move));
      // What had failed before a person sent it again is done with.
      const current = own.filter(
        ({ status, delivery }) => !isFailure(status) || delivery.attempt > (lastResend?.before?.attempt ?? 0),
      );
      // Where two alerts say the same to one phone, and the answer and the callbacks of a message are lost,
      // nobody can tell whose it was: each message is known by one of the two.
      const isSwapped =
        facts.run.plan.secondAlert === "the same text" &&
        (current.every(({ sid }) => knownSids.has(sid)) || !own.some(({ sid }) => sid === row.message_sid));
      if (current.length === 0 || (isSwapped && !current.some(({ sid }) => sid === row.message_sid)))
        return [];
      const known = new Set<string>(current.map(({ status }) => status));
      return known.has(row.status) ? [] : [`${nameOf(row)} is ${row.status}, at the provider ${[...known]}`];
    });
  },

  "I3 each attempt tells of its own message, and what that cost": (facts) => {
    // As above: which of two alike is whose can't be told.
    if (facts.run.plan.secondAlert === "the same text") return [];
    const rows = [...final(facts), ...earlier(facts)].filter(({ message_sid }) => message_sid !== null);
    const sids = rows.map(({ message_sid }) => message_sid);
    return rows.flatMap((row, index) => {
      const message = facts.run.ledger.find(({ sid }) => sid === row.message_sid);
      const name = `${row.sending_id}/${row.position} try ${row.attempt}`;
      if (!message) return [`${name} is known by ${row.message_sid}, which is none of the provider's`];
      const { status, price } = message;
      return [
        ...(sids.indexOf(row.message_sid) === index ? [] : [`${row.message_sid} counts twice`]),
        ...(row.status === status ? [] : [`${name} is ${row.status}, and its message ${status}`]),
        ...(row.price === price ? [] : [`${name} cost ${row.price}, and its message ${price}`]),
      ];
    });
  },

  "I4 no status goes back": (facts) =>
    facts.moves
      .filter(
        (move) =>
          move.before &&
          move.after &&
          !mayFollow(move.before.status, move.after.status) &&
          !isExchanged(facts, move),
      )
      .map(
        ({ step, before, after }) =>
          `${nameOf(before)} went from ${before?.status} to ${after?.status} in step ${step}`,
      ),

  "I5 one alert per confirm": (facts) => {
    const confirmed = facts.entries
      .filter(({ after }) => after?.action === "confirmed")
      .map(({ after }) => after?.alert_id);
    const twice = confirmed.filter((id, index) => confirmed.indexOf(id) !== index);
    const phones = final(facts).map((row) => `${row.sending_id} to ${row.address}`);
    const doubled = phones.filter((phone, index) => phones.indexOf(phone) !== index);
    return [
      ...twice.map((id) => `alert ${id} was confirmed twice`),
      ...doubled.map((phone) => `two deliveries of sending ${phone}`),
    ];
  },

  "a press is answered": ({ run }) =>
    run.presses
      .filter(({ outcome }) => outcome instanceof Error)
      .map(({ what, alertId, outcome }) => `${what} of alert ${alertId} ended with ${outcome}`),

  "I6 the audit equals the transitions": (facts) => {
    const halts = new Set(
      facts.entries.filter(({ after }) => after?.action === "halted").map(({ step }) => step),
    );
    const done = [
      ...facts.alerts.flatMap(({ step, before, after }) => {
        const action = actionOf(before?.status, after?.status);
        return action ? [`${action} in step ${step}`] : [];
      }),
      // A second STOP only moves the date.
      ...facts.optOuts
        .filter(({ before, after }) => !before || !after)
        .map(({ step, after }) => `${after ? "opted out" : "opted in"} in step ${step}`),
      // What had been refused is pending again where it turns out to be the account's, which halts.
      ...new Set(
        facts.moves
          .filter((move) => isResend(move) && !(halts.has(move.step) && move.before?.status === "rejected"))
          .map(({ step }) => `resent in step ${step}`),
      ),
    ];
    const audited = facts.entries
      .filter(({ after }) => AUDITED.has(after?.action ?? ""))
      .map(({ step, after }) => `${after?.action} in step ${step}`);
    return [
      ...minus(done, audited).map((what) => `nobody wrote down: ${what}`),
      ...minus(audited, done).map((what) => `it is written down, and never was: ${what}`),
    ];
  },

  "each deed has its entry": ({ run }) => run.untold,

  "I7 nothing leaves for whom had opted out before the claim": (facts) =>
    facts.run.requests.flatMap(({ delivery, to }) => {
      const claim = claimOf(facts, delivery);
      const last = facts.optOuts.findLast(
        ({ step, before, after }) => (after ?? before)?.phone === to && step < (claim?.step ?? 0),
      );
      return last?.after ? [`${told(delivery)} left, and ${to} had opted out in step ${last.step}`] : [];
    }),

  "I8 a stranger causes a refusal and nothing else": ({ run, entries }) => {
    const strange = run.presses.filter(({ what }) => what === "Send, a stranger");
    const refusals = entries.filter(
      ({ after }) => after?.action === "refused" && after.detail.why === "not on the allowlist",
    );
    return [
      ...strange
        .filter(({ outcome }) => outcome !== "not on the allowlist")
        .map(({ outcome }) => `a stranger was told: ${outcome}`),
      ...(refusals.length < strange.length ? [`${strange.length} presses, ${refusals.length} refusals`] : []),
    ];
  },

  "the pace is kept by all together": ({ run, moves }) => {
    const { segmentsPerSecond } = run.plan;
    const claims = moves.filter(({ after }) => after?.status === "sending").map(({ at }) => at);
    // What may be caught up is a twentieth of a second's worth, and the last one may overdraw it.
    const most = Math.max(1, segmentsPerSecond / 20) + 1;
    return claims.flatMap((from, index) => {
      const over = claims
        .slice(index)
        .findIndex((at, n) => n + 1 > most + ((at - from) / 1000) * segmentsPerSecond + 0.01);
      return over < 0 ? [] : [`${over + 1} claims within ${(claims[index + over] ?? 0) - from} ms`];
    });
  },

  "without faults everybody is reached": (facts) => {
    const { plan, ledger } = facts.run;
    const isCalm = Object.values(plan.faults).every((rate) => rate === 0) && plan.deeds.length === 0;
    if (!isCalm) return [];
    const expected = plan.phones * (plan.secondAlert === "none" ? 1 : 2);
    const delivered = final(facts).filter(({ status }) => status === "delivered").length;
    return delivered === expected && ledger.length === expected ? [] : [`${delivered} of ${expected}`];
  },
};

const AUDITED = new Set([
  "confirmed",
  "stopped",
  "halted",
  "resumed",
  "finished",
  "resent",
  "opted out",
  "opted in",
]);

function actionOf(before: string | undefined, after: string | undefined): string | undefined {
  if (before === "draft" && after === "sending") return "confirmed";
  if (before === "halted" && after === "sending") return "resumed";
  // The resend that brings it about is written down itself.
  if (before === "finished" && after === "sending") return undefined;
  return ["stopped", "halted", "finished"].includes(after ?? "") ? after : undefined;
}

const RANK = deliveryStatus.enumValues;
const UNDONE = ["skipped", "expired", "canceled", "rejected"];

/** Before the provider has it, it may turn out that it never will; after that it only goes up. */
function mayFollow(before: Delivery["status"], after: Delivery["status"]): boolean {
  if (before === "pending") return true;
  if (before === "sending") return true;
  if (after === "pending") return ["unknown", "undelivered", "failed", "rejected"].includes(before);
  if (UNDONE.includes(before)) return RANK.indexOf(after) >= RANK.indexOf("accepted");
  return RANK.indexOf(before) < RANK.indexOf("delivered") && RANK.indexOf(after) > RANK.indexOf(before);
}

/** What is in the first list and not in the second. What is there twice counts twice. */
function minus(first: readonly string[], second: readonly string[]): string[] {
  const left = [...second];
  return first.filter((item) => {
    const found = left.indexOf(item);
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
}

// What only the simulation can judge, since it knows every press and its time is exact; all else is judged as in the
// campaigns.
import { type Facts, factsOf } from "../facts.ts";
import { judge as judgeAll, tell } from "../judge.ts";
import { type DeliveryKey, told } from "./provider.ts";
import type { Run } from "./simulate.ts";

/** @returns what was violated, in words; nothing where all is well */
export function judge(run: Run): string[] {
  const facts = factsOf(run.log);
  const ledger = run.ledger.map(({ sid, to, status, price, delivery }) => ({
    ...{ sid, to, status, price, listed: true },
    delivery: { ...delivery, sending_id: delivery.sendingId },
  }));
  return [...judgeAll(facts, ledger), ...tell(invariants, { facts, run })];
}

/** The change in which an attempt was claimed. */
const claimOf = ({ claims }: Facts, delivery: DeliveryKey) => claims.get(told(delivery));

const invariants: Record<string, (found: { facts: Facts; run: Run }) => string[]> = {
  "I1 a request leaves only while its claim lasts": ({ facts, run }) =>
    run.requests.flatMap(({ delivery, at }) => {
      const lease = claimOf(facts, delivery)?.after?.lease_until;
      return lease && at <= Date.parse(lease) ? [] : [`${told(delivery)} left after its lease`];
    }),

  "I3 in the end each price is known": ({ facts, run }) => {
    const prices = new Map(run.ledger.map(({ sid, price }) => [sid, price]));
    return [...facts.deliveries.values(), ...facts.attempts.values()]
      .filter(({ message_sid, price }) => price === null && (prices.get(message_sid ?? "") ?? null) !== null)
      .map(({ message_sid }) => `nobody knows the price of ${message_sid}`);
  },

  "a press is answered": ({ run }) =>
    run.presses
      .filter(({ outcome }) => outcome instanceof Error)
      .map(({ what, outcome }) => `${what} ended with ${outcome}`),

  "I7 nothing leaves for whom had opted out before the claim": ({ facts, run }) =>
    run.requests.flatMap(({ delivery, to }) => {
      const claimed = claimOf(facts, delivery)?.id ?? 0;
      const last = facts.optOuts.findLast(
        ({ id, before, after }) => (after ?? before)?.phone === to && id < claimed,
      );
      return last?.after ? [`${told(delivery)} left, and ${to} had opted out in change ${last.id}`] : [];
    }),

  "I8 a stranger causes a refusal and nothing else": ({ facts, run }) => {
    const strange = run.presses.filter(({ what }) => what.startsWith("Send, a stranger"));
    const refusals = facts.entries.filter(
      ({ action, detail }) => action === "refused" && detail.why === "not on the allowlist",
    );
    return [
      ...strange
        .filter(({ outcome }) => outcome !== "not on the allowlist")
        .map(({ outcome }) => `a stranger was told: ${outcome}`),
      ...(refusals.length < strange.length ? [`${strange.length} presses, ${refusals.length} refusals`] : []),
    ];
  },

  "the pace is kept by all together": ({ facts, run }) => {
    const { segmentsPerSecond } = run.plan;
    const claims = facts.moves
      .filter(({ before, after }) => after?.status === "sending" && before?.status !== "sending")
      .map(({ at }) => at);
    // What may be caught up is a twentieth of a second's worth, and the last one may overdraw it.
    const most = Math.max(1, segmentsPerSecond / 20) + 1;
    return claims.flatMap((from, index) => {
      const over = claims
        .slice(index)
        .findIndex((at, n) => n + 1 > most + ((at - from) / 1000) * segmentsPerSecond + 0.01);
      return over < 0 ? [] : [`${over + 1} claims within ${(claims[index + over] ?? 0) - from} ms`];
    });
  },

  "without faults everybody is reached": ({ facts, run: { plan, ledger } }) => {
    const isCalm = Object.values(plan.faults).every((rate) => rate === 0) && plan.deeds.length === 0;
    if (!isCalm) return [];
    const expected = plan.phones * (plan.secondAlert === "none" ? 1 : 2);
    const delivered = [...facts.deliveries.values()].filter(({ status }) => status === "delivered").length;
    return delivered === expected && ledger.length === expected ? [] : [`${delivered} of ${expected}`];
  },
};

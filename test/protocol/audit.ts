// I6 for alerts, deliveries and opt-outs: the audit tells of what happened, all of it, in its transaction and its order,
// and of nothing else.
import { countEach, type Facts, isResend } from "./facts.ts";

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
const OF_ALERTS = new Set(Object.values(ACTIONS));

/** Something that was done, or is told. */
type Act = { xact: string; alertId: number | null; what: string };

export function judgeAudit(facts: Facts): string[] {
  const { alertOf, deliveries, entries, optOuts, standings } = facts;
  const moves = facts.moves.map((move) => ({
    ...move,
    isResend: isResend(move),
    alertId: alertOf.get((move.after ?? move.before)?.sending_id ?? 0) ?? null,
  }));
  const movesIn = Map.groupBy(moves, inOne);
  const ofAlerts = entries
    .filter(({ action }) => OF_ALERTS.has(action))
    .map(({ alert_id, ...entry }) => ({ ...entry, alertId: alert_id }));
  const halts = new Set(ofAlerts.filter(({ action }) => action === "halted").map(inOne));

  const steps = [...standings].flatMap(([alertId, ofAlert]) =>
    ofAlert.map(({ xact, was, became }): Act => {
      const what = ACTIONS[`${was} ${became}`] ?? `${was} to ${became}`;
      if (what !== "stopped") return { xact, alertId, what };
      const canceled = (movesIn.get(inOne({ xact, alertId })) ?? []).filter(
        ({ before, after }) => before && after?.status === "canceled",
      );
      return { xact, alertId, what: `stopped with ${canceled.length} not sent` };
    }),
  );
  // What had been refused is pending again where it turns out to be the account's, which halts.
  const resent = moves.filter(
    (move) => move.isResend && !(move.before?.status === "rejected" && halts.has(inOne(move))),
  );
  const resends = [...Map.groupBy(resent, inOne).values()].flatMap((all): Act[] =>
    all.slice(0, 1).map(({ xact, alertId }) => ({ xact, alertId, what: `resent to ${all.length}` })),
  );
  const wishes = optOuts
    // A second STOP only moves the date.
    .filter(({ before, after }) => !before || !after)
    .map(({ xact, before, after }): Act => {
      const what = `opted ${after ? "out" : "in"}, ${(after ?? before)?.phone}`;
      return { xact, alertId: null, what };
    });
  // A resend of an alert that is under way changes nothing about the alert itself.
  const done = [...steps.filter(({ what }) => what !== "resent"), ...resends, ...wishes];

  const told = [
    ...ofAlerts.map(({ xact, alertId, action, detail }): Act => {
      if (action === "stopped") return { xact, alertId, what: `stopped with ${detail.notSent} not sent` };
      if (action === "resent") return { xact, alertId, what: `resent to ${detail.phones}` };
      return { xact, alertId, what: action };
    }),
    ...entries
      .filter(({ action }) => action === "opted out" || action === "opted in")
      .map(({ xact, action, phone }): Act => ({ xact, alertId: null, what: `${action}, ${phone}` })),
  ];

  const phones = countEach([...deliveries.values()].map(({ sending_id }) => alertOf.get(sending_id)));
  return [
    ...minus(done, told).map((what) => `nobody wrote down: ${what}`),
    ...minus(told, done).map((what) => `it is written down, and never was: ${what}`),
    ...judgeStories(done, told),
    ...ofAlerts.flatMap((entry) => judgeNumbers(entry, phones.get(entry.alertId ?? undefined) ?? 0)),
  ];
}

const inOne = ({ xact, alertId }: Omit<Act, "what">): string => `${xact} ${alertId}`;

/** Each alert's steps, in their order. */
function judgeStories(done: readonly Act[], told: readonly Act[]): string[] {
  const stories = (acts: readonly Act[]) => {
    const ofAlerts = acts.filter(({ alertId, what }) => alertId !== null && !what.startsWith("resent"));
    const byAlert = Map.groupBy(ofAlerts, ({ alertId }) => alertId);
    return new Map([...byAlert].map(([id, all]) => [id, all.map(({ what }) => what).join(", ")]));
  };
  const [was, is] = [stories(done), stories(told)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((id) => was.get(id) !== is.get(id))
    .map((id) => `of alert ${id} the audit tells "${is.get(id) ?? ""}", and it was "${was.get(id) ?? ""}"`);
}

type AlertEntry = Pick<Facts["entries"][number], "action" | "detail"> & Pick<Act, "alertId">;

/** What a confirm and an end say of all phones. */
function judgeNumbers({ action, alertId, detail }: AlertEntry, phones: number): string[] {
  if (action === "confirmed" && detail.phones !== phones) {
    return [`alert ${alertId} was confirmed to ${detail.phones} of ${phones} phones`];
  }
  if (action !== "finished") return [];
  const { pending = 0, sending = 0 } = detail;
  const sum = Object.values(detail).reduce((total: number, each) => total + Number(each), 0);
  return [
    ...(pending === 0 && sending === 0
      ? []
      : [`alert ${alertId} finished with ${pending}+${sending} waiting`]),
    ...(sum === phones ? [] : [`alert ${alertId} finished with ${sum} of ${phones} phones`]),
  ];
}

/** What is in the first list and not in the second, by transaction. What is there twice counts twice. */
function minus(first: readonly Act[], second: readonly Act[]): string[] {
  const keyOf = ({ xact, alertId, what }: Act) =>
    `${what}${alertId === null ? "" : `, alert ${alertId}`}, in ${xact}`;
  const left = countEach(second.map(keyOf));
  return first.map(keyOf).filter((key) => {
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}

// Who was not reached, and why, is said in the thread of the alert once it is over.
import type { Reader } from "../../db/open.ts";
import { countResendable } from "../../deliveries/resend.ts";
import { listAdvice } from "../../outcomes/advice.ts";
import { countStatuses, notReached, outcomes, total } from "../../outcomes/counts.ts";
import {
  countFailureCodes,
  listDeliveries,
  listUnnamedFailures,
  markFailuresNamed,
} from "../../outcomes/delivery-lines.ts";
import { listLeftOut } from "../../outcomes/left-out.ts";
import { type AlertWithCounts, readAlert } from "../../outcomes/read-alert.ts";
import { ofDelivery, ofLeftOut } from "../../outcomes/unreached.ts";
import { slackErrorOf } from "../wire/errors.ts";
import { isPlaceTrouble } from "../words/trouble.ts";
import type { Showing } from "./show.ts";
import { NAMED_AT_ONCE, unreachedMessage } from "./thread.ts";
import {
  giveTurnBack,
  NAMING,
  noteTrouble,
  readPlacesOnBoard,
  saveNamed,
  standingAt,
  takeTurn,
} from "./turns.ts";

/** Late failures are waited for this long, so that the first list in the thread is nearly whole. */
const NAME_AFTER_MS = 60_000;

/** @returns whether there are some that wait to be named */
export async function nameUnreached(showing: Showing, alert: AlertWithCounts): Promise<boolean> {
  const { db, now } = showing;
  const { id, endedAt, counts } = alert;
  if (!endedAt) return false;
  const { notSent, leftOut } = countUnnamed(alert);
  if (countStatuses(counts, notReached) + notSent + leftOut === 0) return false;
  const isEarly = now().getTime() - endedAt.getTime() < NAME_AFTER_MS;
  if (isEarly && countStatuses(counts, outcomes["on the way"]) > 0) return true;
  // A Stop has left it to a job, which cancels it soon.
  if (counts.pending) return true;
  if (!(await findUnnamed(db, alert))) return false;
  // Two who press Stop, or two instances, must not both name them: so it is looked at again within the turn.
  const naming = { alertId: id, place: NAMING, messageTs: null };
  const turn = await takeTurn(db, naming, 0);
  if (turn === undefined) return true;
  try {
    const current = await readAlert(db, id);
    return current !== undefined && (await nameNow(showing, current));
  } finally {
    await giveTurnBack(db, naming, { turn, everySeconds: 0 });
  }
}

/** @returns nothing where all have been named */
async function findUnnamed(db: Reader, alert: AlertWithCounts) {
  const failures = await listUnnamedFailures(db, alert.id, NAMED_AT_ONCE);
  const { notSent, leftOut } = countUnnamed(alert);
  return failures.positions.length + notSent + leftOut === 0 ? undefined : { failures, notSent, leftOut };
}

/** @returns whether they still wait to be named */
async function nameNow({ db, client, channel, gateway }: Showing, alert: AlertWithCounts): Promise<boolean> {
  const unnamed = await findUnnamed(db, alert);
  const at = standingAt(await readPlacesOnBoard(db, alert, channel !== undefined));
  if (!unnamed || !at) return false;
  const { id } = alert;
  const { failures, notSent, leftOut } = unnamed;
  const notSentLines =
    notSent > 0
      ? await listDeliveries(db, id, { after: 0, limit: NAMED_AT_ONCE, of: outcomes["not sent"] })
      : [];
  const deliveries = [...failures.lines, ...notSentLines];
  const others = leftOut > 0 ? await listLeftOut(db, alert, { skip: 0, limit: NAMED_AT_ONCE }) : [];
  const people = [...deliveries.map((line) => ofDelivery(line, gateway)), ...others.map(ofLeftOut)];
  const message = unreachedMessage({
    alertId: id,
    counts: { "not reached": failures.positions.length, "not sent": notSent, "left out": leftOut },
    people: people.slice(0, NAMED_AT_ONCE),
    // A stopped alert is sent again to nobody.
    resendable:
      alert.status === "stopped"
        ? { unknown: 0, unreached: 0 }
        : await countResendable(db, id, gateway, failures.positions),
    advice: listAdvice(await countFailureCodes(db, id), gateway),
  });
  const thread = { channel: at.channelId, thread_ts: at.messageTs };
  try {
    await client.chat.postMessage({ ...thread, ...message });
  } catch (error) {
    const word = slackErrorOf(error);
    if (!isPlaceTrouble(word)) throw error;
    // The next round shows the alert elsewhere, and names them there.
    await noteTrouble(db, at, word);
    return true;
  }
  await markFailuresNamed(db, id, failures.positions);
  await saveNamed(db, id, countStatuses(alert.counts, outcomes["not sent"]));
  return false;
}

/**
 * Beside the failures: who was not sent it, named again where more have come since, as after Resend; and once, at
 * the end of an emergency, whoever was left out, because these people must hear of it.
 */
function countUnnamed({ kind, counts, leftOut, notSentNamed }: AlertWithCounts) {
  const notSent = countStatuses(counts, outcomes["not sent"]);
  const isFirst = notSentNamed === null;
  return {
    notSent: isFirst || notSent > notSentNamed ? notSent : 0,
    leftOut: isFirst && kind === "emergency" ? total(leftOut) : 0,
  };
}

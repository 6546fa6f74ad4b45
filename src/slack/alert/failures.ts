// Who was not reached, and why, stands in one message in the alert's thread: posted once the alert is over, and
// written anew when that changes, as by late failures or "Try again".
import { countResendable } from "../../deliveries/resend.ts";
import { listAdvice } from "../../outcomes/advice.ts";
import { countStatuses, countToCall, notReached, outcomes, total, unreached } from "../../outcomes/counts.ts";
import {
  countFailureCodes,
  listDeliveries,
  listUnnamedFailures,
  markFailuresNamed,
} from "../../outcomes/delivery-lines.ts";
import { listLeftOut } from "../../outcomes/left-out.ts";
import { type AlertWithCounts, readAlert } from "../../outcomes/read-alert.ts";
import { ofDelivery, ofLeftOut } from "../../outcomes/unreached.ts";
import { isAnswer, slackErrorOf } from "../wire/errors.ts";
import { EDIT_WINDOW_CLOSED, isMessageGone, isPlaceTrouble } from "../words/trouble.ts";
import type { Message } from "./message.ts";
import type { Showing } from "./show.ts";
import { NAMED_AT_ONCE, unreachedMessage } from "./thread.ts";
import {
  forgetPosted,
  giveTurnBack,
  noteTrouble,
  type Place,
  type Posted,
  readList,
  readPlacesOnBoard,
  readPosted,
  saveNamed,
  saveShown,
  standingAt,
  takeTurn,
} from "./turns.ts";

/** Late failures are waited for this long, so that the list is nearly whole when it comes. */
const NAME_AFTER_MS = 60_000;

/** @returns whether it has to be looked at again soon */
export async function nameUnreached(showing: Showing, alert: AlertWithCounts): Promise<boolean> {
  const { db, now } = showing;
  const { id, endedAt, counts, notSentNamed } = alert;
  if (notSentNamed === null) {
    if (!endedAt || countToCall(alert) === 0) return false;
    const isEarly = now().getTime() - endedAt.getTime() < NAME_AFTER_MS;
    if (isEarly && countStatuses(counts, outcomes["on the way"]) > 0) return true;
    // A Stop has left it to a job, which cancels it soon.
    if (counts.pending) return true;
  }
  const at = standingAt(await readPlacesOnBoard(db, alert, showing.channel !== undefined));
  if (!at) return false;
  const unnamed = await listUnnamedFailures(db, id);
  const list = await readList(db, id);
  const isUnchanged =
    list.messageTs === null && notSentNamed !== null
      ? // A list of an earlier version, which can't be written anew.
        countStatuses(counts, outcomes["not sent"]) <= notSentNamed
      : list.shownDigest === digestOf(alert, at);
  if (isUnchanged && unnamed.length === 0) return false;
  return writeList(showing, alert, at, await placeBelow(showing, at, list));
}

/** Where the alert's message stands, and as much of the alert as the list is made of. */
const digestOf = ({ status, counts }: AlertWithCounts, at: Posted): string =>
  `${placeOf(at)} ${JSON.stringify([status, ...[...unreached, ...outcomes.waiting].map((each) => counts[each] ?? 0)])}`;
const placeOf = ({ channelId, messageTs }: Posted): string => `${channelId} ${messageTs}`;

/** Where the alert's message has moved, the list comes anew below it. */
async function placeBelow({ db }: Showing, at: Posted, list: Place): Promise<Place> {
  if (list.messageTs === null || list.shownDigest === null) return list;
  if (list.shownDigest.startsWith(`${placeOf(at)} `)) return list;
  await forgetPosted(db, list);
  return { ...list, messageTs: null, shownDigest: null };
}

/** @returns whether it has to be looked at again soon */
async function writeList(
  showing: Showing,
  { id }: AlertWithCounts,
  at: Place & Posted,
  list: Place,
): Promise<boolean> {
  const { db, client, updateEverySeconds } = showing;
  const turn = await takeTurn(db, list, updateEverySeconds);
  // Two who press Stop, or two instances, must not both post it: so it is looked at again within the turn.
  const alert = turn === undefined ? undefined : await readAlert(db, id);
  if (turn === undefined || !alert) return true;
  const unnamed = await listUnnamedFailures(db, id);
  const message = await makeList(showing, alert, unnamed);
  const shown = { turn, digest: digestOf(alert, at), version: alert.version };
  try {
    if (list.channelId && list.messageTs) {
      await client.chat.update({ channel: list.channelId, ts: list.messageTs, ...message });
      await saveShown(db, list, { ...shown, posted: undefined });
    } else {
      const thread = { channel: at.channelId, thread_ts: at.messageTs };
      const posted = readPosted(await client.chat.postMessage({ ...thread, ...message }));
      await saveShown(db, list, { ...shown, posted });
    }
  } catch (error) {
    const word = slackErrorOf(error);
    if (isMessageGone(word) && list.messageTs) await forgetPosted(db, list);
    else if (word === EDIT_WINDOW_CLOSED && unnamed.length > 0) await forgetPosted(db, list);
    // Who has got it meanwhile is not worth a message.
    else if (word === EDIT_WINDOW_CLOSED) await saveShown(db, list, { ...shown, posted: undefined });
    // The next round shows the alert elsewhere, and names them there.
    else if (isPlaceTrouble(word)) await noteTrouble(db, at, word);
    else {
      if (isAnswer(error)) await giveTurnBack(db, list, { turn, everySeconds: updateEverySeconds });
      throw error;
    }
    await giveTurnBack(db, list, { turn, everySeconds: updateEverySeconds });
    return true;
  }
  await markFailuresNamed(db, id, unnamed);
  await saveNamed(db, id, countStatuses(alert.counts, outcomes["not sent"]));
  // The alert's message is to point to it.
  return true;
}

async function makeList(
  { db, gateway }: Showing,
  alert: AlertWithCounts,
  unnamed: readonly number[],
): Promise<Message> {
  const { id, counts, endedAt, kind, status } = alert;
  const page = { after: 0, limit: NAMED_AT_ONCE };
  const failed = await listDeliveries(db, id, { ...page, of: notReached });
  const notSent = await listDeliveries(db, id, { ...page, of: outcomes["not sent"] });
  const isUrgent = kind === "emergency";
  const leftOut = isUrgent ? await listLeftOut(db, alert, { skip: 0, limit: NAMED_AT_ONCE }) : [];
  const people = [
    ...[...failed, ...notSent].map((line) => ofDelivery(line, gateway)),
    ...leftOut.map(ofLeftOut),
  ];
  return unreachedMessage({
    alertId: id,
    counts: {
      "not reached": countStatuses(counts, notReached),
      "not sent": countStatuses(counts, outcomes["not sent"]),
      "left out": isUrgent ? total(alert.leftOut) : 0,
    },
    people: people.slice(0, NAMED_AT_ONCE),
    // A stopped alert is sent again to nobody.
    resendable:
      status === "stopped" ? { unknown: 0, unreached: 0 } : await countResendable(db, id, gateway, unnamed),
    again: endedAt ? 0 : countStatuses(counts, outcomes.waiting),
    advice: listAdvice(await countFailureCodes(db, id), gateway),
  });
}

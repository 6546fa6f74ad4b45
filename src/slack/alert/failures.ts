// Who was not reached, and why, is said in the thread of the alert once it is over.
import { countResendable } from "../../deliveries/resend.ts";
import { listAdvice } from "../../outcomes/advice.ts";
import { countStatuses, notReached, outcomes } from "../../outcomes/counts.ts";
import { countFailureCodes, listUnnamedFailures, markFailuresNamed } from "../../outcomes/delivery-lines.ts";
import type { AlertWithCounts } from "../../outcomes/read-alert.ts";
import { slackErrorOf } from "../wire/errors.ts";
import { isPlaceTrouble } from "../words/trouble.ts";
import type { Showing } from "./show.ts";
import { failuresMessage, NAMED_AT_ONCE } from "./thread.ts";
import { noteTrouble, readPlaces, standingAt, takeTurn } from "./turns.ts";

/** Late failures are waited for this long, so that the first list in the thread is nearly whole. */
const NAME_FAILURES_AFTER_MS = 60_000;

/** @returns whether there are some that wait to be named */
export async function nameFailures(
  { db, client, gateway, now, updateEverySeconds }: Showing,
  alert: AlertWithCounts,
): Promise<boolean> {
  const { id, endedAt, counts } = alert;
  if (!endedAt) return false;
  if (countStatuses(counts, notReached) === 0) return false;
  const isEarly = now().getTime() - endedAt.getTime() < NAME_FAILURES_AFTER_MS;
  if (isEarly && countStatuses(counts, outcomes["on the way"]) > 0) return true;
  const { positions, lines } = await listUnnamedFailures(db, id, NAMED_AT_ONCE);
  if (positions.length === 0) return false;
  const at = standingAt(await readPlaces(db, id));
  if (!at) return false;
  if (!(await takeTurn(db, at, updateEverySeconds))) return true;
  const message = failuresMessage({
    alertId: id,
    total: positions.length,
    lines,
    resendable: await countResendable(db, id, gateway, positions),
    advice: listAdvice(await countFailureCodes(db, id), gateway),
    gateway,
  });
  const thread = { channel: at.channelId, thread_ts: at.messageTs };
  try {
    await client.chat.postMessage({ ...thread, ...message, unfurl_links: false });
  } catch (error) {
    const word = slackErrorOf(error);
    if (!isPlaceTrouble(word)) throw error;
    // The next round shows the alert elsewhere, and names them there.
    await noteTrouble(db, at, word);
    return true;
  }
  await markFailuresNamed(db, id, positions);
  return false;
}

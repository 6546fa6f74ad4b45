// Who was not reached, and why, is said in the thread of the alert once it is over.
import { countResendable } from "../../deliveries/resend.ts";
import { listAdvice } from "../../outcomes/advice.ts";
import { countStatuses, notReached, outcomes } from "../../outcomes/counts.ts";
import { countFailureCodes, listUnnamedFailures, markFailuresNamed } from "../../outcomes/delivery-lines.ts";
import type { AlertWithCounts } from "../../outcomes/read-alert.ts";
import type { Showing } from "./show.ts";
import { failuresMessage, NAMED_AT_ONCE } from "./thread.ts";
import { takeTurn } from "./turns.ts";

/** Late failures are waited for this long, so that the first list in the thread is nearly whole. */
const NAME_FAILURES_AFTER_MS = 60_000;

/** @returns whether there are some that wait to be named */
export async function nameFailures(
  { db, client, gateway, now, updateEverySeconds }: Showing,
  alert: AlertWithCounts,
): Promise<boolean> {
  const { id, channelId, messageTs, endedAt, counts } = alert;
  if (!endedAt || !channelId || !messageTs) return false;
  if (countStatuses(counts, notReached) === 0) return false;
  const isEarly = now().getTime() - endedAt.getTime() < NAME_FAILURES_AFTER_MS;
  if (isEarly && countStatuses(counts, outcomes["on the way"]) > 0) return true;
  const { positions, lines } = await listUnnamedFailures(db, id, NAMED_AT_ONCE);
  if (positions.length === 0) return false;
  if (!(await takeTurn(db, alert, updateEverySeconds))) return true;
  const message = failuresMessage({
    alertId: id,
    total: positions.length,
    lines,
    resendable: await countResendable(db, id, gateway, positions),
    advice: listAdvice(await countFailureCodes(db, id), gateway),
    gateway,
  });
  const thread = { channel: channelId, thread_ts: messageTs };
  await client.chat.postMessage({ ...thread, ...message, unfurl_links: false });
  await markFailuresNamed(db, id, positions);
  return false;
}

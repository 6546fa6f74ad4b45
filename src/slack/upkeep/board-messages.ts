// What the board is told once (board/tell.ts): posted in its channel, else by direct message. What must reach
// somebody is texted to the admins where Slack takes neither. A crash between a post and its mark posts it
// twice; an alarm's text never leaves twice.
import type { WebClient } from "@slack/web-api";
import { record } from "../../audit/audit.ts";
import { alarmPhoneOf, type BoardMember, listBoardMembers } from "../../board/allowlist.ts";
import {
  type DueMessage,
  giveAlarmBack,
  markPosted,
  takeAlarm,
  takeBoardMessages,
} from "../../board/tell.ts";
import type { Settings } from "../../config.ts";
import type { Database } from "../../db/open.ts";
import { type Gateway, GatewayError } from "../../gateways/gateway.ts";
import type { Log } from "../../log.ts";
import { isOptedOut } from "../../opt-outs/opt-outs.ts";
import { type Alert, readAlert } from "../../outcomes/read-alert.ts";
import { BOARD, readPlaces } from "../alert/turns.ts";
import { slackErrorOf } from "../wire/errors.ts";
import {
  type BoardChannel,
  describeTrouble,
  isMessageGone,
  isPlaceTrouble,
  isTokenTrouble,
} from "../words/trouble.ts";

export type Telling = {
  db: Database;
  client: WebClient;
  channel: BoardChannel | undefined;
  settings: Settings;
  gateway: Gateway;
  log: Log;
};

const AT_ONCE = 3;
/** Three segments. */
const ALARM_LENGTH = 459;

/** @returns whether there may be more */
export async function postBoardMessages(telling: Telling): Promise<boolean> {
  const { db, log } = telling;
  const due = await takeBoardMessages(db, AT_ONCE);
  for (const message of due) {
    // Somebody has resumed or stopped it meanwhile: "it has halted" would be untrue.
    const outcome = message.isCurrent ? await tell(telling, message) : "told";
    if (outcome === "told") await markPosted(db, message.id);
    else if (message.alarm !== null && (outcome === "refused" || message.isLate)) {
      // The log is what is left where the gateway refuses too.
      log.error(
        { alertId: message.alertId, halt: message.alarm },
        "Slack can't be told that an alert has halted",
      );
      await textAdmins(telling, message, message.alarm);
    }
  }
  return due.length > 0;
}

/** `refused`: Slack said no everywhere. `no answer`: it may be well again soon. */
type Outcome = "told" | "refused" | "no answer";

async function tell(telling: Telling, { text, alertId }: DueMessage): Promise<Outcome> {
  const { db, client, channel, log } = telling;
  const alert = alertId === null ? undefined : await readAlert(db, alertId);
  const outcomeOf = (posted: Promise<unknown>): Promise<Outcome> =>
    posted.then(
      () => "told",
      (error) => {
        log.warn({ err: error, alertId }, "the board could not be told something yet");
        const word = slackErrorOf(error);
        return isPlaceTrouble(word) || isTokenTrouble(word) ? "refused" : "no answer";
      },
    );

  const place = alert && (await readPlaces(db, alert.id)).get(BOARD);
  const thread =
    place?.channelId && place.messageTs ? { at: place.channelId, ts: place.messageTs } : undefined;
  const own = thread?.at ?? channel?.id;
  let words = text;
  if (own !== undefined) {
    try {
      await post(client, own, text, thread?.ts);
      return "told";
    } catch (error) {
      const word = slackErrorOf(error);
      if (!isPlaceTrouble(word)) return outcomeOf(Promise.reject(error));
      words = `${text}\n:warning: ${describeTrouble(word, channel)}`;
    }
  }
  const outcomes: Outcome[] = [];
  for (const { userId } of await listTold(db, alert)) {
    outcomes.push(await outcomeOf(client.chat.postMessage({ channel: userId, text: words })));
  }
  const [first = "refused"] = (["told", "no answer"] as const).filter((each) => outcomes.includes(each));
  return first;
}

async function post(
  client: WebClient,
  channel: string,
  text: string,
  threadTs: string | undefined,
): Promise<void> {
  const message = { channel, text };
  if (threadTs !== undefined) {
    try {
      await client.chat.postMessage({ ...message, thread_ts: threadTs, reply_broadcast: true });
      return;
    } catch (error) {
      if (!isMessageGone(slackErrorOf(error))) throw error;
    }
  }
  await client.chat.postMessage(message);
}

/** Who is told where the channel can't be: the admins, and the alert's author. */
async function listTold(db: Database, alert: Alert | undefined): Promise<BoardMember[]> {
  const board = await listBoardMembers(db);
  return board.filter(({ userId, role }) => role === "admin" || userId === alert?.authorId);
}

/** Each admin who has given a phone gets it at most once, though the log may lack it after a crash. */
async function textAdmins(
  { db, gateway, settings, log }: Telling,
  { id, alertId }: DueMessage,
  alarm: string,
): Promise<void> {
  const body = `${settings.organization ?? "Headgate"}: ${alarm}`.slice(0, ALARM_LENGTH).toWellFormed();
  for (const admin of await listTold(db, undefined)) {
    const phone = alarmPhoneOf(admin);
    if (phone === null || (await isOptedOut(db, phone)) || !(await takeAlarm(db, id, admin))) continue;
    try {
      await gateway.send({ to: phone, body, kind: "emergency" });
      await db.transaction((tx) =>
        record(tx, {
          actor: "system",
          action: "alarm texted",
          ...(alertId !== null && { alertId }),
          detail: { to: admin.userId },
        }),
      );
    } catch (error) {
      const { userId } = admin;
      log.error({ err: error, userId }, "an alarm could not be texted");
      const isCertain = error instanceof GatewayError && error.explanation.fault !== "ambiguous";
      if (isCertain) await giveAlarmBack(db, id, admin);
    }
  }
}

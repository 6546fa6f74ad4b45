// Members' own words: in the thread of the alert that they answer, else in the channel.
import { maskPhone } from "../../members/phone.ts";
import { type TakenOff, takeOff } from "../../replies/take-off.ts";
import {
  findReply,
  handOver,
  markShown,
  type ReplyToShow,
  takeRepliesToShow,
  tellOfUnknown,
} from "../../replies/to-show.ts";
import { isUrgent } from "../../replies/urgent.ts";
import type { Showing } from "../alert/show.ts";
import { readPosted } from "../alert/turns.ts";
import { slackErrorOf } from "../wire/errors.ts";
import type { ActionInput, Answer, SlackContext } from "../wire/listener.ts";
import { isMessageGone, isPlaceTrouble } from "../words/trouble.ts";
import { type Decided, replyMessage, unknownText } from "./message.ts";

/** Few enough that all are posted, or have failed, before somebody else may take them. */
const REPLIES_AT_ONCE = 5;

/** @returns whether there may be more */
export async function showReplies(showing: Showing): Promise<boolean> {
  const { db, log } = showing;
  await tellOfUnknown(db, unknownText);
  const replies = await takeRepliesToShow(db, {
    limit: REPLIES_AT_ONCE,
    hasChannel: showing.channel !== undefined,
  });
  for (const reply of replies) {
    await showReply(showing, reply).catch((error) =>
      log.warn({ err: error }, "a member's text could not be shown yet"),
    );
  }
  return replies.length > 0;
}

type Place =
  | { channel: string }
  | { channel: string; thread_ts: string }
  | { channel: string; thread_ts: string; reply_broadcast: true };

async function showReply({ db, client, channel, settings, gateway, log }: Showing, reply: ReplyToShow) {
  const { timeZone } = settings;
  const { text, blocks } = replyMessage(reply, { timeZone, gateway: gateway.title });
  const message = { text, blocks };
  for (const place of reply.isHopeless ? [] : listPlaces(reply, channel?.id)) {
    try {
      const posted = readPosted(await client.chat.postMessage({ ...place, ...message }));
      return await markShown(db, reply.id, posted);
    } catch (error) {
      // Other errors pass, or are everywhere.
      const word = slackErrorOf(error);
      if (!isPlaceTrouble(word) && !isMessageGone(word)) throw error;
    }
  }
  if (reply.isHopeless) log.error("a member's text could not be shown in Slack for days, and is given up");
  const wish =
    "_Headgate can't put a button here. On the server, with their number: npm run opt-out -- add +1... " +
    '--source "text" --reason "asked for it"_';
  await handOver(db, reply, reply.shownAs === "wish" ? `${text}\n${wish}` : text);
}

/** Where it may be shown, the best place first. */
function listPlaces(
  { channelId, messageTs, shownAs, keyword, body }: ReplyToShow,
  board: string | undefined,
): Place[] {
  const isForAll = shownAs !== "words" || keyword === "HELP" || isUrgent(body);
  const thread = channelId !== null && messageTs !== null && { channel: channelId, thread_ts: messageTs };
  return [
    ...(thread ? [{ ...thread, ...(isForAll && { reply_broadcast: true }) }] : []),
    ...(board === undefined ? [] : [{ channel: board }]),
  ];
}

const ANSWERS: Record<TakenOff, (phone: string) => string> = {
  "taken off": (phone) =>
    `The phone ${phone} is off the list: no more texts, until a START is texted from it.`,
  "off already": (phone) => `The phone ${phone} was off the list already. Nothing was changed.`,
  "came back": (phone) =>
    `Nothing was changed: after this, somebody texted START from ${phone}, and so wants texts again.`,
  "not found": () => "Nothing was changed: this text is not kept here any more.",
};

/** The button under a wish to be left in peace. */
export async function takeOffList(
  { member, change, ids: [textId = 0] }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const outcome = await change((tx) => takeOff(tx, textId, member));
  const reply = await findReply(context.look, textId);
  if (!reply) return { tell: ANSWERS[outcome]("") };
  const decided = outcome === "taken off" ? { by: member.userId } : outcome === "came back" && outcome;
  return {
    tell: ANSWERS[outcome](maskPhone(reply.phone)),
    after: () => showDecided(context, reply, decided || undefined),
  };
}

/** The message says what was decided, in place of the button. */
async function showDecided(
  { client, settings, gateway }: SlackContext,
  { channelId, messageTs, ...reply }: NonNullable<Awaited<ReturnType<typeof findReply>>>,
  decided: Decided,
): Promise<void> {
  if (!channelId || !messageTs) return;
  const told = replyMessage(reply, { timeZone: settings.timeZone, gateway: gateway.title, decided });
  await client.chat.update({ channel: channelId, ts: messageTs, ...told });
}

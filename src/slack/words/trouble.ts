// Why Slack lets Headgate do nothing in a place, by Slack's own word for it; and what people can do. Pure.
import { asSentence } from "../../text/words.ts";

/** The board's channel, or one that was: what is posted there stays there. Its name is known once Slack has told it. */
export type BoardChannel = { id: string; name?: string | undefined; isFormer?: boolean };

const nameOf = (channel: BoardChannel | undefined): string => {
  if (channel === undefined) return "its direct messages with the author";
  if (channel.name !== undefined) return `#${channel.name}`;
  return `the board's ${channel.isFormer ? "former channel" : "channel"} (${channel.id})`;
};

const CHOSEN = "in Headgate's settings in Slack, or by SLACK_ALERT_CHANNEL where it is set on the server";

/** Whole sentences. @param place where it was to be written @param isFormer another was chosen already */
const PLACE_TROUBLES: Record<string, (place: string, isFormer: boolean) => string> = {
  not_in_channel: (place) =>
    `Headgate is not in ${place}. Open ${place} in Slack and type /invite @Headgate there.`,
  channel_not_found: (place, isFormer) =>
    `Headgate can't see ${place}. If it is a private channel, type /invite @Headgate in it.` +
    (isFormer ? "" : ` Otherwise choose another channel ${CHOSEN}.`),
  is_archived: (place, isFormer) =>
    `${asSentence(place)} is archived. Unarchive it in Slack${isFormer ? "" : `, or choose another channel ${CHOSEN}`}.`,
  restricted_action: (place) =>
    `Slack lets only some people post in ${place}. Whoever manages it can let Headgate post: ` +
    "the channel's name, Settings, Posting permissions.",
  user_disabled: () => "The author's Slack account is closed.",
  user_not_found: () => "Slack does not know the author any more.",
  messages_tab_disabled: () =>
    "Direct messages from Headgate are turned off in Slack. Turn them on at api.slack.com/apps: App Home, Messages Tab.",
};
/** Other words for the same. */
const SAME: Record<string, string> = {
  channel_is_limited_access: "restricted_action",
  restricted_action_non_threadable_channel: "restricted_action",
  restricted_action_read_only_channel: "restricted_action",
  restricted_action_thread_locked: "restricted_action",
  restricted_action_thread_only_channel: "restricted_action",
  // chat.update's word for it.
  is_inactive: "is_archived",
  cannot_dm_bot: "user_disabled",
};

/** Nothing can be written there until a person mends it: what is to be said is said elsewhere. */
export const isPlaceTrouble = (word: string | undefined): word is string =>
  word !== undefined && Object.hasOwn(PLACE_TROUBLES, SAME[word] ?? word);

/** Somebody deleted the message, or it is not ours any more. */
const MESSAGE_GONE = new Set(["message_not_found", "thread_not_found", "cant_update_message"]);

export const isMessageGone = (word: string | undefined): boolean =>
  word !== undefined && MESSAGE_GONE.has(word);

/** Slack refuses to change a message that is older than the workspace allows. */
export const EDIT_WINDOW_CLOSED = "edit_window_closed";
const NO_EDITS =
  "This workspace lets nobody change a message after a while, so what is new comes as a new message. " +
  "A workspace owner can allow it: Settings, Permissions, Message editing, Any time.";

/** Whole sentences, with the cure. */
export function describeTrouble(word: string, channel: BoardChannel | undefined): string {
  if (word === EDIT_WINDOW_CLOSED) return NO_EDITS;
  const describe = PLACE_TROUBLES[SAME[word] ?? word];
  return describe
    ? describe(nameOf(channel), channel?.isFormer ?? false)
    : `Slack refuses what Headgate writes in ${nameOf(channel)} (${word}).`;
}

/** Slack does not accept who we are: https://docs.slack.dev/reference/methods/auth.test */
const TOKEN_TROUBLES = new Set([
  "access_denied",
  "account_inactive",
  "invalid_auth",
  "not_authed",
  "org_login_required",
  "team_access_not_granted",
  "token_expired",
  "token_revoked",
]);

export const isTokenTrouble = (word: string | undefined): word is string =>
  word !== undefined && TOKEN_TROUBLES.has(word);

export const describeTokenTrouble = (word: string): string =>
  `Slack does not accept SLACK_BOT_TOKEN (${word}), so nobody can be told or asked anything there. ` +
  "Install the app again at api.slack.com/apps, and put its new token on the server.";

// Members' own words, in the threads of the alerts they answer.
import type { WebClient } from "@slack/web-api";
import type { Database } from "../../db/open.ts";
import type { Log } from "../../log.ts";
import { markShown, takeRepliesToShow } from "../../replies/inbound.ts";
import { replyMessage } from "./thread.ts";

const REPLIES_AT_ONCE = 20;

/** @returns whether there may be more */
export async function showReplies(db: Database, client: WebClient, log: Log): Promise<boolean> {
  const replies = await takeRepliesToShow(db, REPLIES_AT_ONCE);
  for (const { messageSid, phone, body, channelId, messageTs } of replies) {
    const text = replyMessage(phone, body);
    try {
      await client.chat.postMessage({ channel: channelId, thread_ts: messageTs, text, unfurl_links: false });
      await markShown(db, messageSid);
    } catch (error) {
      log.warn({ err: error }, "a member's text could not be shown yet");
    }
  }
  return replies.length > 0;
}

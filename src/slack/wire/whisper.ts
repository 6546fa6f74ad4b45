import type { KnownBlock, WebClient } from "@slack/web-api";
import { section } from "../words/blocks.ts";
import { slackErrorOf } from "./errors.ts";

type Whisper = {
  user: string;
  channel: string | null | undefined;
  /** The thread in which the person looks. */
  thread?: string | undefined;
  text: string;
  /** Buttons below the words. */
  ask?: KnownBlock | undefined;
};

/** In the channel for this person alone; where that can't be, as a direct message. */
export async function whisper(
  client: WebClient,
  { user, channel, thread, text, ask }: Whisper,
): Promise<void> {
  const words = { text, ...(ask && { blocks: [section(text), ask] }) };
  if (channel) {
    try {
      await client.chat.postEphemeral({ channel, user, ...(thread && { thread_ts: thread }), ...words });
      return;
    } catch (error) {
      // Slack was slow or away: nobody knows whether it is there already.
      if (slackErrorOf(error) === undefined) throw error;
    }
  }
  await client.chat.postMessage({ channel: user, ...words });
}

import type { KnownBlock, WebClient } from "@slack/web-api";
import { section } from "../words/blocks.ts";
import { slackErrorOf } from "./errors.ts";

type Whisper = {
  user: string;
  channel: string | null | undefined;
  /** The thread in which the person looks. */
  thread?: string | undefined;
  /** Or in the channel, where the message that they pressed stands too: nobody says in which. */
  isBroadcast?: boolean | undefined;
  text: string;
  /** Buttons below the words. */
  ask?: KnownBlock | undefined;
};

/** In the channel for this person alone; where that can't be, as a direct message. */
export async function whisper(
  client: WebClient,
  { user, channel, thread, isBroadcast = false, text, ask }: Whisper,
): Promise<void> {
  const words = { text, ...(ask && { blocks: [section(text), ask] }) };
  if (channel) {
    try {
      const here = { channel, user, ...words };
      if (thread) await client.chat.postEphemeral({ ...here, thread_ts: thread });
      if (!thread || isBroadcast) await client.chat.postEphemeral(here);
      return;
    } catch (error) {
      // Slack was slow or away: nobody knows whether it is there already.
      if (slackErrorOf(error) === undefined) throw error;
    }
  }
  await client.chat.postMessage({ channel: user, ...words });
}

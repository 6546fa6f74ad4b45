import type { KnownBlock, WebClient } from "@slack/web-api";
import { section } from "../words/blocks.ts";
import { errorOf } from "./clients.ts";

type Whisper = {
  user: string;
  channel: string | null | undefined;
  text: string;
  /** Buttons below the words. */
  ask?: KnownBlock | undefined;
};

/** Slack's words for a channel in which Headgate can say nothing. */
const NO_PLACE = ["not_in_channel", "channel_not_found", "is_archived", "user_not_in_channel"];

/** In the channel for this person alone; where there is no channel, or none to speak in, as a direct message. */
export async function whisper(client: WebClient, { user, channel, text, ask }: Whisper): Promise<void> {
  const words = { text, ...(ask && { blocks: [section(text), ask] }) };
  try {
    if (channel) {
      await client.chat.postEphemeral({ channel, user, ...words });
      return;
    }
  } catch (error) {
    if (!NO_PLACE.includes(errorOf(error) ?? "")) throw error;
  }
  await client.chat.postMessage({ channel: user, ...words });
}

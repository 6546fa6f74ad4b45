import type { WebClient } from "@slack/web-api";
import { slackErrorOf } from "./errors.ts";

/** In the channel for this person alone; where that can't be, as a direct message. */
export async function whisper(
  client: WebClient,
  { user, channel, text }: { user: string; channel: string | null | undefined; text: string },
): Promise<void> {
  if (channel) {
    try {
      await client.chat.postEphemeral({ channel, user, text });
      return;
    } catch (error) {
      // Slack was slow or away: nobody knows whether it is there already.
      if (slackErrorOf(error) === undefined) throw error;
    }
  }
  await client.chat.postMessage({ channel: user, text });
}

import type { WebClient } from "@slack/web-api";

/** In the channel for this person alone; where there is no channel, as a direct message. */
export async function whisper(
  client: WebClient,
  { user, channel, text }: { user: string; channel: string | null | undefined; text: string },
): Promise<void> {
  if (channel) await client.chat.postEphemeral({ channel, user, text });
  else await client.chat.postMessage({ channel: user, text });
}

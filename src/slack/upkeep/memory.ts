// What Slack remembers of us: Headgate's own messages in the board's channel.
import { z } from "zod";
import { describeTime } from "../../text/words.ts";
import type { Witness } from "../../upkeep/beginning.ts";
import type { Showing } from "../alert/show.ts";

/** Pages of the channel that are looked through, the newest first: 5,000 messages, where a page is full. */
const PAGES = 25;
const PAGE_SIZE = 200;

const Own = z.object({ bot_id: z.string() });
const Page = z.object({
  messages: z.array(z.object({ ts: z.string(), bot_id: z.string().optional() })),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Where there is no channel, Slack has nothing that we may look at. */
export const createSlackWitness = ({
  client,
  channel,
  settings: { timeZone },
}: Pick<Showing, "client" | "channel" | "settings">): Witness => ({
  name: "Slack",
  look: async () => {
    if (!channel) return undefined;
    const { bot_id: own } = Own.parse(await client.auth.test());
    let cursor: string | undefined;
    for (let page = 0; page < PAGES; page++) {
      const { messages, response_metadata } = Page.parse(
        await client.conversations.history({
          channel: channel.id,
          limit: PAGE_SIZE,
          ...(cursor !== undefined && { cursor }),
        }),
      );
      // That somebody has invited the app is told by Slack itself, and carries no such mark.
      const ours = messages.find(({ bot_id }) => bot_id === own);
      if (ours) {
        const at = describeTime(new Date(Number(ours.ts) * 1000), timeZone);
        return `Headgate's own messages stand in the board's channel in Slack, the last of ${at}.`;
      }
      cursor = response_metadata?.next_cursor;
      if (!cursor) return undefined;
    }
    return undefined;
  },
});

// https://docs.slack.dev/reference/methods/chat.postMessage
import { z } from "zod";
import { type Block, messageBlocks } from "../block-kit/blocks.ts";
import { withDefaults } from "../defaults.ts";
import { checkMessage, TEXT_LENGTH } from "../limits.ts";
import { addMessage, changeMessage, type Message, type Workspace } from "../workspace.ts";
import {
  channelFor,
  fail,
  flag,
  id,
  knownChannel,
  type Method,
  method,
  type Reply,
  tier3,
  tier4,
} from "./method.ts";

const content = { text: z.string().optional(), blocks: z.unknown().optional() };

/** @returns the blocks as Slack keeps them, or the refusal. */
export function readBlocks(
  workspace: Workspace,
  args: { text?: string | undefined; blocks?: unknown },
  use: "post" | "update" = "post",
): Block[] | Reply {
  const { text = "", blocks = [] } = args;
  if (text.length > TEXT_LENGTH[use]) return fail("msg_too_long");
  if (text === "" && Array.isArray(blocks) && blocks.length === 0) return fail("no_text");
  const violations = checkMessage({ text, blocks }, { for: use });
  if (violations.length > 0) return { ...fail("invalid_blocks", violations), errors: violations };
  const kept = withDefaults({ blocks }, workspace.newId);
  return z.object({ blocks: messageBlocks }).parse(kept).blocks;
}

const isRefusal = (read: Block[] | Reply): read is Reply => !Array.isArray(read);

/** The message in the form in which Slack tells the app of it. */
export function messagePayload(workspace: Workspace, message: Message): Record<string, unknown> {
  const root = message.isBroadcast && findMessage(workspace, message.channelId, message.threadTs);
  return {
    type: "message",
    ...(root ? { subtype: "thread_broadcast", root: messagePayload(workspace, root) } : {}),
    user: message.user,
    ts: message.ts,
    ...(message.user === workspace.app.userId
      ? { bot_id: workspace.app.botId, app_id: workspace.app.id }
      : {}),
    text: message.text,
    team: workspace.team.id,
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.edited ? { edited: { user: message.user, ts: message.ts } } : {}),
    blocks: message.blocks,
  };
}

/** Ephemeral messages can't be found: Slack keeps them nowhere. */
function findMessage(workspace: Workspace, channelId: string, ts: string | undefined): Message | undefined {
  return workspace.messages.find(
    (message) => message.channelId === channelId && message.ts === ts && message.visibleTo === undefined,
  );
}

/** Where a message's own author may change it no more, by the workspace's setting. */
function isTooOldToEdit({ conditions, now }: Workspace, { ts }: Message): boolean {
  const { minutesToEdit } = conditions;
  return minutesToEdit !== undefined && now().getTime() - Number(ts) * 1000 > minutesToEdit * 60_000;
}

/** https://docs.slack.dev/reference/methods/chat.getPermalink */
function permalinkOf({ team }: Workspace, { channelId, ts, threadTs }: Message): string {
  const link = `https://${team.domain}.slack.com/archives/${channelId}/p${ts.replace(".", "")}`;
  return threadTs === undefined ? link : `${link}?thread_ts=${threadTs}&cid=${channelId}`;
}

export const chatMethods: Record<string, Method> = {
  "chat.postMessage": {
    ...method(
      { scope: "chat:write", perMinute: 60 },
      z.object({
        channel: id,
        thread_ts: z.string().optional(),
        reply_broadcast: flag,
        // What Slack does without them: https://docs.slack.dev/messaging/unfurling-links-in-messages
        unfurl_links: flag.default(false),
        unfurl_media: flag.default(true),
        ...content,
      }),
      (workspace, args) => {
        const channel = channelFor(workspace, args.channel);
        if (typeof channel === "string") return fail(channel);
        const blocks = readBlocks(workspace, args);
        if (isRefusal(blocks)) return blocks;
        if (args.thread_ts && !findMessage(workspace, channel.id, args.thread_ts)) {
          return fail("thread_not_found");
        }
        const message = addMessage(workspace, {
          channelId: channel.id,
          user: workspace.app.userId,
          text: args.text ?? "",
          blocks,
          threadTs: args.thread_ts,
          isBroadcast: args.reply_broadcast && args.thread_ts !== undefined,
          unfurls: args.unfurl_links || args.unfurl_media,
        });
        return {
          ok: true,
          channel: channel.id,
          ts: message.ts,
          message: messagePayload(workspace, message),
        };
      },
    ),
    // "Generally one a second in a channel"; short bursts pass.
    rate: { calls: 10, seconds: 10 },
  },

  "chat.update": method(
    { scope: "chat:write", perMinute: tier3 },
    z.object({ channel: id, ts: id, ...content }),
    (workspace, args) => {
      // A person's id is no channel here, unlike in chat.postMessage.
      const isPerson = workspace.people.has(args.channel);
      const channel = isPerson ? "channel_not_found" : channelFor(workspace, args.channel);
      if (typeof channel === "string") return fail(channel === "is_archived" ? "is_inactive" : channel);
      const message = findMessage(workspace, channel.id, args.ts);
      if (message === undefined) return fail("message_not_found");
      if (message.user !== workspace.app.userId) return fail("cant_update_message");
      if (isTooOldToEdit(workspace, message)) return fail("edit_window_closed");
      // Blocks that aren't mentioned stay; an empty list removes them.
      const blocks = readBlocks(workspace, { ...args, blocks: args.blocks ?? message.blocks }, "update");
      if (isRefusal(blocks)) return blocks;
      changeMessage(workspace, message, { text: args.text ?? message.text, blocks });
      return {
        ok: true,
        channel: channel.id,
        ts: message.ts,
        text: message.text,
        message: messagePayload(workspace, message),
      };
    },
  ),

  "chat.postEphemeral": method(
    { scope: "chat:write", perMinute: tier4 },
    z.object({ channel: id, user: id, thread_ts: z.string().optional(), ...content }),
    (workspace, args) => {
      const channel = channelFor(workspace, args.channel);
      if (typeof channel === "string") return fail(channel);
      if (!channel.members.has(args.user)) return fail("user_not_in_channel");
      const blocks = readBlocks(workspace, args);
      if (isRefusal(blocks)) return blocks;
      const message = addMessage(workspace, {
        channelId: channel.id,
        user: workspace.app.userId,
        text: args.text ?? "",
        blocks,
        threadTs: args.thread_ts,
        visibleTo: args.user,
      });
      return { ok: true, message_ts: message.ts };
    },
  ),

  "chat.getPermalink": method(
    { perMinute: 600 },
    z.object({ channel: id, message_ts: id }),
    (workspace, args) => {
      const channel = knownChannel(workspace, args.channel);
      if (channel === undefined) return fail("channel_not_found");
      const message = findMessage(workspace, channel.id, args.message_ts);
      if (message === undefined) return fail("message_not_found");
      return { ok: true, channel: channel.id, permalink: permalinkOf(workspace, message) };
    },
  ),
};

// https://docs.slack.dev/reference/methods/chat.postMessage
import { z } from "zod";
import { type Block, messageBlocks } from "../block-kit/blocks.ts";
import { withDefaults } from "../defaults.ts";
import { checkMessage, TEXT_LENGTH } from "../limits.ts";
import { addMessage, type Message, type Workspace } from "../workspace.ts";
import { channelFor, fail, id, type Method, method, type Reply, tier3, tier4 } from "./method.ts";

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
export function messagePayload(workspace: Workspace, message: Message) {
  return {
    type: "message",
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
function findMessage(workspace: Workspace, channelId: string, ts: string): Message | undefined {
  return workspace.messages.find(
    (message) => message.channelId === channelId && message.ts === ts && message.visibleTo === undefined,
  );
}

export const chatMethods: Record<string, Method> = {
  "chat.postMessage": {
    ...method(
      { scope: "chat:write", perMinute: 60 },
      z.object({
        channel: id,
        thread_ts: z.string().optional(),
        reply_broadcast: z.stringbool().or(z.boolean()).optional(),
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
          isBroadcast: args.thread_ts !== undefined && args.reply_broadcast === true,
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
      const channel = channelFor(workspace, args.channel);
      if (typeof channel === "string") return fail(channel);
      const message = findMessage(workspace, channel.id, args.ts);
      if (message === undefined) return fail("message_not_found");
      if (message.user !== workspace.app.userId) return fail("cant_update_message");
      // Blocks that aren't mentioned stay; an empty list removes them.
      const blocks = readBlocks(workspace, { ...args, blocks: args.blocks ?? message.blocks }, "update");
      if (isRefusal(blocks)) return blocks;
      Object.assign(message, { text: args.text ?? message.text, blocks, edited: true });
      workspace.changed();
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
};

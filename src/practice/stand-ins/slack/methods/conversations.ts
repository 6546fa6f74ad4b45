// https://docs.slack.dev/reference/methods/conversations.info
// https://docs.slack.dev/reference/methods/conversations.history
import { z } from "zod";
import { type Channel, directChannel, type Workspace } from "../workspace.ts";
import { messagePayload } from "./chat.ts";
import { fail, flag, id, knownChannel, type Method, method, tier3 } from "./method.ts";

/** Each kind of conversation has its own. */
const kinds = ["channels", "groups", "im", "mpim"] as const;

function kindOf(channel: Channel): (typeof kinds)[number] {
  if (channel.isDirect) return "im";
  return channel.isPrivate ? "groups" : "channels";
}

/** All of them where the app has none: Slack then does not look at the channel. */
const neededScope =
  (deed: "read" | "history") =>
  (workspace: Workspace, args: Record<string, unknown>): string | undefined => {
    const scopes = kinds.map((kind) => `${kind}:${deed}`);
    if (!scopes.some((scope) => workspace.app.scopes.has(scope))) return scopes.join(",");
    const channel = knownChannel(workspace, String(args.channel));
    return channel && `${kindOf(channel)}:${deed}`;
  };

/** What stands in the channel itself, the newest first: no replies in threads, and nothing that only one person sees. */
const historyOf = ({ messages }: Workspace, channelId: string) =>
  messages
    .filter(
      (message) =>
        message.channelId === channelId &&
        message.visibleTo === undefined &&
        (message.threadTs === undefined || message.threadTs === message.ts || message.isBroadcast),
    )
    .toSorted((a, b) => Number(b.ts) - Number(a.ts));

function channelInfo(workspace: Workspace, channel: Channel) {
  const ofAll = {
    id: channel.id,
    created: 0,
    is_archived: channel.isArchived,
    is_im: channel.isDirect,
    is_org_shared: false,
    context_team_id: workspace.team.id,
  };
  if (channel.isDirect) {
    const [user] = [...channel.members].filter((member) => member !== workspace.app.userId);
    return { ...ofAll, user, is_open: true };
  }
  return {
    ...ofAll,
    name: channel.name,
    name_normalized: channel.name,
    // Private channels are channels too; `is_group` means those of before 2021.
    is_channel: true,
    is_group: false,
    is_mpim: false,
    is_private: channel.isPrivate,
    is_general: false,
    is_shared: false,
    is_ext_shared: false,
    is_member: channel.members.has(workspace.app.userId),
  };
}

const cursorTo = (ts: string): string => Buffer.from(`next_ts:${ts.replace(".", "")}`).toString("base64");

export const conversationMethods: Record<string, Method> = {
  "conversations.info": method(
    { scope: neededScope("read"), perMinute: tier3 },
    z.object({ channel: id, include_num_members: flag, include_locale: flag }),
    (workspace, args) => {
      const channel = knownChannel(workspace, args.channel);
      if (channel === undefined) return fail("channel_not_found");
      const count = args.include_num_members ? { num_members: channel.members.size } : {};
      return { ok: true, channel: { ...channelInfo(workspace, channel), ...count } };
    },
  ),

  "conversations.history": method(
    { scope: neededScope("history"), perMinute: tier3 },
    z.object({
      channel: id,
      cursor: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(999).default(100),
    }),
    (workspace, { channel: name, cursor = "", limit }) => {
      const channel = knownChannel(workspace, name);
      if (channel === undefined) return fail("channel_not_found");
      if (!channel.members.has(workspace.app.userId)) return fail("not_in_channel");
      // A cursor names the message that comes next.
      const all = historyOf(workspace, channel.id);
      const start = cursor === "" ? 0 : all.findIndex(({ ts }) => cursor === cursorTo(ts));
      if (start === -1) return fail("invalid_cursor");
      const next = all[start + limit];
      return {
        ok: true,
        messages: all.slice(start, start + limit).map((message) => messagePayload(workspace, message)),
        has_more: next !== undefined,
        pin_count: 0,
        response_metadata: { next_cursor: next === undefined ? "" : cursorTo(next.ts) },
      };
    },
  ),

  "conversations.open": method(
    { scope: "im:write", perMinute: tier3 },
    z.object({ users: id.optional(), return_im: z.unknown().optional() }),
    (workspace, { users }) => {
      if (users === undefined) return fail("users_list_not_supplied");
      const person = workspace.people.get(users);
      if (person === undefined) return fail("user_not_found");
      if (person.deleted) return fail("user_disabled");
      return { ok: true, channel: { id: directChannel(workspace, users).id } };
    },
  ),
};

// https://docs.slack.dev/reference/methods/conversations.info
import { z } from "zod";
import { type Channel, directChannel, type Workspace } from "../workspace.ts";
import { fail, flag, id, knownChannel, type Method, method, tier3 } from "./method.ts";

/** Each kind of conversation has its own. */
const readScopes = ["channels:read", "groups:read", "im:read", "mpim:read"] as const;

function scopeToRead(channel: Channel): (typeof readScopes)[number] {
  if (channel.isDirect) return "im:read";
  return channel.isPrivate ? "groups:read" : "channels:read";
}

/** All of them where the app has none: Slack then does not look at the channel. */
function neededScope(workspace: Workspace, args: Record<string, unknown>): string | undefined {
  if (!readScopes.some((scope) => workspace.app.scopes.has(scope))) return readScopes.join(",");
  const channel = knownChannel(workspace, String(args.channel));
  return channel && scopeToRead(channel);
}

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

export const conversationMethods: Record<string, Method> = {
  "conversations.info": method(
    { scope: neededScope, perMinute: tier3 },
    z.object({ channel: id, include_num_members: flag, include_locale: flag }),
    (workspace, args) => {
      const channel = knownChannel(workspace, args.channel);
      if (channel === undefined) return fail("channel_not_found");
      const count = args.include_num_members ? { num_members: channel.members.size } : {};
      return { ok: true, channel: { ...channelInfo(workspace, channel), ...count } };
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

import { messagePayload } from "../methods/chat.ts";
import type { Sender } from "../send.ts";
import type { Message, Workspace } from "../workspace.ts";
import { tell } from "./tell.ts";

/** The app hears of each message that is meant for it: to it directly (its own too), or naming it. */
export function tellOfMessage(
  workspace: Workspace,
  sender: Sender,
  message: Message,
  change?: { subtype: "message_changed" },
): void {
  const { app, channels, people, team } = workspace;
  const author = people.get(message.user);
  const ofTeam = author?.teamId ?? team.id;
  const told = {
    ...messagePayload(workspace, message),
    channel: message.channelId,
    event_ts: message.ts,
  };
  if (channels.get(message.channelId)?.isDirect !== true) {
    const isMention = author !== undefined && !change && message.text.includes(`<@${app.userId}>`);
    if (isMention) tell(workspace, sender, "app_mention", { ...told, type: "app_mention", team: ofTeam });
    return;
  }
  if (change === undefined) {
    const files = message.files.length > 0 && { subtype: "file_share" };
    tell(workspace, sender, "message.im", { ...told, channel_type: "im", team: ofTeam, ...files });
    return;
  }
  const ts = workspace.newTs();
  const changed = { ...change, type: "message", channel_type: "im", channel: message.channelId };
  tell(workspace, sender, "message.im", { ...changed, message: told, ts, event_ts: ts });
}

// What people of a workspace can do to an app: invite it, take it out, archive its channel, uninstall it.
// Tests and the practice page bring it about; what Slack then answers stands with the methods.
import { changePerson, type PersonChange } from "./events/person.ts";
import type { Sender } from "./send.ts";
import { type Channel, type Message, removeMessage, type TokenError, type Workspace } from "./workspace.ts";

function channelNamed(workspace: Workspace, id: string): Channel {
  const channel = workspace.channels.get(id);
  if (channel === undefined) throw new Error(`The practice Slack has no channel ${id}.`);
  return channel;
}

export function createConditions(workspace: Workspace, sender: Sender) {
  const { app, conditions } = workspace;
  return {
    inviteApp(channelId: string): void {
      channelNamed(workspace, channelId).members.add(app.userId);
      workspace.changed();
    },
    removeApp(channelId: string): void {
      channelNamed(workspace, channelId).members.delete(app.userId);
      workspace.changed();
    },
    archive(channelId: string, isArchived = true): void {
      channelNamed(workspace, channelId).isArchived = isArchived;
      workspace.changed();
    },
    /** Its token is refused, and nothing of it works any more. */
    uninstallApp(tokenError: TokenError = "account_inactive"): void {
      conditions.tokenError = tokenError;
      workspace.changed();
    },
    /** @param scopes where its manifest names others by now */
    reinstallApp(scopes?: readonly string[]): void {
      conditions.tokenError = undefined;
      if (scopes !== undefined) app.scopes = new Set(scopes);
      workspace.changed();
    },
    /** The workspace's setting "Message editing". Undefined: for ever. */
    allowEditing(minutes: number | undefined): void {
      conditions.minutesToEdit = minutes;
      workspace.changed();
    },
    /** Files are to go to another host than its own, as no real Slack wants them. */
    wantFilesElsewhere(isSo: boolean): void {
      conditions.wantsFilesElsewhere = isSo;
    },
    /** As an owner of the workspace may do with anybody's account: close it, make its person a guest, rename them. */
    changePerson: (userId: string, change: PersonChange): void =>
      changePerson(workspace, sender, userId, change),
    /** As an owner of the workspace may do with any message. */
    deleteMessage: (message: Message): void => removeMessage(workspace, message),
  };
}

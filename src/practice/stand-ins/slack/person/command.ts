import { commandForm } from "../payloads.ts";
import type { Sender } from "../send.ts";
import { showAck, slackbotSays } from "../web-api.ts";
import { addMessage, type Channel, personOf, type SlackPerson, type Workspace } from "../workspace.ts";
import { ARCHIVED, isUninstalled, type Outcome, outcome } from "./outcome.ts";
import { channelOf } from "./reach.ts";

/**
 * Slack's own commands by which the app comes into a channel and goes out of it: `/invite @TheApp`.
 * @returns false where it is another command, or about somebody else
 */
function runOwn(workspace: Workspace, person: SlackPerson, channel: Channel, command: string, text: string) {
  const { app } = workspace;
  const isOwn = command === "/invite" || command === "/remove";
  if (!isOwn || channel.isDirect || text.trim().toLowerCase() !== `@${app.name.toLowerCase()}`) return false;
  if (command === "/invite") channel.members.add(app.userId);
  else channel.members.delete(app.userId);
  const done = command === "/invite" ? "was added to" : "was removed from";
  const said = `${done} #${channel.name} by <@${person.id}>.`;
  addMessage(workspace, { channelId: channel.id, user: app.userId, text: said });
  return true;
}

/** Someone types a slash command. */
export async function runCommand(
  workspace: Workspace,
  sender: Sender,
  userId: string,
  typed: { command: string; text: string; channelId: string | undefined },
): Promise<Outcome> {
  const { command, text } = typed;
  const person = personOf(workspace, userId);
  const channel = channelOf(workspace, userId, typed.channelId);
  const at = { channelId: channel.id, userId };
  if (channel.isArchived) return outcome({ failure: ARCHIVED });
  if (runOwn(workspace, person, channel, command, text)) return outcome();
  const { commands, scopes } = workspace.app;
  const isOffered = commands.some((it) => it.command === command) && scopes.has("commands");
  const isKnown = isOffered && !isUninstalled(workspace);
  if (!isKnown) {
    slackbotSays(workspace, at, `${command} is not a valid command.`);
    return outcome({ failure: `${command} is not a valid command.` });
  }
  const answer = await sender.send(commandForm(workspace, person, channel, { command, text }));
  if (answer.status === 200) {
    showAck(workspace, at, answer.body);
    return outcome({ answer });
  }
  const reason = answer.status === null ? answer.reason : "dispatch_failed";
  const failure = `${command} failed with the error "${reason}"`;
  slackbotSays(workspace, at, failure);
  return outcome({ failure, answer });
}

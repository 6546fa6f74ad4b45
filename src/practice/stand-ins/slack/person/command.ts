import { commandForm } from "../payloads.ts";
import type { Sender } from "../send.ts";
import { showAck, slackbotSays } from "../web-api.ts";
import { personOf, type Workspace } from "../workspace.ts";
import { type Outcome, outcome } from "./outcome.ts";
import { channelOf } from "./reach.ts";

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
  const { commands, scopes } = workspace.app;
  const isKnown = commands.some((it) => it.command === command) && scopes.has("commands");
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

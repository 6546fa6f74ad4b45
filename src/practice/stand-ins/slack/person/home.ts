// What a person finds without being in any channel: the app itself, and its shortcuts.
import { tell } from "../events/tell.ts";
import { shortcutForm } from "../payloads.ts";
import type { Sender } from "../send.ts";
import { viewPayload } from "../views.ts";
import { directChannel, personOf, type Workspace } from "../workspace.ts";
import { isUninstalled, MODAL_FAILURE, NO_HOME, type Outcome, outcome } from "./outcome.ts";

/**
 * The app is told each time. What was published last stands there at once, whatever the app does then.
 * https://docs.slack.dev/reference/events/app_home_opened
 */
export function openApp(
  workspace: Workspace,
  sender: Sender,
  userId: string,
  tab: "home" | "messages",
): Outcome {
  const { id: user } = personOf(workspace, userId);
  if (tab === "home" && !workspace.app.hasHome) return outcome({ failure: NO_HOME });
  const home = tab === "home" ? workspace.homes.get(user) : undefined;
  tell(workspace, sender, "app_home_opened", {
    type: "app_home_opened",
    user,
    channel: directChannel(workspace, user).id,
    tab,
    event_ts: workspace.newTs(),
    ...(home && { view: viewPayload(workspace, home) }),
  });
  return outcome();
}

/** https://docs.slack.dev/interactivity/implementing-shortcuts: a global one. */
export async function runShortcut(
  workspace: Workspace,
  sender: Sender,
  userId: string,
  callbackId: string,
): Promise<Outcome> {
  const person = personOf(workspace, userId);
  const { shortcuts, scopes } = workspace.app;
  const isOffered = shortcuts.some((it) => it.callbackId === callbackId) && scopes.has("commands");
  if (!isOffered) throw new Error(`There is no shortcut "${callbackId}".`);
  if (isUninstalled(workspace)) return outcome({ failure: MODAL_FAILURE });
  const answer = await sender.send(shortcutForm(workspace, person, callbackId));
  return answer.status === 200 ? outcome({ answer }) : outcome({ failure: MODAL_FAILURE, answer });
}

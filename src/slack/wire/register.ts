// Tells Bolt of each listener, behind the guard: what Slack posts becomes what a listener is told.
import type { App, BlockButtonAction, GlobalShortcut, ViewSubmitAction } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import { noticeView } from "../words/notice.ts";
import type { Presser } from "./authorize.ts";
import type { Guard } from "./guard.ts";
import type {
  ActionInput,
  CommandInput,
  Listener,
  ShortcutInput,
  SlackContext,
  SubmissionInput,
} from "./listener.ts";
import { whisper } from "./whisper.ts";

export type Wires = { app: App; client: WebClient; guard: Guard; context: SlackContext };

export function registerCommand(
  { app, client, guard, context }: Wires,
  name: string,
  { role, run }: Listener<CommandInput>,
): void {
  app.command(name, ({ command, ack }) => {
    const { team_id: teamId, user_id: userId, channel_id: channel, trigger_id: triggerId } = command;
    return guard.serve({
      what: name,
      role,
      presser: { teamId, userId, teams: [teamId] },
      run: (press) => run({ ...press, text: command.text ?? "", triggerId }, context),
      reply: ({ tell }) => ack(tell === undefined ? undefined : { response_type: "ephemeral", text: tell }),
      tellLater: (text) => whisper(client, { user: userId, channel, text }),
    });
  });
}

export function registerShortcut(
  { app, client, guard, context }: Wires,
  name: string,
  { role, run }: Listener<ShortcutInput>,
): void {
  const chosen = { type: "shortcut", callback_id: name } as const;
  app.shortcut<GlobalShortcut>(chosen, ({ body, ack }) => {
    // It has no channel, so what is to be said is said directly.
    const tell = (text: string) => whisper(client, { user: body.user.id, channel: undefined, text });
    return guard.serve({
      what: name,
      role,
      presser: presserOf(body),
      run: (press) => run({ ...press, triggerId: body.trigger_id }, context),
      reply: async ({ tell: words }) => {
        await ack();
        if (words !== undefined) await tell(words);
      },
      tellLater: tell,
    });
  });
}

export function registerAction(
  { app, client, guard, context }: Wires,
  name: string,
  { role, run }: Listener<ActionInput>,
): void {
  const pressed = { type: "block_actions", action_id: name } as const;
  app.action<BlockButtonAction>(pressed, ({ body, action, ack }) => {
    const { trigger_id: triggerId, channel, view, user } = body;
    const tellHere = (text: string) => whisper(client, { user: user.id, channel: channel?.id, text });
    return guard.serve({
      what: name,
      role,
      presser: presserOf(body),
      run: (press) => run({ ...press, ids: readIds(action.value), triggerId, viewId: view?.id }, context),
      reply: async ({ tell }) => {
        await ack();
        if (tell === undefined) return;
        if (view) await client.views.push({ trigger_id: triggerId, view: noticeView(tell) });
        else await tellHere(tell);
      },
      // By then the trigger is used or too old for a modal.
      tellLater: tellHere,
    });
  });
}

export function registerSubmission(
  { app, client, guard, context }: Wires,
  name: string,
  { role, run }: Listener<SubmissionInput>,
): void {
  const submitted = { type: "view_submission", callback_id: name } as const;
  app.view<ViewSubmitAction>(submitted, ({ body, view, ack }) => {
    const { id: viewId, private_metadata: metadata, state } = view;
    return guard.serve({
      what: name,
      role,
      presser: presserOf(body),
      run: (press) => run({ ...press, values: state.values, metadata, viewId }, context),
      reply: ({ tell, errors }) => {
        if (errors) return ack({ response_action: "errors", errors });
        return tell === undefined ? ack() : ack({ response_action: "update", view: noticeView(tell) });
      },
      tellLater: (text) => whisper(client, { user: body.user.id, channel: undefined, text }),
    });
  });
}

const readIds = (value = ""): number[] =>
  value.split(":").map((text) => (/^\d{1,9}$/.test(text) ? Number(text) : 0));

/** A stranger from a shared channel brings a team of their own, beside the workspace's. */
function presserOf({
  team,
  user,
}: Pick<BlockButtonAction | GlobalShortcut | ViewSubmitAction, "team" | "user">): Presser {
  const ownTeam = "team_id" in user ? user.team_id : undefined;
  const teams = [team?.id, ownTeam].filter((id) => id !== undefined);
  return { teamId: ownTeam ?? team?.id ?? "", userId: user.id, teams };
}

// The stack of open modals, at most three for each person.
import { type ModalView, modalView } from "./block-kit/blocks.ts";
import { withDefaults } from "./defaults.ts";
import { checkView } from "./limits.ts";
import { escapedState, stateOf } from "./values.ts";
import type { View, Workspace } from "./workspace.ts";

export const STACK_LIMIT = 3;

export type Invalid = { violations: string[] };

/** @returns the view as Slack keeps it, or the rules that it breaks. */
export function readModal(workspace: Workspace, raw: unknown): ModalView | Invalid {
  const violations = checkView(raw);
  if (violations.length > 0) return { violations };
  const parsed = modalView.safeParse(withDefaults(raw, workspace.newId));
  return parsed.success ? parsed.data : { violations: ["type: only a modal can be opened here"] };
}

export const viewsOf = (workspace: Workspace, userId: string): View[] => workspace.views.get(userId) ?? [];

/** Opens a view on top of those given (none for a new modal). */
export function openView(workspace: Workspace, userId: string, content: ModalView, below: View[]): View {
  const id = workspace.newId("V");
  const view: View = {
    id,
    userId,
    content,
    state: stateOf(content.blocks),
    hash: newHash(workspace),
    rootViewId: below[0]?.id ?? id,
    previousViewId: below.at(-1)?.id,
  };
  setStack(workspace, userId, [...below, view]);
  return view;
}

/** Text survives only where block id and action id stay the same. */
export function replaceContent(workspace: Workspace, view: View, content: ModalView): void {
  view.state = stateOf(content.blocks, view.state);
  view.content = content;
  view.hash = newHash(workspace);
  workspace.changed();
}

export function setStack(workspace: Workspace, userId: string, stack: View[]): void {
  workspace.views.set(userId, stack);
  workspace.changed();
}

export function findView(
  workspace: Workspace,
  by: { id?: string | undefined; externalId?: string | undefined },
) {
  const open = [...workspace.views.values()].flat();
  return open.find((view) =>
    by.id === undefined ? view.content.external_id === by.externalId : view.id === by.id,
  );
}

function newHash(workspace: Workspace): string {
  return `${Math.floor(workspace.now().getTime() / 1000)}.${workspace.newId("h")}`;
}

/** The view in the form in which Slack tells the app of it. */
export function viewPayload(workspace: Workspace, view: View) {
  const { content } = view;
  return {
    id: view.id,
    team_id: workspace.team.id,
    type: "modal",
    blocks: content.blocks,
    private_metadata: content.private_metadata ?? "",
    callback_id: content.callback_id ?? "",
    state: { values: workspace.escapes.inputs ? escapedState(view.state) : view.state },
    hash: view.hash,
    title: content.title,
    clear_on_close: content.clear_on_close ?? false,
    notify_on_close: content.notify_on_close ?? false,
    close: content.close ?? null,
    submit: content.submit ?? null,
    previous_view_id: view.previousViewId ?? null,
    root_view_id: view.rootViewId,
    app_id: workspace.app.id,
    external_id: content.external_id ?? "",
    app_installed_team_id: workspace.team.id,
    bot_id: workspace.app.botId,
  };
}

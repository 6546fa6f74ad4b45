// The stack of open modals, at most three for each person, and each person's Home.
import { type HomeView, homeView, type ModalView, modalView } from "./block-kit/blocks.ts";
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

/** @returns the Home as Slack keeps it, or the rules that it breaks. */
export function readHome(workspace: Workspace, raw: unknown): HomeView | Invalid {
  const violations = checkView(raw);
  if (violations.length > 0) return { violations };
  const parsed = homeView.safeParse(withDefaults(raw, workspace.newId));
  return parsed.success ? parsed.data : { violations: ["type: only a home can be published"] };
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
export function replaceContent<Content extends ModalView | HomeView>(
  workspace: Workspace,
  view: View<Content>,
  content: Content,
): void {
  view.state = stateOf(content.blocks, view.state);
  view.content = content;
  view.hash = newHash(workspace);
  workspace.changed();
}

/** In place of the one before: a person has one Home, with the same id for ever. */
export function publishHome(workspace: Workspace, userId: string, content: HomeView): View<HomeView> {
  const known = workspace.homes.get(userId);
  if (known !== undefined) {
    replaceContent(workspace, known, content);
    return known;
  }
  const id = workspace.newId("V");
  const state = stateOf(content.blocks);
  const hash = newHash(workspace);
  const home = { id, userId, content, state, hash, rootViewId: id, previousViewId: undefined };
  workspace.homes.set(userId, home);
  workspace.changed();
  return home;
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
export function viewPayload(workspace: Workspace, view: View<ModalView | HomeView>) {
  const { content } = view;
  const ofModal = content.type === "modal" ? content : undefined;
  return {
    id: view.id,
    team_id: workspace.team.id,
    type: content.type,
    blocks: content.blocks,
    private_metadata: content.private_metadata ?? "",
    callback_id: content.callback_id ?? "",
    state: { values: workspace.escapes.inputs ? escapedState(view.state) : view.state },
    hash: view.hash,
    // A Home has no title, and yet Slack says one.
    title: ofModal?.title ?? { type: "plain_text", text: "View Title", emoji: true },
    clear_on_close: ofModal?.clear_on_close ?? false,
    notify_on_close: ofModal?.notify_on_close ?? false,
    close: ofModal?.close ?? null,
    submit: ofModal?.submit ?? null,
    previous_view_id: view.previousViewId ?? null,
    root_view_id: view.rootViewId,
    app_id: workspace.app.id,
    external_id: content.external_id ?? "",
    app_installed_team_id: workspace.team.id,
    bot_id: workspace.app.botId,
  };
}

// What a person has in front of them. To ask for anything else is the caller's error.
import type { HomeView, ModalView, PlacedElement } from "../block-kit/blocks.ts";
import { viewsOf } from "../views.ts";
import { type Channel, canSee, type Message, type View, type Workspace } from "../workspace.ts";

/** The topmost view: nothing below it can be reached. */
export function viewOf(workspace: Workspace, userId: string, viewId: string): View {
  const top = viewsOf(workspace, userId).at(-1);
  if (top?.id !== viewId) throw new Error(`The view ${viewId} is not the topmost one of ${userId}.`);
  return top;
}

/** The Home, or the topmost view. */
export function viewOrHomeOf(
  workspace: Workspace,
  userId: string,
  viewId: string,
): View<ModalView | HomeView> {
  const home = workspace.homes.get(userId);
  return home?.id === viewId ? home : viewOf(workspace, userId, viewId);
}

export function messageOf(workspace: Workspace, userId: string, ts: string, channelId?: string): Message {
  const found = workspace.messages.find(
    (message) => message.ts === ts && (channelId === undefined || message.channelId === channelId),
  );
  if (found === undefined || !canSee(workspace, userId, found)) {
    throw new Error(`${userId} sees no message ${ts}.`);
  }
  return found;
}

/** By action id and value. The block id only decides between those that have these in common. */
export function elementOf(
  offered: readonly PlacedElement[],
  by: { actionId: string; blockId?: string | undefined; value?: unknown },
): PlacedElement {
  const fitting = offered.filter(
    ({ element }) =>
      element.action_id === by.actionId &&
      (element.type !== "button" || by.value === undefined || by.value === element.value),
  );
  const found = fitting.find(({ blockId }) => blockId === by.blockId) ?? fitting[0];
  if (found === undefined) throw new Error(`There is nothing to press with the action id "${by.actionId}".`);
  return found;
}

export function channelOf(workspace: Workspace, userId: string, channelId?: string): Channel {
  const own = [...workspace.channels.values()].filter((channel) => channel.members.has(userId));
  const channel = own.find((it) => it.id === channelId);
  if (channel !== undefined) return channel;
  if (channelId !== undefined) throw new Error(`${userId} is not in the channel ${channelId}.`);
  const anywhere = own[0] ?? workspace.channels.get(workspace.channelId);
  if (anywhere === undefined) throw new Error("The practice Slack has no channel.");
  return anywhere;
}

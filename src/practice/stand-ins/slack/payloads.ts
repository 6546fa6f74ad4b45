// What Slack tells the app, in its own words. https://docs.slack.dev/reference/interaction-payloads
import { randomBytes } from "node:crypto";
import type { HomeView, ModalView, PlacedElement } from "./block-kit/blocks.ts";
import { messagePayload } from "./methods/chat.ts";
import { type ElementState, escapeText, stateOf } from "./values.ts";
import { viewPayload } from "./views.ts";
import type { Channel, Message, SlackPerson, View, Workspace } from "./workspace.ts";

export const VERIFICATION_TOKEN = "practice-verification-token";

function newTrigger(workspace: Workspace, userId: string, viewId?: string): string {
  const id = `${workspace.triggers.size + 1}.${Date.now()}.${randomBytes(16).toString("hex")}`;
  workspace.triggers.set(id, { issuedAt: workspace.now(), userId, used: false, viewId });
  return id;
}

function newResponseUrl(workspace: Workspace, userId: string, channelId: string, original?: Message): string {
  const token = randomBytes(12).toString("hex");
  workspace.responseUrls.set(token, { issuedAt: workspace.now(), uses: 0, userId, channelId, original });
  return `${workspace.publicUrl}/slack/response/${token}`;
}

const inForm = (payload: object) => ({ payload: JSON.stringify(payload) });

/** For a person from another company, only their own team id shows it; `team` is still the workspace. */
function common(workspace: Workspace, type: string, person: SlackPerson) {
  return {
    type,
    team: { id: workspace.team.id, domain: workspace.team.domain },
    user: { id: person.id, username: person.name, name: person.name, team_id: person.teamId },
    api_app_id: workspace.app.id,
    token: VERIFICATION_TOKEN,
    enterprise: null,
    is_enterprise_install: false,
  };
}

export function commandForm(
  workspace: Workspace,
  person: SlackPerson,
  channel: Channel,
  { command, text }: { command: string; text: string },
): Record<string, string> {
  return {
    token: VERIFICATION_TOKEN,
    team_id: person.teamId,
    team_domain: workspace.team.domain,
    channel_id: channel.id,
    channel_name: channel.name,
    user_id: person.id,
    user_name: person.name,
    command,
    text: workspace.escapes.commands ? escapeText(text) : text,
    api_app_id: workspace.app.id,
    is_enterprise_install: "false",
    response_url: newResponseUrl(workspace, person.id, channel.id),
    trigger_id: newTrigger(workspace, person.id),
  };
}

/** Chosen from the list that stands behind the lightning: in no channel. */
export function shortcutForm(
  workspace: Workspace,
  person: SlackPerson,
  callbackId: string,
): Record<string, string> {
  return inForm({
    ...common(workspace, "shortcut", person),
    action_ts: workspace.newTs(),
    callback_id: callbackId,
    trigger_id: newTrigger(workspace, person.id),
  });
}

/** What somebody has typed so far into a menu that the app fills. */
export function suggestionForm(
  workspace: Workspace,
  person: SlackPerson,
  at: { placed: PlacedElement; value: string } & (
    | { view: View<ModalView | HomeView> }
    | { message: Message; channel: Channel }
  ),
): Record<string, string> {
  return inForm({
    ...common(workspace, "block_suggestion", person),
    action_id: at.placed.element.action_id,
    block_id: at.placed.blockId,
    value: at.value,
    ...("view" in at
      ? { container: { type: "view", view_id: at.view.id }, view: viewPayload(workspace, at.view) }
      : placeOf(workspace, at.message, at.channel)),
  });
}

/** Where a message stands. Of one that a single person sees, Slack keeps no more than that. */
function placeOf(workspace: Workspace, message: Message, channel: Channel) {
  const isEphemeral = message.visibleTo !== undefined;
  return {
    container: {
      type: "message",
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    },
    channel: { id: channel.id, name: channel.name },
    ...(isEphemeral ? {} : { message: messagePayload(workspace, message) }),
  };
}

/** What was pressed or chosen. */
function actionOf(
  workspace: Workspace,
  { blockId, element }: PlacedElement,
  state: ElementState | undefined,
) {
  const { action_id, type } = element;
  return {
    type,
    action_id,
    block_id: blockId,
    ...(element.type === "button"
      ? { text: element.text, value: element.value, style: element.style, confirm: element.confirm }
      : { ...asWritten(element), ...state }),
    action_ts: workspace.newTs(),
  };
}

/** Beside what is chosen Slack tells how the app wrote the element. */
const asWritten = (element: PlacedElement["element"]) =>
  Object.fromEntries(
    Object.entries(element).filter(([key]) => /^(placeholder|confirm|initial_\w+)$/.test(key)),
  );

export function messageActionForm(
  workspace: Workspace,
  person: SlackPerson,
  at: { message: Message; channel: Channel; placed: PlacedElement; chosen: ElementState | undefined },
): Record<string, string> {
  const { message, channel, placed, chosen } = at;
  const values = stateOf(message.blocks);
  if (chosen !== undefined && placed.element.type !== "overflow") {
    values[placed.blockId] = { ...values[placed.blockId], [placed.element.action_id ?? ""]: chosen };
  }
  return inForm({
    ...common(workspace, "block_actions", person),
    ...placeOf(workspace, message, channel),
    trigger_id: newTrigger(workspace, person.id),
    state: { values },
    response_url: newResponseUrl(workspace, person.id, channel.id, message),
    actions: [actionOf(workspace, placed, chosen)],
  });
}

export function viewActionForm(
  workspace: Workspace,
  person: SlackPerson,
  at: { view: View<ModalView | HomeView>; placed: PlacedElement; chosen: ElementState | undefined },
): Record<string, string> {
  return inForm({
    ...common(workspace, "block_actions", person),
    container: { type: "view", view_id: at.view.id },
    trigger_id: newTrigger(workspace, person.id, at.view.id),
    view: viewPayload(workspace, at.view),
    actions: [actionOf(workspace, at.placed, at.chosen)],
  });
}

export function submissionForm(
  workspace: Workspace,
  person: SlackPerson,
  view: View,
): Record<string, string> {
  return inForm({
    ...common(workspace, "view_submission", person),
    trigger_id: newTrigger(workspace, person.id, view.id),
    view: viewPayload(workspace, view),
    response_urls: [],
  });
}

export function closedForm(
  workspace: Workspace,
  person: SlackPerson,
  view: View,
  isCleared: boolean,
): Record<string, string> {
  return inForm({
    ...common(workspace, "view_closed", person),
    view: viewPayload(workspace, view),
    is_cleared: isCleared,
  });
}

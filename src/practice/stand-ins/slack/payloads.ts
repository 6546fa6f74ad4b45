// What Slack tells the app, in its own words. https://docs.slack.dev/reference/interaction-payloads
import { randomBytes } from "node:crypto";
import type { PlacedElement } from "./block-kit/blocks.ts";
import { messagePayload } from "./methods/chat.ts";
import { type ElementState, escapeText, stateOf } from "./values.ts";
import { viewPayload } from "./views.ts";
import type { Channel, Message, SlackPerson, View, Workspace } from "./workspace.ts";

const VERIFICATION_TOKEN = "practice-verification-token";

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

/** Each event that the app may be told of, and the scope that it needs. https://docs.slack.dev/reference/events */
const EVENT_SCOPES: Record<string, string> = {
  "message.im": "im:history",
  app_mention: "app_mentions:read",
};

/** What the app is told of a message, its own messages too: by the events that it has asked for. */
export function messageEvents(
  workspace: Workspace,
  message: Message,
  change?: { subtype: "message_changed" },
): object[] {
  const { app, channels, people, team } = workspace;
  const isDirect = channels.get(message.channelId)?.isDirect ?? false;
  const isPerson = people.has(message.user);
  const names = [
    ...(isDirect ? ["message.im"] : []),
    ...(!isDirect && isPerson && !change && message.text.includes(`<@${app.userId}>`) ? ["app_mention"] : []),
  ];
  const told = { ...messagePayload(workspace, message), channel: message.channelId, event_ts: message.ts };
  const author = people.get(message.user);
  return names
    .filter((name) => app.events.names.has(name) && app.scopes.has(EVENT_SCOPES[name] ?? ""))
    .map((name) => ({
      token: VERIFICATION_TOKEN,
      team_id: team.id,
      api_app_id: app.id,
      type: "event_callback",
      event_id: workspace.newId("Ev"),
      event_time: Math.floor(Number(message.ts)),
      is_ext_shared_channel: false,
      authorizations: [{ team_id: team.id, user_id: app.userId, is_bot: true, enterprise_id: null }],
      event:
        name === "app_mention"
          ? { ...told, type: "app_mention", team: author?.teamId ?? team.id }
          : change
            ? {
                ...change,
                type: "message",
                channel_type: "im",
                channel: message.channelId,
                message: told,
                ts: workspace.newTs(),
              }
            : {
                ...told,
                channel_type: "im",
                team: author?.teamId ?? team.id,
                ...(message.files.length > 0 && { subtype: "file_share" }),
              },
    }));
}

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
      : state),
    action_ts: workspace.newTs(),
  };
}

export function messageActionForm(
  workspace: Workspace,
  person: SlackPerson,
  at: { message: Message; channel: Channel; placed: PlacedElement; chosen: ElementState | undefined },
): Record<string, string> {
  const { message, channel, placed, chosen } = at;
  const isEphemeral = message.visibleTo !== undefined;
  const values = stateOf(message.blocks);
  if (chosen !== undefined && placed.element.type !== "overflow") {
    values[placed.blockId] = { ...values[placed.blockId], [placed.element.action_id ?? ""]: chosen };
  }
  return inForm({
    ...common(workspace, "block_actions", person),
    container: {
      type: "message",
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isEphemeral,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    },
    trigger_id: newTrigger(workspace, person.id),
    channel: { id: channel.id, name: channel.name },
    ...(isEphemeral ? {} : { message: messagePayload(workspace, message) }),
    state: { values },
    response_url: newResponseUrl(workspace, person.id, channel.id, message),
    actions: [actionOf(workspace, placed, chosen)],
  });
}

export function viewActionForm(
  workspace: Workspace,
  person: SlackPerson,
  at: { view: View; placed: PlacedElement; chosen: ElementState | undefined },
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

// What the app is told of without anybody pressing anything, in its envelope. https://docs.slack.dev/apis/events-api
import { VERIFICATION_TOKEN } from "../payloads.ts";
import type { Sender } from "../send.ts";
import type { Workspace } from "../workspace.ts";

/** Each event that there is, and the scope that it needs. https://docs.slack.dev/reference/events */
const scopes = {
  app_home_opened: undefined,
  app_mention: "app_mentions:read",
  "message.im": "im:history",
  user_change: "users:read",
  user_guest_status_changed: "users:read",
} as const satisfies Record<string, string | undefined>;

export type EventName = keyof typeof scopes;

function isAskedFor({ app, conditions }: Workspace, name: EventName): boolean {
  const scope = scopes[name];
  const hasScope = scope === undefined || app.scopes.has(scope);
  return conditions.tokenError === undefined && app.events.names.has(name) && hasScope;
}

/** Only what the app has asked for, and has the scope for; what is uninstalled is told nothing. */
export function tell(
  workspace: Workspace,
  sender: Sender,
  name: EventName,
  event: { event_ts: string; [key: string]: unknown },
): void {
  if (!isAskedFor(workspace, name)) return;
  const { app, team } = workspace;
  void sender.sendEvent({
    token: VERIFICATION_TOKEN,
    team_id: team.id,
    api_app_id: app.id,
    type: "event_callback",
    event_id: workspace.newId("Ev"),
    event_time: Math.floor(Number(event.event_ts)),
    is_ext_shared_channel: false,
    authorizations: [{ team_id: team.id, user_id: app.userId, is_bot: true, enterprise_id: null }],
    event,
  });
}

type Asked = {
  name?: string;
  commands?: readonly string[];
  scopes?: readonly string[];
  /** Events that it is told of. */
  events?: readonly string[];
  /** Callback ids of its shortcuts. */
  shortcuts?: readonly string[];
  /** A Home tab; menus that it fills itself. */
  hasHome?: boolean;
  fillsMenus?: boolean;
};

/** A Slack app's manifest, as far as the stand-in reads it. */
export function manifestOf(app: Asked) {
  const { name = "The App", commands = ["/alert"], events = [], shortcuts = [] } = app;
  const { scopes = ["chat:write", "commands", "files:write", "im:write", "users:read"] } = app;
  const url = "https://app.example.com/slack/events";
  return {
    display_information: { name },
    features: {
      app_home: { home_tab_enabled: app.hasHome === true },
      bot_user: { display_name: name, always_online: true },
      shortcuts: shortcuts.map((callback_id) => ({
        name: callback_id,
        type: "global",
        callback_id,
        description: `What ${callback_id} does`,
      })),
      slash_commands: commands.map((command) => ({ command, url, description: `What ${command} does` })),
    },
    oauth_config: { scopes: { bot: scopes } },
    settings: {
      interactivity: {
        is_enabled: true,
        request_url: url,
        ...(app.fillsMenus ? { message_menu_options_url: "https://app.example.com/slack/menus" } : {}),
      },
      ...(events.length > 0 ? { event_subscriptions: { request_url: url, bot_events: events } } : {}),
    },
  };
}

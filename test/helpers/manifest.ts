/** A Slack app's manifest, as far as the stand-in reads it. */
export function manifestOf(app: { name?: string; commands?: readonly string[]; scopes?: readonly string[] }) {
  const { name = "The App", commands = ["/alert"] } = app;
  const { scopes = ["chat:write", "commands", "files:write", "im:write", "users:read"] } = app;
  const url = "https://app.example.com/slack/events";
  return {
    display_information: { name },
    features: {
      bot_user: { display_name: name, always_online: true },
      slash_commands: commands.map((command) => ({ command, url, description: `What ${command} does` })),
    },
    oauth_config: { scopes: { bot: scopes } },
    settings: { interactivity: { is_enabled: true, request_url: url } },
  };
}

// What Slack reads in an app's manifest when the app is installed. All else that stands there changes
// nothing here. https://docs.slack.dev/reference/app-manifest
import { z } from "zod";

/** Only its path: the stand-in is told later which address of this machine the app listens at. */
const requestPath = z.url({ protocol: /^https$/ }).transform((url) => {
  const { pathname, search } = new URL(url);
  return pathname + search;
});

const appManifest = z.object({
  display_information: z.object({ name: z.string().min(1).max(35) }),
  features: z.object({
    // https://docs.slack.dev/reference/app-manifest: people can't write to an app unless it says so.
    app_home: z
      .object({
        home_tab_enabled: z.boolean().default(false),
        messages_tab_enabled: z.boolean().default(true),
        messages_tab_read_only_enabled: z.boolean().default(true),
      })
      .prefault({}),
    shortcuts: z
      .array(
        z.object({
          name: z.string().min(1).max(24),
          type: z.enum(["global", "message"]),
          callback_id: z.string().min(1).max(255),
          description: z.string().min(1).max(150),
        }),
      )
      .max(10)
      .default([]),
    slash_commands: z
      .array(
        z.object({
          command: z.string().regex(/^\/\S{1,31}$/),
          url: requestPath,
          description: z.string().min(1).max(2000),
          usage_hint: z.string().max(1000).default(""),
        }),
      )
      .max(50)
      .default([]),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({
    interactivity: z.object({
      is_enabled: z.literal(true),
      request_url: requestPath,
      message_menu_options_url: requestPath.optional(),
    }),
    event_subscriptions: z
      .object({ request_url: requestPath, bot_events: z.array(z.string()).max(100) })
      .optional(),
  }),
});

export type InstalledApp = ReturnType<typeof readManifest>;

/** @throws where Slack would not install such an app. */
export function readManifest(manifest: unknown) {
  const { display_information, features, oauth_config, settings } = appManifest.parse(manifest);
  return {
    name: display_information.name,
    scopes: new Set(oauth_config.scopes.bot),
    commands: features.slash_commands.map(({ command, description, usage_hint, url }) => ({
      command,
      description,
      usageHint: usage_hint,
      requestPath: url,
    })),
    /** What anybody finds behind the lightning, wherever they are. */
    shortcuts: features.shortcuts
      .filter(({ type }) => type === "global")
      .map(({ name, callback_id, description }) => ({ name, callbackId: callback_id, description })),
    hasHome: features.app_home.home_tab_enabled,
    /** Whether people can write to it directly. */
    takesMessages:
      features.app_home.messages_tab_enabled && !features.app_home.messages_tab_read_only_enabled,
    /** What it is told of without anybody pressing anything, and where. */
    events: {
      names: new Set(settings.event_subscriptions?.bot_events ?? []),
      requestPath: settings.event_subscriptions?.request_url ?? "",
    },
    /** Where buttons and modals are told. */
    interactivityPath: settings.interactivity.request_url,
    /** Where menus that the app fills are asked for, while somebody types. */
    optionsPath: settings.interactivity.message_menu_options_url,
  };
}

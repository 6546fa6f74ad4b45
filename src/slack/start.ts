// Bolt, the guard and the clients around the table of listeners.
import { App, HTTPReceiver, LogLevel } from "@slack/bolt";
import { seedAdmins } from "../board/allowlist.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/open.ts";
import type { Gateway } from "../gateways/gateway.ts";
import { answer, type Handler } from "../http.ts";
import type { Log } from "../log.ts";
import { createCompose } from "./alert/compose.ts";
import { createDecide } from "./alert/decide.ts";
import { showReplies } from "./alert/replies.ts";
import { createShowAlert } from "./alert/show.ts";
import { createSendTest } from "./alert/test.ts";
import { listListeners } from "./index.ts";
import { createAlertLog } from "./log/log.ts";
import { admitRequest, type Known } from "./wire/admit.ts";
import { createAuthorizer } from "./wire/authorize.ts";
import { createClients, slackLogger } from "./wire/clients.ts";
import { createGuard } from "./wire/guard.ts";
import { createWorkspaceLookup } from "./wire/workspace.ts";

export type SlackOptions = {
  config: Config;
  db: Database;
  gateway: Gateway;
  log: Log;
  now?: (() => Date) | undefined;
  updateEverySeconds?: number | undefined;
};

export type Slack = {
  /** Takes what Slack posts. */
  receive: Handler;
  /** Asks Slack who we are, and makes the first admins on the first run. @throws Error while Slack can't be reached */
  introduce(): Promise<void>;
  /** Brings the messages of all alerts up to date. @returns whether there is more to come soon */
  showAll(): Promise<boolean>;
  /** Shows what members wrote. @returns whether there may be more */
  showReplies(): Promise<boolean>;
  /** Waits for the listeners that run. */
  drain(): Promise<void>;
};

export function createSlack(options: SlackOptions): Slack {
  const { config, db, gateway, log, now = () => new Date() } = options;
  const { interactive, background } = createClients(config.slack, log);
  const workspace = createWorkspaceLookup(interactive);
  const { settings } = config;
  const { apiUrl, channel } = config.slack;
  const { showAlert, showAll } = createShowAlert({
    db,
    client: background,
    channel,
    settings,
    log,
    now,
    updateEverySeconds: options.updateEverySeconds,
  });
  const compose = createCompose({ db, client: interactive, organization: settings.organization, showAlert });
  const decide = createDecide(db, showAlert);
  const test = createSendTest({ db, client: interactive, background, gateway, log });
  const alertLog = createAlertLog({ db, client: interactive, settings, apiUrl });

  const listeners = listListeners({ compose, decide, test, alertLog });

  const receiver = new HTTPReceiver({
    signingSecret: config.slack.signingSecret,
    endpoints: "/slack/events",
    logger: slackLogger(log),
    // Whatever a listener throws is answered by the guard; this is for what fails before it.
    processEventErrorHandler: async ({ error, response }) => {
      log.error({ err: error }, "Bolt could not handle a request");
      answer(response, 500);
      return true;
    },
  });
  const app = new App({
    receiver,
    logger: slackLogger(log),
    logLevel: LogLevel.WARN,
    // Bolt's own client is not used, so the token stays with ours.
    authorize: async () => ({}),
    convoStore: false,
  });
  app.error(async (error) => log.error({ err: error }, "a listener threw"));
  const guard = createGuard({
    app,
    client: interactive,
    log,
    authorize: createAuthorizer(db, interactive, workspace),
  });
  for (const listener of listeners) guard.register(listener);

  const known: Known = new Set(listeners.map(({ on, name }) => `${on} ${name}`));
  return {
    receive: async (request, response) => {
      await admitRequest(request, known, now().getTime() / 1000);
      receiver.requestListener(request, response);
    },
    introduce: async () => {
      const { teamId } = await workspace();
      await seedAdmins(db, teamId, config.slack.firstAdmins);
    },
    showAll,
    showReplies: () => showReplies(db, background, log),
    drain: guard.drain,
  };
}

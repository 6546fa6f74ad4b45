// What the board can do in Slack: one line for each command, button and modal, and who may.
import { App, HTTPReceiver, LogLevel } from "@slack/bolt";
import { readAlert } from "../alerts/read-alert.ts";
import { seedAdmins } from "../board/allowlist.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/open.ts";
import { answer, type Routes } from "../http.ts";
import type { Log } from "../log.ts";
import type { Gateway } from "../sms/gateway.ts";
import { createAuthorizer } from "./authorize.ts";
import { createClients, slackLogger } from "./clients.ts";
import { createCompose } from "./compose.ts";
import { createDecide } from "./decide.ts";
import { createGuard, type Listener } from "./guard.ts";
import { createLogListeners } from "./log.ts";
import { admitRequest, type Known } from "./requests.ts";
import { createSendTest } from "./send-test.ts";
import { createShowAlert } from "./show-alert.ts";
import { createWorkspaceLookup } from "./workspace.ts";

export type SlackOptions = {
  config: Config;
  db: Database;
  gateway: Gateway;
  log: Log;
  now?: (() => Date) | undefined;
  updateEverySeconds?: number | undefined;
};

export type Slack = {
  routes: Routes;
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
  const clients = createClients(config.slack, log);
  const workspace = createWorkspaceLookup(clients.interactive);
  const { showAlert, showAll, showReplies } = createShowAlert({
    ...config,
    db,
    client: clients.background,
    channel: config.slack.channel,
    log,
    now,
    updateEverySeconds: options.updateEverySeconds,
  });
  const whisper = async (alertId: number, user: string, text: string) => {
    const alert = await readAlert(db, alertId);
    if (alert?.channelId)
      await clients.background.chat.postEphemeral({ channel: alert.channelId, user, text });
    else await clients.background.chat.postMessage({ channel: user, text });
  };

  const deps = { ...config, db, client: clients.interactive, gateway, showAlert, whisper };
  const compose = createCompose(deps);
  const decide = createDecide(db, showAlert);
  const test = createSendTest(deps);
  const alertLog = createLogListeners({ ...deps, apiUrl: config.slack.apiUrl });

  const listeners: Listener[] = [
    { command: "/alert", role: "operator", run: compose.command },
    { submission: "compose", role: "operator", run: compose.submit },
    { action: "edit", role: "operator", run: compose.edit },
    { action: "send-test", role: "operator", run: test.press },
    { submission: "own-phone", role: "operator", run: test.submitPhone },
    { action: "discard", role: "operator", run: decide.discard },
    { action: "confirm", role: "operator", run: decide.confirm },
    { action: "stop", role: "operator", run: decide.stop },
    { action: "resume", role: "operator", run: decide.resume },
    { action: "resend-unknown", role: "operator", run: decide.resendUnknown },
    { action: "resend-unreached", role: "operator", run: decide.resendUnreached },
    { command: "/alert-log", role: "admin", run: alertLog.command },
    { action: "log-newest", role: "admin", run: alertLog.newest },
    { action: "log-older", role: "admin", run: alertLog.older },
    { action: "log-details", role: "admin", run: alertLog.details },
    { action: "details-first", role: "admin", run: alertLog.detailsPage },
    { action: "details-next", role: "admin", run: alertLog.detailsPage },
    { action: "log-export", role: "admin", run: alertLog.export },
  ];

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
    client: clients.interactive,
    log,
    authorize: createAuthorizer(db, clients.interactive, workspace),
  });
  for (const listener of listeners) guard.register(listener);

  const known: Known = {
    commands: new Set(listeners.flatMap((each) => ("command" in each ? each.command : []))),
    actions: new Set(listeners.flatMap((each) => ("action" in each ? each.action : []))),
    submissions: new Set(listeners.flatMap((each) => ("submission" in each ? each.submission : []))),
  };
  return {
    routes: {
      "POST /slack/events": async (request, response) => {
        await admitRequest(request, known, now().getTime() / 1000);
        receiver.requestListener(request, response);
      },
    },
    introduce: async () => {
      const { teamId } = await workspace();
      await seedAdmins(db, teamId, config.slack.firstAdmins);
    },
    showAll,
    showReplies,
    drain: guard.drain,
  };
}

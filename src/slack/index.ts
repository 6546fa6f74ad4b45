// What the board can do in Slack: one line for each command, button and modal, and who may.
import { App, HTTPReceiver, LogLevel } from "@slack/bolt";
import { seedAdmins } from "../board/allowlist.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/open.ts";
import { answer, type Routes } from "../http.ts";
import type { Log } from "../log.ts";
import type { Gateway } from "../sms/gateway.ts";
import { createAlertLog } from "./alert-log.ts";
import { createAuthorizer } from "./authorize.ts";
import { createClients, slackLogger } from "./clients.ts";
import { createCompose } from "./compose.ts";
import { createDecide } from "./decide.ts";
import { createGuard, type Listener } from "./guard.ts";
import { admitRequest, type Known } from "./requests.ts";
import { createSendTest } from "./send-test.ts";
import { createShowAlert } from "./show-alert.ts";
import { showReplies } from "./show-replies.ts";
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
  const { interactive, background } = createClients(config.slack, log);
  const workspace = createWorkspaceLookup(interactive);
  const { organization, pricePerSegment, timeZone } = config;
  const { apiUrl, channel } = config.slack;
  const { showAlert, showAll } = createShowAlert({
    db,
    client: background,
    channel,
    pricePerSegment,
    segmentsPerSecond: config.segmentsPerSecond,
    timeZone,
    organization,
    isPractice: config.isPractice,
    log,
    now,
    updateEverySeconds: options.updateEverySeconds,
  });
  const compose = createCompose({ db, client: interactive, organization, showAlert });
  const decide = createDecide(db, showAlert);
  const test = createSendTest({ db, client: interactive, background, gateway, log });
  const alertLog = createAlertLog({ db, client: interactive, timeZone, pricePerSegment, apiUrl });

  const listeners: Listener[] = [
    { on: "command", name: "/alert", role: "operator", run: compose.command },
    { on: "submission", name: "compose", role: "operator", run: compose.submit },
    { on: "action", name: "edit", role: "operator", run: compose.edit },
    { on: "action", name: "send-test", role: "operator", run: test.press },
    { on: "submission", name: "own-phone", role: "operator", run: test.submitPhone },
    { on: "action", name: "discard", role: "operator", run: decide.discard },
    { on: "action", name: "confirm", role: "operator", run: decide.confirm },
    { on: "action", name: "stop", role: "operator", run: decide.stop },
    { on: "action", name: "resume", role: "operator", run: decide.resume },
    { on: "action", name: "resend-unknown", role: "operator", run: decide.resendUnknown },
    { on: "action", name: "resend-unreached", role: "operator", run: decide.resendUnreached },
    { on: "command", name: "/alert-log", role: "admin", run: alertLog.command },
    { on: "action", name: "log-newest", role: "admin", run: alertLog.newest },
    { on: "action", name: "log-older", role: "admin", run: alertLog.older },
    { on: "action", name: "log-details", role: "admin", run: alertLog.details },
    { on: "action", name: "details-first", role: "admin", run: alertLog.detailsPage },
    { on: "action", name: "details-next", role: "admin", run: alertLog.detailsPage },
    { on: "action", name: "log-export", role: "admin", run: alertLog.export },
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
    client: interactive,
    log,
    authorize: createAuthorizer(db, interactive, workspace),
  });
  for (const listener of listeners) guard.register(listener);

  const known: Known = new Set(listeners.map(({ on, name }) => `${on} ${name}`));
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
    showReplies: () => showReplies(db, background, log),
    drain: guard.drain,
  };
}

// Bolt, the guard and the clients around the table of listeners.
import { App, HTTPReceiver, LogLevel } from "@slack/bolt";
import { findBoardMember, noteConfirmed } from "../board/allowlist.ts";
import { changesOf, looksOf } from "../board/change.ts";
import { type Phantom, seedAdmins } from "../board/confirmed.ts";
import { noteDirectMessage } from "../board/direct-messages.ts";
import { askToBeAdded } from "../board/requests.ts";
import { sendCode } from "../codes/phone-code.ts";
import type { Config, Settings } from "../config.ts";
import { type Database, readerOf } from "../db/open.ts";
import type { Gateway } from "../gateways/gateway.ts";
import { answer, type Handler } from "../http.ts";
import type { Log } from "../log.ts";
import type { Witness } from "../upkeep/beginning.ts";
import { lookAtAccount, lookAtBoard } from "../upkeep/board-accounts.ts";
import type { CheckPart } from "../upkeep/check.ts";
import { type Showing, showAlert, showAll } from "./alert/show.ts";
import { createTestSender } from "./alert/test.ts";
import { createFileSender } from "./files/send.ts";
import { forgetHome, noteOpened } from "./home/rows.ts";
import { type Homes, showHome, showHomes } from "./home/show.ts";
import { wordsHomeView } from "./home/view.ts";
import {
  accountNews,
  actions,
  commands,
  messages,
  openings,
  options,
  shortcuts,
  submissions,
} from "./index.ts";
import { createImportRunner } from "./lists/import/runner.ts";
import { showReplies } from "./replies/replies.ts";
import { postBoardMessages } from "./upkeep/board-messages.ts";
import { checkAlarms, checkFirstAdmins, checkReview, checkSlack } from "./upkeep/check.ts";
import { createSlackWitness } from "./upkeep/memory.ts";
import { admitRequest, type Known } from "./wire/admit.ts";
import { createAuthorizer } from "./wire/authorize.ts";
import { createClients, slackLogger } from "./wire/clients.ts";
import { createGuard } from "./wire/guard.ts";
import type { SlackContext } from "./wire/listener.ts";
import { createPeople } from "./wire/people.ts";
import {
  registerAction,
  registerCommand,
  registerShortcut,
  registerSubmission,
  registerSuggestion,
  type Wires,
} from "./wire/register.ts";
import { registerAccountNews, registerOpening, registerWriter } from "./wire/register-events.ts";
import { createWorkspaceLookup } from "./wire/workspace.ts";
import type { BoardChannel } from "./words/trouble.ts";

export type SlackOptions = {
  config: Config;
  /** The settings as they are just now. */
  settings: () => Settings;
  db: Database;
  gateway: Gateway;
  log: Log;
  now?: (() => Date) | undefined;
  updateEverySeconds?: number | undefined;
  /** For what takes long to read. */
  databaseUrl: string;
  /** Where files stand while they are made: nothing else is there. */
  filesFolder: string;
  /** What was found when all that an alert needs was last looked at. */
  lastCheck: Homes["health"];
  /** Told the Date header of each answer of Slack. */
  onDate?: ((date: string | null) => void) | undefined;
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
  /** Brings the Homes of the board up to date. @returns whether there is more to come soon */
  showHomes(): Promise<boolean>;
  /** Posts what the board is told once. @returns whether there may be more */
  tellBoard(): Promise<boolean>;
  /** Takes off the board whoever has left the workspace. @returns false: it need not run again soon */
  lookAtBoard(): Promise<boolean>;
  /** Goes on with the member lists that were dropped. @returns whether there may be more */
  workOnImports(): Promise<boolean>;
  /** Whether the board's channel has messages of ours. */
  witness: Witness;
  /** What an alert needs of Slack, and of us to be shown there. */
  checks: readonly CheckPart[];
  /** Removes files that a crash has left. */
  clearFiles(): Promise<void>;
  /** Waits for the listeners that run. */
  drain(): Promise<void>;
};

/** Twice a minute. */
const COUNTS_EVERY_SECONDS = 30;

export function createSlack(options: SlackOptions): Slack {
  const { config, db, gateway, log, now = () => new Date(), updateEverySeconds = 3 } = options;
  const { apiUrl, signingSecret, firstAdmins } = config.slack;
  const { interactive, background } = createClients(config.slack, log, options.onDate);
  const workspace = createWorkspaceLookup(interactive);
  const boardChannel = createBoardChannel();
  /** For one piece of work: what it shows, it shows by the same settings. */
  const showing = (settings = options.settings()): Showing => ({
    db,
    client: background,
    channel: boardChannel(settings.channel),
    settings,
    gateway,
    log,
    now,
    updateEverySeconds,
  });
  const sendTest = createTestSender({ db, client: background, gateway, log });
  const people = createPeople(interactive);
  const stopping = new AbortController();
  const files = createFileSender({
    databaseUrl: options.databaseUrl,
    folder: options.filesFolder,
    client: background,
    apiUrl,
    stopping: stopping.signal,
  });
  const imports = createImportRunner({
    db,
    databaseUrl: options.databaseUrl,
    client: background,
    apiUrl,
    botToken: config.slack.botToken,
    settings: options.settings,
    country: config.settings.country,
    gateway: gateway.name,
    log,
    stopping: stopping.signal,
  });
  const homes = (): Homes => ({
    ...showing(),
    workspace,
    health: options.lastCheck,
    countsEverySeconds: Math.min(COUNTS_EVERY_SECONDS, 10 * updateEverySeconds),
  });
  const context = () =>
    createContext({
      showing: showing(),
      serverSettings: config.settings,
      showHome: (user) => showHome(homes(), user),
      openHome: async (user) => {
        // Slack has just said that they are who they were.
        const member = await findBoardMember(db, user);
        if (member?.confirmedAt === null) await noteConfirmed(db, user, true);
        await noteOpened(db, user);
        await showHome(homes(), user);
      },
      client: interactive,
      sendFiles: files.send,
      sendTest,
      sendCode: (code) => sendCode({ db, gateway, log }, code, options.settings().organization),
      nameOf: people.nameOf,
      whyNever: async (userId) => people.whyNever(userId, (await workspace()).teamId),
    });
  const { app, receiver } = createBolt(signingSecret, log);
  const guard = createGuard({
    log,
    authorizer: createAuthorizer({ db, people, workspace, log }),
    pressOf: (member, needed, what) => ({
      member,
      change: changesOf(db, member, needed, what, stopping.signal),
      recordLook: looksOf(db, member, needed, what),
    }),
    askToBeAdded: (visitor) => askToBeAdded(db, visitor),
  });
  const isFirst: Wires["isFirst"] = (user, writtenAt) => noteDirectMessage(db, user, writtenAt);
  let phantoms: Phantom[] = [];
  const sayAtHome: Wires["sayAtHome"] = async (user, words) => {
    await interactive.views.publish({ user_id: user.userId, view: wordsHomeView(words) });
    await forgetHome(db, user);
  };
  const known = registerAll({ app, client: interactive, guard, context, people, isFirst, sayAtHome });
  registerAccountNews({ app, log }, accountNews, async (user) => {
    const { teamId } = await workspace();
    if (user.teamId === teamId) await lookAtAccount(db, user, (userId) => people.whyNeverNow(userId, teamId));
  });

  return {
    receive: async (request, response) => {
      await admitRequest(request, known, now().getTime() / 1000);
      receiver.requestListener(request, response);
    },
    introduce: async () => {
      const { teamId } = await workspace();
      phantoms = await seedAdmins(db, teamId, firstAdmins, (id) => people.whyNever(id, teamId));
    },
    showAll: () => showAll(showing()),
    showReplies: () => showReplies(showing()),
    showHomes: () => showHomes(homes()),
    tellBoard: () => postBoardMessages({ ...showing(), gateway }),
    lookAtBoard: async () => {
      const { teamId } = await workspace();
      await lookAtBoard(db, teamId, (userId) => people.whyNeverNow(userId, teamId));
      return false;
    },
    workOnImports: imports.round,
    witness: createSlackWitness(showing()),
    checks: [
      { look: () => checkSlack(showing()), otherwise: "Slack can't be reached." },
      {
        look: () => checkReview(showing()),
        otherwise: "No alert can be written: a review fails. See the log.",
      },
      {
        look: () => checkFirstAdmins(showing(), phantoms),
        otherwise: "The board's list can't be read. See the log.",
      },
      { look: () => checkAlarms(showing()), otherwise: "The board's list can't be read. See the log." },
    ],
    clearFiles: files.clear,
    drain: async () => {
      stopping.abort();
      await guard.drain();
      await imports.stopped();
    },
  };
}

/** What listeners get holds no database: `look` can only look, and the functions do one thing each. */
export const createContext = ({
  showing,
  ...more
}: Pick<
  SlackContext,
  | "serverSettings"
  | "client"
  | "sendFiles"
  | "sendTest"
  | "sendCode"
  | "nameOf"
  | "whyNever"
  | "showHome"
  | "openHome"
> & {
  showing: Showing;
}): SlackContext => {
  const { name, title, explain } = showing.gateway;
  return {
    ...more,
    settings: showing.settings,
    now: showing.now,
    // Words alone: a listener sends nothing.
    gateway: { name, title, explain },
    look: readerOf(showing.db),
    showAlert: (alertId) => showAlert(showing, alertId),
  };
};

/** The channel by its id; once Slack has told its name, that is known as long as it stays the board's. */
function createBoardChannel() {
  let channel: BoardChannel | undefined;
  return (id: string | undefined): BoardChannel | undefined => {
    if (id !== channel?.id) channel = id === undefined ? undefined : { id };
    return channel;
  };
}

function createBolt(signingSecret: string, log: Log) {
  const receiver = new HTTPReceiver({
    signingSecret,
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
  return { app, receiver };
}

/** @returns what has a listener now */
function registerAll(wires: Wires): Known {
  for (const [name, listener] of Object.entries(commands)) registerCommand(wires, name, listener);
  for (const [name, listener] of Object.entries(shortcuts)) registerShortcut(wires, name, listener);
  for (const [name, listener] of Object.entries(actions)) registerAction(wires, name, listener);
  for (const [name, listener] of Object.entries(submissions)) registerSubmission(wires, name, listener);
  for (const [name, listener] of Object.entries(options)) registerSuggestion(wires, name, listener);
  for (const [name, listener] of Object.entries(messages)) registerWriter(wires, name, listener);
  for (const [name, listener] of Object.entries(openings)) registerOpening(wires, name, listener);
  return new Set([
    ...Object.keys(commands).map((name) => `command ${name}`),
    ...Object.keys(shortcuts).map((name) => `shortcut ${name}`),
    ...Object.keys(actions).map((name) => `action ${name}`),
    ...Object.keys(submissions).map((name) => `submission ${name}`),
    ...Object.keys(options).map((name) => `suggestion ${name}`),
    ...[...Object.keys({ ...messages, ...openings }), ...accountNews].map((name) => `event ${name}`),
  ]);
}

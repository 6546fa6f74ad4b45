// What a listener is told, what it may use, and what it answers.
import type { KnownBlock, ModalView, PlainTextOption, WebClient } from "@slack/web-api";
import type { BoardMember, SlackUser } from "../../board/allowlist.ts";
import type { Change, RecordLook } from "../../board/change.ts";
import type { WhyNever } from "../../board/confirmed.ts";
import type { Asked } from "../../board/requests.ts";
import type { KeptCode, SentCode } from "../../codes/phone-code.ts";
import type { ServerSettings, Settings } from "../../config.ts";
import type { Reader } from "../../db/open.ts";
import type { GatewayWords } from "../../gateways/gateway.ts";
import type { Shown } from "../alert/show.ts";
import type { TestText } from "../alert/test.ts";
import type { SendFiles } from "../files/send.ts";
import type { Needs } from "./authorize.ts";
import type { Form } from "./form.ts";

/** What a listener answers, within Slack's three seconds. */
export type Answer = {
  /** Words for the person alone. */
  tell?: string;
  /** Buttons below these words. */
  ask?: KnownBlock;
  /** Why nothing came of it. A form stays open then, with every word that was typed. */
  failed?: string;
  /** A form stays open: what is wrong, by block. */
  errors?: Record<string, string>;
  /** What a form turns into. */
  view?: ModalView;
  /** What a menu offers that is filled while somebody types. */
  options?: PlainTextOption[];
  /** Work for after the answer. What must not be lost is kept before. */
  after?: () => Promise<unknown>;
};

export type Press = {
  /** Who asks. */
  member: BoardMember;
  /** The only way to change anything, and theirs: they are looked up again in the transaction itself. */
  change: Change;
  /** The same for what only looks, and is on record. */
  recordLook: RecordLook;
};

/**
 * Somebody of the workspace who need not be on the board. It holds no role, and no way to change anything else: what
 * is for the board can't be called with it.
 */
export type Visit = {
  /** Who asks. */
  visitor: SlackUser;
  /** The one thing that they can change. */
  askToBeAdded: () => Promise<Asked>;
};

/** What Slack tells of each, beside who asks. */
export type Command = { text: string; triggerId: string };
export type Shortcut = { triggerId: string };
export type Action = {
  /** The button's value, or what was picked. */
  value: string;
  /** The same as ids in a row. What is no id becomes 0, which names nothing. */
  ids: readonly number[];
  triggerId: string;
  /** Where the button stands, if in a modal. */
  viewId: string | undefined;
  /** The modal itself. */
  view: Form | undefined;
  /** The modal at the bottom, on which this one was opened: such as a list, below one of its entries. */
  rootViewId: string | undefined;
};
export type Submission = {
  /** `view.state.values`, not yet believed. */
  values: unknown;
  metadata: string;
  viewId: string;
  rootViewId: string | undefined;
};
/** Somebody types into a menu that we fill: what they have typed so far. */
export type Suggestion = { typed: string };

/** Somebody wrote to Headgate. What they wrote is not read. */
export type Event = object;

export type CommandInput = Press & Command;
export type ShortcutInput = Press & Shortcut;
export type ActionInput = Press & Action;
export type SubmissionInput = Press & Submission;
export type SuggestionInput = Press & Suggestion;
export type EventInput = Press & Event;

/** What every listener for the board may use. */
export type SlackContext = {
  /** As they are at this press. */
  settings: Settings;
  /** What of them the server sets, for whoever shows or changes them. */
  serverSettings: ServerSettings;
  now: () => Date;
  /** The database, for looking only. */
  look: Reader;
  /** What people are told about the gateway. */
  gateway: GatewayWords;
  /** What somebody is called in Slack, by their id. */
  nameOf: (userId: string) => Promise<string>;
  /** Asks Slack why somebody could never act; undefined where they can. @throws Error while Slack can't be asked */
  whyNever: WhyNever;
  /** For what the person waits for. */
  client: WebClient;
  /** Makes files and sends them to this person, after the answer that it gives. */
  sendFiles: SendFiles;
  /** Posts the alert's message, or brings it up to date. @returns undefined if it could not be posted yet */
  showAlert: (alertId: number) => Promise<Shown | undefined>;
  /** Texts the author alone, and tells them what became of it. */
  sendTest: (test: TestText) => Promise<void>;
  /** Texts a code to the phone that somebody says is theirs. */
  sendCode: (code: KeptCode) => Promise<SentCode>;
  /** Publishes somebody's Home anew. */
  showHome: (user: SlackUser) => Promise<void>;
  /** The same for whoever looks at it now. */
  openHome: (user: SlackUser) => Promise<void>;
};

/** And what one for anyone may: nothing that sends, or that makes a file. */
export type VisitContext = Pick<
  SlackContext,
  "settings" | "now" | "look" | "gateway" | "nameOf" | "client" | "openHome"
>;

/** Who may use it, and what it does. `anyone`: each full member of the board's own workspace. */
export type Listener<Told> =
  | (Needs & { run: (input: Press & Told, context: SlackContext) => Promise<Answer> })
  | { role: "anyone"; run: (input: Visit & Told, context: VisitContext) => Promise<Answer> };
/** A section of the table, by the names that Slack knows. */
export type Listeners<Told> = Record<string, Listener<Told>>;

// What the board can do in Slack: one line for each command, shortcut, button, modal and event, and who may: a role
// (an admin may all that the others may), `board` for anybody of it, or `anyone` who is a full member of its workspace.
// The names are those that buttons and modals are made with (words/blocks.ts), and events those of the manifest.
import { editAlert, newAlert, reviewAlert, writeAlert } from "./alert/compose.ts";
import { confirm, discard, resendUnknown, resendUnreached, resume, stop } from "./alert/decide.ts";
import { changePhone, requestTest, saveOwnPhone } from "./alert/test.ts";
import { exportUnreached, openUnreached, turnUnreached } from "./alert/unreached.ts";
import { answerWriter } from "./help/help.ts";
import { approveAs, ask, logFromHome, openHome, refuse, writeFromHome } from "./home/home.ts";
import { exportList } from "./lists/export.ts";
import {
  answerImport,
  applyImport,
  discard as discardImport,
  lookAtImport,
  openImport,
  sendDetails,
  takeFile,
  toggleLeavers,
} from "./lists/import/import.ts";
import { openSetting, openSettings, saveSetting } from "./lists/settings/settings.ts";
import {
  exportAll,
  exportOne,
  openDetails,
  openLog,
  turnDetails,
  turnToNewest,
  turnToOlder,
} from "./log/log.ts";
import { takeOffList } from "./replies/replies.ts";
import type { Action, Command, Event, Listeners, Shortcut, Submission } from "./wire/listener.ts";

export const commands = {
  "/alert": { role: "operator", run: newAlert },
  "/alert-log": { role: "viewer", run: openLog },
} satisfies Listeners<Command>;

export const shortcuts = {
  "write-alert": { role: "operator", run: writeAlert },
} satisfies Listeners<Shortcut>;

export const actions = {
  edit: { role: "operator", run: editAlert },
  "send-test": { role: "operator", run: requestTest },
  "change-phone": { role: "operator", run: changePhone },
  discard: { role: "operator", run: discard },
  confirm: { role: "operator", run: confirm },
  // What ends harm must not wait for Slack.
  stop: { role: "operator", evenIfUnsure: true, run: stop },
  resume: { role: "operator", run: resume },
  "resend-unknown": { role: "operator", run: resendUnknown },
  "resend-unreached": { role: "operator", run: resendUnreached },
  unreached: { role: "board", run: openUnreached },
  "unreached-first": { role: "board", run: turnUnreached },
  "unreached-next": { role: "board", run: turnUnreached },
  "unreached-export": { role: "board", run: exportUnreached },
  "take-off-list": { role: "operator", run: takeOffList },
  write: { role: "operator", run: writeFromHome },
  "home-log": { role: "viewer", run: logFromHome },
  "ask-to-be-added": { role: "anyone", run: ask },
  "approve-operator": { role: "admin", run: approveAs("operator") },
  "approve-viewer": { role: "admin", run: approveAs("viewer") },
  "refuse-request": { role: "admin", run: refuse },
  settings: { role: "admin", run: openSettings },
  "setting-change": { role: "admin", run: openSetting },
  import: { role: "admin", run: openImport },
  "import-look": { role: "admin", run: lookAtImport },
  "import-leavers": { role: "admin", run: toggleLeavers },
  "import-details": { role: "admin", run: sendDetails },
  "import-discard": { role: "admin", run: discardImport },
  "export-list": { role: "admin", run: exportList },
  "log-newest": { role: "viewer", run: turnToNewest },
  "log-older": { role: "viewer", run: turnToOlder },
  "log-details": { role: "viewer", run: openDetails },
  "details-first": { role: "viewer", run: turnDetails },
  "details-next": { role: "viewer", run: turnDetails },
  "details-export": { role: "viewer", run: exportOne },
  "log-export": { role: "viewer", run: exportAll },
} satisfies Listeners<Action>;

export const submissions = {
  compose: { role: "operator", run: reviewAlert },
  "own-phone": { role: "operator", run: saveOwnPhone },
  "import-file": { role: "admin", run: takeFile },
  "import-answer": { role: "admin", run: answerImport },
  "import-apply": { role: "admin", run: applyImport },
  "setting-save": { role: "admin", run: saveSetting },
} satisfies Listeners<Submission>;

/** Somebody writes to Headgate. */
export const messages = {
  "message.im": { role: "board", run: answerWriter },
  app_mention: { role: "board", run: answerWriter },
} satisfies Listeners<Event>;

/** Somebody opens Headgate. */
export const openings = {
  app_home_opened: { role: "anyone", run: openHome },
} satisfies Listeners<Event>;

/** Slack tells of somebody's account. Nobody acts here: who it is about is looked at anew. */
export const accountNews = ["user_change"] as const;

export type CommandName = keyof typeof commands;
export type ShortcutName = keyof typeof shortcuts;
export type ActionName = keyof typeof actions;
export type SubmissionName = keyof typeof submissions;
export type EventName = keyof typeof messages | keyof typeof openings | (typeof accountNews)[number];

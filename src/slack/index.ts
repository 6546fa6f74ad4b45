// What the board can do in Slack: one line for each command, shortcut, button, modal and event, and who may. The
// names are those that buttons and modals are made with (words/blocks.ts), and events those of the manifest.
import { editAlert, newAlert, reviewAlert, writeAlert } from "./alert/compose.ts";
import { confirm, discard, resendUnknown, resendUnreached, resume, stop } from "./alert/decide.ts";
import { changePhone, requestTest, saveOwnPhone } from "./alert/test.ts";
import { exportUnreached, openUnreached, turnUnreached } from "./alert/unreached.ts";
import { answerWriter } from "./help/help.ts";
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
import type {
  ActionInput,
  CommandInput,
  EventInput,
  Listeners,
  ShortcutInput,
  SubmissionInput,
} from "./wire/listener.ts";

export const commands = {
  "/alert": { role: "operator", run: newAlert },
  "/alert-log": { role: "admin", run: openLog },
} satisfies Listeners<CommandInput>;

export const shortcuts = {
  "write-alert": { role: "operator", run: writeAlert },
} satisfies Listeners<ShortcutInput>;

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
  unreached: { role: "operator", run: openUnreached },
  "unreached-first": { role: "operator", run: turnUnreached },
  "unreached-next": { role: "operator", run: turnUnreached },
  "unreached-export": { role: "operator", run: exportUnreached },
  "take-off-list": { role: "operator", run: takeOffList },
  "log-newest": { role: "admin", run: turnToNewest },
  "log-older": { role: "admin", run: turnToOlder },
  "log-details": { role: "admin", run: openDetails },
  "details-first": { role: "admin", run: turnDetails },
  "details-next": { role: "admin", run: turnDetails },
  "details-export": { role: "admin", run: exportOne },
  "log-export": { role: "admin", run: exportAll },
} satisfies Listeners<ActionInput>;

export const submissions = {
  compose: { role: "operator", run: reviewAlert },
  "own-phone": { role: "operator", run: saveOwnPhone },
} satisfies Listeners<SubmissionInput>;

export const events = {
  "message.im": { role: "operator", run: answerWriter },
  app_mention: { role: "operator", run: answerWriter },
} satisfies Listeners<EventInput>;

export type CommandName = keyof typeof commands;
export type ShortcutName = keyof typeof shortcuts;
export type ActionName = keyof typeof actions;
export type SubmissionName = keyof typeof submissions;
export type EventName = keyof typeof events;

// What the board can do in Slack: one line for each command, shortcut, button, modal and event, and who may: a role
// (an admin may all that the others may), `board` for anybody of it, or `anyone` who is a full member of its workspace.
// The names are those that buttons and modals are made with (words/blocks.ts), and events those of the manifest.
import { editAlert, newAlert, reviewAlert, writeAlert } from "./alert/compose.ts";
import { confirm, discard, resendUnknown, resendUnreached, resume, stop } from "./alert/decide.ts";
import { changePhone, requestTest, saveOwnPhone } from "./alert/test.ts";
import { exportUnreached, openUnreached, turnUnreached } from "./alert/unreached.ts";
import { answerWriter } from "./help/help.ts";
import { approveAs, ask, logFromHome, openHome, refuse } from "./home/home.ts";
import {
  openBoard,
  openNewPerson,
  openPerson,
  removePerson,
  saveNewPerson,
  saveRole,
  turnBoard,
} from "./lists/board/board.ts";
import { askAgain, openAlarmPhone, proveAlarmPhone, textCode } from "./lists/board/phone.ts";
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
import { memberBack, memberLeft, openCard, removeTheirNumber } from "./lists/members/card-buttons.ts";
import { eraseForGood } from "./lists/members/forms/erase.ts";
import {
  openAdd,
  openChange,
  openConsent,
  openErase,
  openMove,
  openNewNumber,
  openNumber,
  openOptOut,
  openUndoOptOut,
} from "./lists/members/forms/open.ts";
import { saveOptIn, saveOptOut } from "./lists/members/forms/opt-outs.ts";
import {
  saveConsent,
  saveMember,
  saveNewMember,
  saveNewNumber,
  saveNumber,
  savePlace,
} from "./lists/members/forms/save.ts";
import {
  chooseWho,
  exportMembers,
  findMember,
  openMembers,
  suggestMembers,
  turnToFirst,
  turnToNext,
} from "./lists/members/list.ts";
import { openPast, turnPast } from "./lists/members/past.ts";
import { openSetting, openSettings, saveSetting } from "./lists/settings/settings.ts";
import {
  dropZone,
  mergeZone,
  openNewZone,
  openZone,
  openZoneName,
  openZones,
  saveNewZone,
  saveZoneName,
} from "./lists/zones/zones.ts";
import {
  exportAll,
  exportOne,
  openDetails,
  openLog,
  turnDetails,
  turnToNewest,
  turnToOlder,
} from "./log/log.ts";
import { openRefusals, turnRefusals } from "./log/refusals.ts";
import { takeOffList } from "./replies/replies.ts";
import type { Action, Command, Event, Listeners, Shortcut, Submission, Suggestion } from "./wire/listener.ts";

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
  write: { role: "operator", run: writeAlert },
  "home-log": { role: "viewer", run: logFromHome },
  "ask-to-be-added": { role: "anyone", run: ask },
  "approve-operator": { role: "admin", run: approveAs("operator") },
  "approve-viewer": { role: "admin", run: approveAs("viewer") },
  "refuse-request": { role: "admin", run: refuse },
  zones: { role: "admin", run: openZones },
  "zone-open": { role: "admin", run: openZone },
  "zone-add": { role: "admin", run: openNewZone },
  "zone-rename": { role: "admin", run: openZoneName },
  "zone-merge": { role: "admin", run: mergeZone },
  "zone-remove": { role: "admin", run: dropZone },
  board: { role: "admin", run: openBoard },
  "board-first": { role: "admin", run: turnBoard },
  "board-next": { role: "admin", run: turnBoard },
  "board-open": { role: "admin", run: openPerson },
  "board-add": { role: "admin", run: openNewPerson },
  "board-remove": { role: "admin", run: removePerson },
  "alarm-phone": { role: "admin", run: openAlarmPhone },
  "alarm-phone-again": { role: "admin", run: askAgain },
  "home-members": { role: "admin", run: openMembers },
  "members-next": { role: "admin", run: turnToNext },
  "members-first": { role: "admin", run: turnToFirst },
  "members-who": { role: "admin", run: chooseWho },
  "members-export": { role: "admin", run: exportMembers },
  "find-member": { role: "admin", run: findMember },
  "open-member": { role: "admin", run: openCard },
  "add-member": { role: "admin", run: openAdd },
  "change-member": { role: "admin", run: openChange },
  "move-member": { role: "admin", run: openMove },
  "member-left": { role: "admin", run: memberLeft },
  "member-back": { role: "admin", run: memberBack },
  "erase-member": { role: "admin", run: openErase },
  "add-number": { role: "admin", run: openNewNumber },
  "change-number": { role: "admin", run: openNumber },
  "remove-number": { role: "admin", run: removeTheirNumber },
  "keep-consent": { role: "admin", run: openConsent },
  "opt-out": { role: "admin", run: openOptOut },
  "undo-opt-out": { role: "admin", run: openUndoOptOut },
  "member-sent": { role: "admin", run: openPast("sent") },
  "member-wrote": { role: "admin", run: openPast("written") },
  "member-changes": { role: "admin", run: openPast("changes") },
  "past-newest": { role: "admin", run: turnPast },
  "past-older": { role: "admin", run: turnPast },
  settings: { role: "admin", run: openSettings },
  "setting-change": { role: "admin", run: openSetting },
  import: { role: "admin", run: openImport },
  "import-look": { role: "admin", run: lookAtImport },
  "import-leavers": { role: "admin", run: toggleLeavers },
  "import-details": { role: "admin", run: sendDetails },
  "import-discard": { role: "admin", run: discardImport },
  "log-newest": { role: "viewer", run: turnToNewest },
  "log-older": { role: "viewer", run: turnToOlder },
  "log-details": { role: "viewer", run: openDetails },
  "details-first": { role: "viewer", run: turnDetails },
  "details-next": { role: "viewer", run: turnDetails },
  "details-export": { role: "viewer", run: exportOne },
  "log-refusals": { role: "viewer", run: openRefusals },
  "refusals-newest": { role: "viewer", run: turnRefusals },
  "refusals-older": { role: "viewer", run: turnRefusals },
  "log-export": { role: "viewer", run: exportAll },
} satisfies Listeners<Action>;

export const submissions = {
  compose: { role: "operator", run: reviewAlert },
  "own-phone": { role: "operator", run: saveOwnPhone },
  "board-new": { role: "admin", run: saveNewPerson },
  "board-role": { role: "admin", run: saveRole },
  "alarm-code-request": { role: "admin", run: textCode },
  "alarm-code": { role: "admin", run: proveAlarmPhone },
  "zone-new": { role: "admin", run: saveNewZone },
  "zone-name": { role: "admin", run: saveZoneName },
  "save-new-member": { role: "admin", run: saveNewMember },
  "save-member": { role: "admin", run: saveMember },
  "save-place": { role: "admin", run: savePlace },
  "erase-for-good": { role: "admin", run: eraseForGood },
  "save-new-number": { role: "admin", run: saveNewNumber },
  "save-number": { role: "admin", run: saveNumber },
  "save-consent": { role: "admin", run: saveConsent },
  "save-opt-out": { role: "admin", run: saveOptOut },
  "save-opt-in": { role: "admin", run: saveOptIn },
  "import-file": { role: "admin", run: takeFile },
  "import-answer": { role: "admin", run: answerImport },
  "import-apply": { role: "admin", run: applyImport },
  "setting-save": { role: "admin", run: saveSetting },
} satisfies Listeners<Submission>;

/** Menus that are filled while somebody types; what is chosen in one is an action of the same name. */
export const options = {
  "find-member": { role: "admin", run: suggestMembers },
} satisfies Listeners<Suggestion>;

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

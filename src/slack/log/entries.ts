// What an entry of the audit log says, in plain words. Pure.
import type { AuditAction } from "../../audit/audit.ts";
import { contents } from "../../settings/contents.ts";
import { ownNames } from "../../settings/settings.ts";
import type { ActionName, CommandName, EventName, ShortcutName, SubmissionName } from "../index.ts";

/** What somebody tried, by what they read on it. */
const DEEDS: Record<ActionName | CommandName | EventName | ShortcutName | SubmissionName, string> = {
  "/alert": "/alert",
  "/alert-log": "/alert-log",
  "write-alert": "Write an alert",
  "message.im": "a message to Headgate",
  app_mention: "a message that names Headgate",
  app_home_opened: "Headgate's Home",
  write: "Write an alert",
  user_change: "news of an account",
  "home-log": "the log",
  "ask-to-be-added": "Ask to be added",
  "approve-operator": "Add as operator",
  "approve-viewer": "Add as viewer",
  "refuse-request": "Refuse a request",
  board: "the board's list",
  "board-first": "the board's list",
  "board-next": "the board's list",
  "board-open": "somebody's place on the board",
  "board-add": "Add somebody to the board",
  "board-new": "Add somebody to the board",
  "board-role": "Change somebody's role",
  "board-remove": "Remove from the board",
  "alarm-phone": "My phone for alarms",
  "alarm-phone-again": "My phone for alarms",
  "alarm-code-request": "Text me a code",
  "alarm-code": "the code to a phone for alarms",
  zones: "the zones",
  "zone-open": "a zone",
  "zone-add": "Add a zone",
  "zone-rename": "Rename a zone",
  "zone-merge": "Merge zones",
  "zone-remove": "Remove a zone",
  "zone-new": "Add a zone",
  "zone-name": "Rename a zone",
  "home-members": "the list of members",
  "members-next": "the list of members",
  "members-first": "the list of members",
  "members-who": "the list of members",
  "members-export": "the list of members, as a file",
  "find-member": "Find a member",
  "open-member": "a member's card",
  "add-member": "Add a member",
  "change-member": "Change a member",
  "move-member": "Move a member",
  "member-left": "a member left the co-op",
  "member-back": "a member is back",
  "erase-member": "Erase a member",
  "add-number": "Add a member's number",
  "change-number": "Change a member's number",
  "remove-number": "Remove a member's number",
  "keep-consent": "Write down a consent",
  "opt-out": "Opt a member out",
  "undo-opt-out": "Put an opt-out right",
  "member-sent": "what was sent to a member",
  "member-wrote": "what a member wrote",
  "member-changes": "who changed what of a member",
  "past-newest": "a member's card",
  "past-older": "a member's card",
  edit: "Edit",
  "send-test": "Send me a test",
  "change-phone": "Change my phone",
  discard: "Discard",
  confirm: "Send",
  stop: "Stop",
  resume: "Resume",
  "resend-unknown": "Resend",
  "resend-unreached": "Try again",
  unreached: "the list of who was not reached",
  "unreached-first": "the list of who was not reached",
  "unreached-next": "the list of who was not reached",
  "unreached-export": "the list of who was not reached, as a file",
  "take-off-list": "Take off the list",
  settings: "the settings",
  "setting-change": "Change a setting",
  "setting-save": "Save a setting",
  import: "Import a list",
  "import-look": "look at an imported list",
  "import-leavers": "who is not in an imported list",
  "import-details": "an imported list as a file",
  "import-discard": "Discard an imported list",
  "import-file": "Import a list",
  "import-answer": "answer about an imported list",
  "import-apply": "Apply an imported list",
  "log-newest": "the log",
  "log-older": "the log",
  "log-details": "an alert's details",
  "details-first": "an alert's details",
  "details-next": "an alert's details",
  "details-export": "one alert as a file",
  "log-refusals": "the list of refusals",
  "refusals-newest": "the list of refusals",
  "refusals-older": "the list of refusals",
  "log-export": "the whole log as a file",
  compose: "Review",
  "own-phone": "Save their own phone",
  "save-new-member": "Add a member",
  "save-member": "Change a member",
  "save-place": "Move a member",
  "erase-for-good": "Erase a member",
  "save-new-number": "Add a member's number",
  "save-number": "Change a member's number",
  "save-consent": "Write down a consent",
  "save-opt-out": "Opt a member out",
  "save-opt-in": "Put an opt-out right",
};

const REASONS: Record<string, string> = {
  "not an admin": "only admins may",
  "not an operator": "only operators and admins may",
  "not a viewer": "only admins and viewers may",
  "another team": "they belong to another workspace",
  "not on the allowlist": "they are not on the board's list",
  "not a full member": "guests, bots and closed accounts may not",
  "too fast": "very many requests in one minute",
  "not the author": "only the alert's author may",
  changed: "something had changed since the review, which was shown to them first",
  "too old": "the review was too old",
  "nobody left": "nobody was left who could get it",
};

/** "changed Pace to 12; before: 3" */
function describeSettingChange({ setting, before, after }: Record<string, unknown>): string {
  const label = ownNames.find((name) => name === setting);
  const said = (value: unknown) => (typeof value === "string" ? value : "not set");
  return `changed ${label ? contents[label].label : "a setting"} to ${said(after)}; before: ${said(before)}`;
}

const WORDS: Partial<Record<AuditAction, string>> = {
  opened: "began to write",
  "number barred": "number set aside: it can't get texts",
  "number freed": "number to be tried again",
  "viewed unreached": "looked at who was not reached",
  "viewed log": "looked at the log",
  "viewed members": "looked at the list of members",
  "viewed member": "looked at a member's card",
  exported: "exported",
  imported: "member list imported",
  "list dropped": "dropped a member list, to be looked at",
  "list answered": "answered about a member list",
  "list confirmed": "pressed Apply for a member list",
  "list discarded": "discarded a member list",
  "member left": "member marked as having left the co-op",
  "member back": "member back on the list",
  "member erased": "member erased",
  "consent kept": "consent to texts written down",
  "request refused": "request to be added to the board refused",
  "code requested": "asked for a code to their own phone",
  "code texted": "the code to their own phone",
  "alarm phone proven": "own phone for alarms proven",
};

/** "confirmed", or "refused: Send (only the alert's author may)". */
export function describeEntry({
  action,
  detail,
}: {
  action: string;
  detail: Record<string, unknown>;
}): string {
  if (action === "setting changed") return describeSettingChange(detail);
  if (action !== "refused") return wordOf(WORDS, action) ?? action;
  return `refused: ${describeRefusal(detail)}`;
}

/** "Send (only the alert's author may)" */
export function describeRefusal({ what, why }: { what?: unknown; why?: unknown }): string {
  const deed = typeof what === "string" ? (wordOf(DEEDS, what) ?? what) : "something";
  const reason = typeof why === "string" ? ` (${wordOf(REASONS, why) ?? why})` : "";
  return `${deed}${reason}`;
}

const wordOf = (words: Readonly<Record<string, string | undefined>>, name: string): string | undefined =>
  Object.hasOwn(words, name) ? words[name] : undefined;

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
  "export-list": "the member list as a file",
  "log-newest": "the log",
  "log-older": "the log",
  "log-details": "an alert's details",
  "details-first": "an alert's details",
  "details-next": "an alert's details",
  "details-export": "one alert as a file",
  "log-export": "the whole log as a file",
  compose: "Review",
  "own-phone": "Save their own phone",
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
  const { what, why } = detail;
  const deed = typeof what === "string" ? (wordOf(DEEDS, what) ?? what) : "something";
  const reason = typeof why === "string" ? ` (${wordOf(REASONS, why) ?? why})` : "";
  return `refused: ${deed}${reason}`;
}

const wordOf = (words: Readonly<Record<string, string | undefined>>, name: string): string | undefined =>
  Object.hasOwn(words, name) ? words[name] : undefined;

// What an entry of the audit log says, in plain words. Pure.
import type { AuditAction } from "../../audit/audit.ts";
import type { ActionName, CommandName, EventName, ShortcutName, SubmissionName } from "../index.ts";

/** What somebody tried, by what they read on it. */
const DEEDS: Record<ActionName | CommandName | EventName | ShortcutName | SubmissionName, string> = {
  "/alert": "/alert",
  "/alert-log": "/alert-log",
  "write-alert": "Write an alert",
  "message.im": "a message to Headgate",
  app_mention: "a message that names Headgate",
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

const WORDS: Partial<Record<AuditAction, string>> = {
  opened: "began to write",
  "number barred": "number set aside: it can't get texts",
  "number freed": "number to be tried again",
  "viewed unreached": "looked at who was not reached",
  "viewed log": "looked at the log",
  exported: "exported",
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
  if (action !== "refused") return wordOf(WORDS, action) ?? action;
  const { what, why } = detail;
  const deed = typeof what === "string" ? (wordOf(DEEDS, what) ?? what) : "something";
  const reason = typeof why === "string" ? ` (${wordOf(REASONS, why) ?? why})` : "";
  return `refused: ${deed}${reason}`;
}

const wordOf = (words: Readonly<Record<string, string | undefined>>, name: string): string | undefined =>
  Object.hasOwn(words, name) ? words[name] : undefined;

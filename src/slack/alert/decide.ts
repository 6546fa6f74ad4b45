// The buttons under an alert's message.
import {
  type Confirmation,
  type ConfirmOutcome,
  confirmAlert,
  REVIEW_MINUTES,
} from "../../alerts/confirm.ts";
import { type DraftRefusal, discardDraft } from "../../alerts/draft.ts";
import { resumeAlert, stopAlert } from "../../deliveries/lifecycle.ts";
import { type Resendable, resend } from "../../deliveries/resend.ts";
import { number, plural } from "../../text/words.ts";
import type { ActionInput, Answer, SlackContext } from "../wire/listener.ts";
import { actions } from "../words/blocks.ts";
import { refreshForm } from "./compose.ts";
import { resendButton } from "./thread.ts";

const CONFIRM_ANSWERS: Record<Exclude<ConfirmOutcome, "confirmed">, string> = {
  changed:
    "Nothing was sent: since your review the alert, or who it reaches, has changed. " +
    "The review now shows it as it is. Look at it, and press Send again.",
  "nobody left": "Nothing was sent: nobody in these zones can be reached by text any more.",
  "too old": `Nothing was sent: this review is older than ${REVIEW_MINUTES} minutes. Press Edit to review it again.`,
  "already decided": "This alert was sent or discarded already. Its message shows which.",
  "not the author": "Nothing was sent: only its author can send this alert.",
  "not on the allowlist":
    "Nothing was sent: you are not on the board's list of people who may send alerts any more.",
};

export async function confirm(
  { change, ids: [alertId = 0, version = 0] }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const needs = { gateway: context.gateway.name, settings: context.settings, now: context.now() };
  const confirmation = await confirmAlert(change, { alertId, version }, needs);
  const words = confirmAnswer(confirmation);
  return confirmation.outcome === "confirmed"
    ? done(context, alertId, words)
    : refused(context, alertId, words ?? "Nothing was sent.");
}

/** @returns undefined where the alert's message says it all */
function confirmAnswer({ outcome, news, phones, optedOut }: Confirmation): string | undefined {
  if (outcome === "confirmed") {
    if (optedOut === 0) return undefined;
    return `It goes to ${plural(phones, "phone")}: ${plural(optedOut, "phone")} of your review opted out since, or can't get texts, and will get nothing.`;
  }
  if (news.length === 0) return CONFIRM_ANSWERS[outcome];
  return [
    "Nothing was sent: since your review something has come up.",
    ...news.map((words) => `• ${words}`),
    "The review now shows it. Look at it, and press Send again if it should go out all the same.",
  ].join("\n");
}

export async function discard(
  { member, change, ids: [alertId = 0] }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const why = await change((tx) => discardDraft(tx, alertId, member));
  return why ? refused(context, alertId, DISCARD_REFUSALS[why]) : done(context, alertId);
}

const DISCARD_REFUSALS: Record<DraftRefusal, string> = {
  "not the author": "Nothing was discarded: only its author can discard this draft.",
  "sent already": "Nothing was discarded: this alert was sent already. Its message shows what became of it.",
  "discarded already": "This draft was discarded already. Nothing was sent.",
  "not there": "Nothing was discarded: this draft is not there.",
};

export async function stop(input: ActionInput, context: SlackContext): Promise<Answer> {
  const { member, change, ids, viewId } = input;
  const [alertId = 0] = ids;
  const stopped = await change((tx) => stopAlert(tx, alertId, member));
  const words =
    "The alert is stopped: nothing more of it goes out. Texts that are on the way can't be taken back.";
  const answer = stopped
    ? done(context, alertId, viewId && words)
    : refused(context, alertId, "This alert was over already: there was nothing left to stop.");
  return alsoInForm(answer, input, context);
}

export async function resume(input: ActionInput, context: SlackContext): Promise<Answer> {
  const { member, change, ids, viewId } = input;
  const [alertId = 0, halts = 0] = ids;
  const resumed = await change((tx) => resumeAlert(tx, alertId, halts, member));
  const words = "The alert goes on: one text first, and the others when that one is on the way.";
  const answer = resumed
    ? done(context, alertId, viewId && words)
    : refused(context, alertId, "This alert was resumed or stopped already. Its message shows which.");
  return alsoInForm(answer, input, context);
}

/** The form of /alert has these buttons too, and says how it stands. */
const alsoInForm = (answer: Answer, input: ActionInput, context: SlackContext): Answer => ({
  ...answer,
  after: () => Promise.all([refreshForm(input, context), answer.after?.()]),
});

export const resendUnknown = (input: ActionInput, context: SlackContext) => again("unknown", input, context);
export const resendUnreached = (input: ActionInput, context: SlackContext) =>
  again("unreached", input, context);

async function again(
  what: Resendable,
  { member, change, ids: [alertId = 0, said = 0] }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const outcome = await change((tx) => resend(tx, context.gateway, { alertId, what, said, user: member }));
  if (outcome === "too late")
    return { failed: "Nothing was sent again: this alert is too old. Write a new one with /alert." };
  if (outcome === "stopped") return { failed: "Nothing was sent again: this alert was stopped." };
  if ("resent" in outcome) {
    const words = `It is sent again to ${plural(outcome.resent, "phone")}. The alert's message shows what comes of it.`;
    return done(context, alertId, words);
  }
  if (outcome.now === 0) return { failed: "Nothing was sent again: there is nothing open any more." };
  const before = said === 0 ? "This button is an old one" : `This button was for ${plural(said, "phone")}`;
  return {
    tell: `Nothing was sent again yet. ${before}; by now it is ${number(outcome.now)}. Press below if you want that.`,
    ask: actions(resendButton(alertId, what, outcome.now)),
  };
}

/** @param tell where the alert's message does not say it all, or is not where the person looks */
const done = ({ showAlert }: SlackContext, alertId: number, tell?: string): Answer => ({
  ...(tell !== undefined && { tell }),
  after: () => showAlert(alertId),
});

/** Nothing came of it. The alert's message is brought up to date all the same. */
const refused = ({ showAlert }: SlackContext, alertId: number, failed: string): Answer => ({
  failed,
  after: () => showAlert(alertId),
});

// The buttons under an alert's message.
import {
  type Confirmation,
  type ConfirmOutcome,
  confirmAlert,
  REVIEW_MINUTES,
} from "../../alerts/confirm.ts";
import { discardDraft } from "../../alerts/draft.ts";
import { resumeAlert, stopAlert } from "../../deliveries/lifecycle.ts";
import { type Resendable, resend } from "../../deliveries/resend.ts";
import { number, plural } from "../../text/words.ts";
import type { ActionInput, Answer, SlackContext } from "../wire/listener.ts";

const CONFIRM_ANSWERS: Record<Exclude<ConfirmOutcome, "confirmed">, string> = {
  changed:
    "Nothing was sent: since your review the alert, or who it reaches, has changed. " +
    "The review now shows it as it is. Look at it, and press Send again.",
  "nobody left": "Nothing was sent: nobody in these zones can be reached by text any more.",
  "too old": `Nothing was sent: this review is older than ${REVIEW_MINUTES} minutes. Press Edit to review it again.`,
  "already decided": "This alert was decided upon already. Its message shows what became of it.",
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
  return shown(context, alertId, confirmAnswer(confirmation));
}

/** @returns undefined where the alert's message says it all */
function confirmAnswer({ outcome, news, phones, optedOut }: Confirmation): string | undefined {
  if (outcome === "confirmed") {
    if (optedOut === 0) return undefined;
    return `It goes to ${plural(phones, "phone")}: ${number(optedOut)} of your review opted out since, and get nothing.`;
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
  const discarded = await change((tx) => discardDraft(tx, alertId, member));
  const refusal = "Only its author can discard a draft, and only before it is sent.";
  return shown(context, alertId, discarded ? undefined : refusal);
}

export async function stop(
  { member, change, ids: [alertId = 0] }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const stopped = await change((tx) => stopAlert(tx, alertId, member));
  const refusal = "This alert was over already: there was nothing left to stop.";
  return shown(context, alertId, stopped ? undefined : refusal);
}

export async function resume(
  { member, change, ids: [alertId = 0, halts = 0] }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const resumed = await change((tx) => resumeAlert(tx, alertId, halts, member));
  const refusal = "This was decided upon already. Look at the alert's message.";
  return shown(context, alertId, resumed ? undefined : refusal);
}

export const resendUnknown = (input: ActionInput, context: SlackContext) => again("unknown", input, context);
export const resendUnreached = (input: ActionInput, context: SlackContext) =>
  again("unreached", input, context);

async function again(
  what: Resendable,
  { member, change, ids: [alertId = 0] }: ActionInput,
  context: SlackContext,
): Promise<Answer> {
  const outcome = await change((tx) => resend(tx, context.gateway, { alertId, what, user: member }));
  if (outcome === "too late")
    return { tell: "Nothing was resent: this alert is too old. Write a new one with /alert." };
  if (outcome === "stopped") return { tell: "Nothing was resent: this alert was stopped." };
  const refusal = "Nothing was resent: there is nothing open any more.";
  return shown(context, alertId, outcome.resent === 0 ? refusal : undefined);
}

/** The alert's message is brought up to date, whatever came of the press. */
const shown = ({ showAlert }: SlackContext, alertId: number, tell: string | undefined): Answer => ({
  ...(tell !== undefined && { tell }),
  after: () => showAlert(alertId),
});

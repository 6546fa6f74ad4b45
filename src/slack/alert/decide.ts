// The buttons under an alert's message.
import { type ConfirmOutcome, confirmAlert, REVIEW_MINUTES } from "../../alerts/confirm.ts";
import { discardDraft } from "../../alerts/draft.ts";
import type { Database } from "../../db/open.ts";
import { resumeAlert, stopAlert } from "../../deliveries/lifecycle.ts";
import { type Resendable, resend } from "../../deliveries/resend.ts";
import type { Gateway } from "../../gateways/gateway.ts";
import type { ActionInput, Answer } from "../wire/guard.ts";

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

export function createDecide(
  db: Database,
  gateway: Gateway,
  showAlert: (alertId: number) => Promise<unknown>,
) {
  const shown = (alertId: number, tell?: string): Answer => ({
    ...(tell !== undefined && { tell }),
    after: () => showAlert(alertId),
  });

  async function again(what: Resendable, { member, ids: [alertId = 0] }: ActionInput): Promise<Answer> {
    const outcome = await resend(db, gateway, { alertId, what, user: member });
    if (outcome === "too late")
      return { tell: "Nothing was resent: this alert is too old. Write a new one with /alert." };
    if (outcome === "stopped") return { tell: "Nothing was resent: this alert was stopped." };
    return shown(
      alertId,
      outcome.resent === 0 ? "Nothing was resent: there is nothing open any more." : undefined,
    );
  }

  return {
    async confirm({ member, ids: [alertId = 0, version = 0] }: ActionInput): Promise<Answer> {
      const outcome = await confirmAlert(db, { alertId, version }, member);
      return shown(alertId, outcome === "confirmed" ? undefined : CONFIRM_ANSWERS[outcome]);
    },

    async discard({ member, ids: [alertId = 0] }: ActionInput): Promise<Answer> {
      const discarded = await discardDraft(db, alertId, member);
      return shown(
        alertId,
        discarded ? undefined : "Only its author can discard a draft, and only before it is sent.",
      );
    },

    async stop({ member, ids: [alertId = 0] }: ActionInput): Promise<Answer> {
      const stopped = await stopAlert(db, alertId, member);
      return shown(
        alertId,
        stopped ? undefined : "This alert was over already: there was nothing left to stop.",
      );
    },

    resendUnknown: (input: ActionInput) => again("unknown", input),
    resendUnreached: (input: ActionInput) => again("unreached", input),

    async resume({ member, ids: [alertId = 0, version = 0] }: ActionInput): Promise<Answer> {
      const resumed = await resumeAlert(db, alertId, version, member);
      return shown(
        alertId,
        resumed ? undefined : "This was decided upon already. Look at the alert's message.",
      );
    },
  };
}

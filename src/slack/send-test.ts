// "Send me a test": the exact text, to the author's own phone.
import type { ModalView, WebClient } from "@slack/web-api";
import { z } from "zod";
import { readAlert } from "../alerts/read-alert.ts";
import { hasEntrySince, record } from "../audit/audit.ts";
import { type BoardMember, holdBoardMember, savePhone } from "../board/allowlist.ts";
import type { Database } from "../db/open.ts";
import { maskPhone, parsePhone } from "../members/phone.ts";
import { isOptedOut } from "../opt-outs/opt-outs.ts";
import { type Gateway, GatewayError, type GatewayFault } from "../sms/gateway.ts";
import type { ActionInput, Answer, SubmissionInput } from "./guard.ts";

const FAILURES: Record<GatewayFault, string> = {
  "not sent": "The test was not sent: Twilio is busy or can't be reached. Try again in a minute.",
  number: "The test was not sent: your number can't get texts.",
  "opted out": "The test was not sent: your phone has opted out. Text START to our number from it first.",
  refused: "The test was not sent: Twilio refused it.",
  unexplained: "The test was not sent: Twilio refused it. An alert may fail in the same way.",
  account:
    "The test was not sent: the Twilio account can't send just now. An alert would fail in the same way.",
  ambiguous: "Twilio gave no answer, so the test may or may not have been sent. Look at your phone.",
};

const PRESSED_TWICE_SECONDS = 10;

export type SendTestDeps = {
  db: Database;
  client: WebClient;
  gateway: Gateway;
  /** Says something to one person, in the place of the alert's message. */
  whisper: (alertId: number, userId: string, text: string) => Promise<unknown>;
};

export function createSendTest({ db, client, gateway, whisper }: SendTestDeps) {
  /** Kept before the text leaves; pressed again at once, or replayed, it is the same request. */
  async function request(alertId: number, member: BoardMember, phone: string): Promise<Answer> {
    const alert = await readAlert(db, alertId);
    if (alert?.status !== "draft")
      return { tell: "A test was not sent: this alert was decided upon already." };
    const isAdmitted = await db.transaction(async (tx) => {
      await holdBoardMember(tx, member, "update");
      if (
        await hasEntrySince(tx, { actor: member, action: "test requested", alertId }, PRESSED_TWICE_SECONDS)
      )
        return false;
      await record(tx, { actor: member, action: "test requested", alertId, detail: { phone } });
      return true;
    });
    if (!isAdmitted) return { tell: "A test was sent a moment ago. Look at your phone." };
    if (await isOptedOut(db, phone)) return { tell: FAILURES["opted out"] };
    return { after: () => send(alertId, member, phone, alert.text) };
  }

  /** After the answer: Twilio may take longer than Slack waits. */
  async function send(alertId: number, member: BoardMember, phone: string, body: string): Promise<void> {
    const told = (text: string) => whisper(alertId, member.userId, text);
    try {
      const { sid } = await gateway.send({ to: phone, body });
      await record(db, { actor: member, action: "test sent", alertId, detail: { phone, messageSid: sid } });
      await told(`A test is on its way to your phone (${maskPhone(phone)}). Nobody else got it.`);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const detail = { phone, failed: error.fault, code: error.code };
      await record(db, { actor: member, action: "test sent", alertId, detail });
      await told(FAILURES[error.fault]);
    }
  }

  return {
    async press({ member, ids: [alertId = 0], triggerId }: ActionInput): Promise<Answer> {
      const { phone } = member;
      if (phone !== null) return request(alertId, member, phone);
      return { after: () => client.views.open({ trigger_id: triggerId, view: phoneView(alertId) }) };
    },

    async submitPhone({ member, values, metadata }: SubmissionInput): Promise<Answer> {
      const typed = Values.parse(values).phone.phone.value ?? "";
      const parsed = parsePhone(typed);
      if (parsed.kind === "none") return { errors: { phone: "Write your mobile number." } };
      if (parsed.kind === "refused") return { errors: { phone: parsed.reason } };
      await savePhone(db, member, parsed.phone);
      return request(Number(metadata), member, parsed.phone);
    },
  };
}

const Values = z.object({ phone: z.object({ phone: z.object({ value: z.string().nullish() }) }) });

export function phoneView(alertId: number): ModalView {
  return {
    type: "modal",
    callback_id: "own-phone",
    private_metadata: String(alertId),
    title: { type: "plain_text", text: "Send me a test" },
    submit: { type: "plain_text", text: "Send the test" },
    close: { type: "plain_text", text: "Cancel" },
    blocks: [
      {
        type: "input",
        block_id: "phone",
        label: { type: "plain_text", text: "Your mobile number" },
        hint: { type: "plain_text", text: "Kept on your own entry, so that you are asked only once." },
        element: {
          type: "plain_text_input",
          action_id: "phone",
          max_length: 40,
          placeholder: { type: "plain_text", text: "(206) 555-0100" },
        },
      },
    ],
  };
}

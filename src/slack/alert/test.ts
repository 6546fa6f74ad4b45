// "Send me a test": the exact text, to the author's own phone.
import type { ModalView, WebClient } from "@slack/web-api";
import { z } from "zod";
import { requestTest as keepTest, recordTest, type SentTest } from "../../alerts/tests.ts";
import { savePhone } from "../../board/allowlist.ts";
import type { Database } from "../../db/open.ts";
import { type Gateway, GatewayError } from "../../gateways/gateway.ts";
import type { Log } from "../../log.ts";
import { maskPhone, parsePhone } from "../../members/phone.ts";
import { isOptedOut } from "../../opt-outs/opt-outs.ts";
import { type Alert, readAlert } from "../../outcomes/read-alert.ts";
import type { ActionInput, Answer, Press, SlackContext, SubmissionInput } from "../wire/listener.ts";
import { whisper } from "../wire/whisper.ts";
import { actions, button, input, modal } from "../words/blocks.ts";
import { notSentWords, optedOutWords } from "../words/own-text.ts";

const OPTED_OUT = optedOutWords("test");

export async function requestTest(input: ActionInput, context: SlackContext): Promise<Answer> {
  const { phone } = input.member;
  const { triggerId } = input;
  const [alertId = 0] = input.ids;
  if (phone !== null) return request(alertId, phone, triggerId, input, context);
  return openPhoneView(alertId, input, context);
}

/** The phone that they gave is not theirs, or not any more. */
export async function changePhone(input: ActionInput, context: SlackContext): Promise<Answer> {
  const [alertId = 0] = input.ids;
  return openPhoneView(alertId, input, context);
}

const openPhoneView = (
  alertId: number,
  { triggerId, member: { phone } }: ActionInput,
  { client }: SlackContext,
): Answer => ({
  after: () => client.views.open({ trigger_id: triggerId, view: phoneView(alertId, phone) }),
});

/** Stands wherever people are told of a test. */
export const phoneCorrection = (alertId: number) =>
  actions(button("change-phone", "Use another number", alertId));

/** Asked for at the first test, and where it is to be another. */
export async function saveOwnPhone(input: SubmissionInput, context: SlackContext): Promise<Answer> {
  const typed = Values.parse(input.values).phone.phone.value ?? "";
  const parsed = parsePhone(typed, context.settings.country);
  if (parsed.kind === "none") return { errors: { phone: "Write your mobile number." } };
  if (parsed.kind === "refused") return { errors: { phone: parsed.reason } };
  const { phone } = parsed;
  await input.change((tx, member) => savePhone(tx, member, phone, member), { lock: "update" });
  return request(Number(input.metadata), phone, input.viewId, input, context);
}

/**
 * The test is kept before its text leaves. Pressed twice, or replayed, it is the same request.
 *
 * @param press Slack's own id of the press
 */
async function request(
  alertId: number,
  phone: string,
  press: string,
  { member, change }: Press,
  { look, sendTest }: SlackContext,
): Promise<Answer> {
  const alert = await readAlert(look, alertId);
  if (alert?.status !== "draft")
    return { tell: "The test was not sent: this alert was sent or discarded already." };
  const asked = { alertId, user: member, phone };
  // One press after the other, so that the second sees the first.
  const kept = await change((tx) => keepTest(tx, { ...asked, press }), { lock: "update" });
  if ("testId" in kept)
    return { after: () => sendTest({ ...asked, ...kept, text: alert.text, kind: alert.kind }) };
  if (kept.notSent === "opted out") return { failed: OPTED_OUT, ask: phoneCorrection(alertId) };
  return { tell: "A test was sent a moment ago. Look at your phone.", ask: phoneCorrection(alertId) };
}

export type TestText = SentTest & Pick<Alert, "text" | "kind">;

export type TestSenderOptions = {
  db: Database;
  /** Tells what became of the test: no trigger waits for that. */
  client: WebClient;
  gateway: Gateway;
  log: Log;
};

/** After the answer: the provider may take longer than Slack waits. */
export function createTestSender({ db, client, gateway, log }: TestSenderOptions) {
  return async function sendTest({ text, kind, ...test }: TestText): Promise<void> {
    const { alertId, user, phone } = test;
    const told = async (words: string) => {
      const alert = await readAlert(db, alertId);
      const ask = phoneCorrection(alertId);
      await whisper(client, { user: user.userId, channel: alert?.channelId, text: words, ask });
    };
    // Since the press they may have texted STOP.
    if (await isOptedOut(db, phone)) {
      await recordTest(db, test, { failed: "opted out", code: undefined });
      return told(OPTED_OUT);
    }
    try {
      const { sid } = await gateway.send({ to: phone, body: text, kind });
      await recordTest(db, test, { messageSid: sid });
      await told(`A test is on its way to your phone (${maskPhone(phone)}). Nobody else got it.`);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      log.warn({ alertId, err: error }, "a test was not sent");
      const { fault, words } = error.explanation;
      await recordTest(db, test, { failed: fault, code: error.code });
      await told(notSentWords("test", { fault, title: gateway.title, words }));
    }
  };
}

const Values = z.object({ phone: z.object({ phone: z.object({ value: z.string().nullish() }) }) });

/** @param phone the one that is kept so far */
export const phoneView = (alertId: number, phone: string | null = null): ModalView =>
  modal({
    title: "Send me a test",
    form: { name: "own-phone", metadata: String(alertId), submit: "Send the test" },
    blocks: [
      input(
        "phone",
        "Your mobile number",
        {
          type: "plain_text_input",
          max_length: 40,
          placeholder: { type: "plain_text", text: "(206) 555-0100" },
          ...(phone !== null && { initial_value: phone }),
        },
        "Kept on your own entry, so that you are asked only once. Only give a phone that is yours.",
      ),
    ],
  });

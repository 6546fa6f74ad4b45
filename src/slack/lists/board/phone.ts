// "My phone for alarms": a number, and then the code that was texted there.
import { z } from "zod";
import { type KeptCode, proveCode, requestCode } from "../../../codes/phone-code.ts";
import { parsePhone, writePhone } from "../../../members/phone.ts";
import { plural } from "../../../text/words.ts";
import { formView } from "../../wire/form.ts";
import type { ActionInput, Answer, SlackContext, SubmissionInput } from "../../wire/listener.ts";
import { whisper } from "../../wire/whisper.ts";
import { noticeView } from "../../words/notice.ts";
import { notSentWords, optedOutWords } from "../../words/own-text.ts";
import { showAnew } from "../second.ts";
import { showBoard } from "./board.ts";
import { alarmCodeView, alarmPhoneView } from "./phone-views.ts";

const own = ({ alarmPhone, phone }: ActionInput["member"]) => ({
  phone: alarmPhone ?? phone,
  isProven: alarmPhone !== null,
});

export async function openAlarmPhone(
  { member, triggerId }: ActionInput,
  { client, settings }: SlackContext,
): Promise<Answer> {
  const view = alarmPhoneView(own(member), settings);
  return { after: () => client.views.push({ trigger_id: triggerId, view }) };
}

/** From the second step back to the first. */
export async function askAgain({ member, viewId }: ActionInput, context: SlackContext): Promise<Answer> {
  return { after: () => showAnew(context, viewId, alarmPhoneView(own(member), context.settings)) };
}

/** The code is kept before it is texted. */
export async function textCode(
  { member: user, change, values, viewId }: SubmissionInput,
  context: SlackContext,
): Promise<Answer> {
  const parsed = parsePhone(PhoneValues.parse(values).phone.phone.value ?? "", context.settings.country);
  if (parsed.kind === "none") return { errors: { phone: "Write your mobile number." } };
  if (parsed.kind === "refused") return { errors: { phone: parsed.reason } };
  const { phone } = parsed;
  const { teamId, userId } = user;
  // One press after the other, so that the second sees the first.
  const kept = await change((tx) => requestCode(tx, { user: { teamId, userId }, phone }), { lock: "update" });
  if ("codeId" in kept) {
    return { view: alarmCodeView(phone), after: () => sendAndTell(context, kept, viewId) };
  }
  switch (kept.notSent) {
    case "again":
      return { view: alarmCodeView(phone, AGAIN) };
    case "too many":
      return { errors: { phone: TOO_MANY } };
    case "opted out":
      return { errors: { phone: optedOutWords("code") } };
  }
}

const AGAIN =
  "A code was texted to this phone a moment ago. Type that one. If it does not come, ask for another in a minute.";
const TOO_MANY =
  "No code was sent: five were texted within the last hour, for you or to this phone. Try again in an hour.";
const OVER =
  "This code is not good any more: it was typed wrong too often, is too old, or was used. " +
  "Press “Another code or number” below.";

/** Whoever waits for a text that does not come is told in this window, or in a message. */
async function sendAndTell(context: SlackContext, code: KeptCode, viewId: string): Promise<void> {
  const sent = await context.sendCode(code);
  if (sent === "sent") return;
  const { title } = context.gateway;
  const words = notSentWords("code", { fault: sent.failed, title, words: sent.words });
  const phoneForm = alarmPhoneView({ phone: code.phone, isProven: false }, context.settings);
  const view =
    // It may come all the same.
    sent.failed === "ambiguous" ? alarmCodeView(code.phone, words) : formView(phoneForm, { phone: words });
  const { client } = context;
  await client.views
    .update({ view_id: viewId, view })
    .catch(() => whisper(client, { user: code.user.userId, channel: undefined, text: words }));
}

export async function proveAlarmPhone(
  { member, change, values, rootViewId }: SubmissionInput,
  context: SlackContext,
): Promise<Answer> {
  const typed = CodeValues.parse(values).code.code.value ?? "";
  const proof = await change((tx) => proveCode(tx, member, typed), { lock: "update" });
  if (proof === "over") return { errors: { code: OVER } };
  if ("wrong" in proof) {
    const words = `That is not the code. You can try ${plural(proof.wrong, "more time")}: look at the newest text.`;
    return { errors: { code: words } };
  }
  const words =
    `${writePhone(proof.proven)} is your phone for alarms now. ` +
    "It is texted when an alert has halted and Slack can't be told.";
  return { view: noticeView(words), after: () => showBoard(context, member, rootViewId) };
}

const PhoneValues = z.object({ phone: z.object({ phone: z.object({ value: z.string().nullish() }) }) });
const CodeValues = z.object({ code: z.object({ code: z.object({ value: z.string().nullish() }) }) });

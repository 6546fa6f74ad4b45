// The two steps in which an admin proves a phone for alarms. Pure.
import type { ModalView } from "@slack/web-api";
import { CODE_MINUTES } from "../../../codes/phone-code.ts";
import { maskPhone, writePhone } from "../../../members/phone.ts";
import { actions, button, context, input, modal, section } from "../../words/blocks.ts";

const TITLE = "My phone for alarms";

/** The first. @param known the phone to begin with; proven: that it is theirs is known already */
export function alarmPhoneView(
  { phone, isProven }: { phone: string | null; isProven: boolean },
  { isPractice }: { isPractice: boolean },
): ModalView {
  const proven =
    phone !== null && isProven
      ? `Alarms go to ${writePhone(phone)}, which you have proven to be yours. `
      : "";
  return modal({
    title: TITLE,
    form: { name: "alarm-code-request", metadata: "", submit: "Text me a code" },
    blocks: [
      section(
        `${proven}When an alert has halted and Slack can't be told, Headgate texts this phone. ` +
          "A code is texted there first, so that no alarm goes astray.",
      ),
      ...(isPractice
        ? [context("*Practice:* no text leaves for a real phone. Take one of the practice page's own.")]
        : []),
      input("phone", "Your mobile number", {
        type: "plain_text_input",
        max_length: 40,
        placeholder: { type: "plain_text", text: "(206) 555-0100" },
        ...(phone !== null && { initial_value: writePhone(phone) }),
      }),
    ],
  });
}

/** The second. @param note what became of the text, where there is more to say */
export const alarmCodeView = (phone: string, note?: string): ModalView =>
  modal({
    title: TITLE,
    form: { name: "alarm-code", metadata: "", submit: "This is the code" },
    blocks: [
      section(
        note ??
          `A code of six digits is on its way to your phone (${maskPhone(phone)}). It is good for ${CODE_MINUTES} minutes.`,
      ),
      input("code", "The code", {
        type: "plain_text_input",
        max_length: 20,
        placeholder: { type: "plain_text", text: "123456" },
      }),
      actions(button("alarm-phone-again", "Another code or number", "mine")),
    ],
  });

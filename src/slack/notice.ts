import type { ModalView } from "@slack/web-api";
import { clip } from "./blocks.ts";

/** A modal that only says something. */
export function noticeView(text: string): ModalView {
  return {
    type: "modal",
    title: { type: "plain_text", text: "Headgate" },
    close: { type: "plain_text", text: "Close" },
    blocks: [{ type: "section", text: { type: "plain_text", text: clip(text, 3000) } }],
  };
}

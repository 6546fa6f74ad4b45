import type { ModalView } from "@slack/web-api";
import { clip, modal } from "./blocks.ts";

/** A modal that only says something. */
export const noticeView = (text: string): ModalView =>
  modal({
    title: "Headgate",
    blocks: [{ type: "section", text: { type: "plain_text", text: clip(text, 3000) } }],
  });

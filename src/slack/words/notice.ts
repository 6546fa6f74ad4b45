import type { ModalView } from "@slack/web-api";
import { clip, modal, section } from "./blocks.ts";

/** A modal that only says something. */
export const noticeView = (text: string): ModalView =>
  modal({
    title: "Headgate",
    blocks: [section(clip(text, 3000))],
  });

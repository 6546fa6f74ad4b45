// https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
import { z } from "zod";
import { channelId, userId } from "./text.ts";

const style = z
  .strictObject({
    bold: z.boolean().optional(),
    italic: z.boolean().optional(),
    strike: z.boolean().optional(),
    underline: z.boolean().optional(),
    code: z.boolean().optional(),
    highlight: z.boolean().optional(),
    client_highlight: z.boolean().optional(),
    unlink: z.boolean().optional(),
  })
  .optional();
const richLeaf = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string().min(1), style }),
  z.strictObject({
    type: z.literal("link"),
    url: z.url(),
    text: z.string().optional(),
    unsafe: z.boolean().optional(),
    style,
  }),
  z.strictObject({ type: z.literal("user"), user_id: userId, style }),
  z.strictObject({ type: z.literal("usergroup"), usergroup_id: z.string().regex(/^S[A-Z0-9]+$/), style }),
  z.strictObject({ type: z.literal("channel"), channel_id: channelId, style }),
  z.strictObject({ type: z.literal("broadcast"), range: z.enum(["here", "channel", "everyone"]), style }),
  z.strictObject({
    type: z.literal("emoji"),
    name: z.string().min(1),
    skin_tone: z.int().min(1).max(6).optional(),
    unicode: z.string().min(1).optional(),
    style,
  }),
  z.strictObject({
    type: z.literal("date"),
    timestamp: z.int().min(0),
    format: z.string().min(1),
    url: z.url().optional(),
    fallback: z.string().optional(),
    style,
  }),
]);
const bordered = { elements: z.array(richLeaf), border: z.literal([0, 1]).optional() };
const richSection = z.strictObject({ type: z.literal("rich_text_section"), elements: z.array(richLeaf) });
const richPart = z.discriminatedUnion("type", [
  richSection,
  z.strictObject({
    type: z.literal("rich_text_preformatted"),
    ...bordered,
    language: z.string().min(1).optional(),
  }),
  z.strictObject({ type: z.literal("rich_text_quote"), ...bordered }),
  z.strictObject({
    type: z.literal("rich_text_list"),
    style: z.enum(["bullet", "ordered"]),
    elements: z.array(richSection).min(1),
    indent: z.int().min(0).optional(),
    offset: z.int().min(0).optional(),
    border: z.literal([0, 1]).optional(),
  }),
]);
export const richText = { type: z.literal("rich_text"), elements: z.array(richPart) };

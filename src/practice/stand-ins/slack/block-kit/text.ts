// What blocks and elements are written with. https://docs.slack.dev/reference/block-kit/composition-objects
import { z } from "zod";

export const text = (max: number, min = 1) => z.string().min(min).max(max);
export const plain = (max: number) =>
  z.strictObject({ type: z.literal("plain_text"), text: text(max), emoji: z.boolean().optional() });
export const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal("mrkdwn"), text: text(max), verbatim: z.boolean().optional() });
export const anyText = (max: number) => z.discriminatedUnion("type", [plain(max), mrkdwn(max)]);
export const list = <T extends z.ZodType>(item: T, max: number) => z.array(item).min(1).max(max);
export const url = z.url().max(3000);

export const confirm = z.strictObject({
  title: plain(100),
  text: anyText(300),
  confirm: plain(30),
  deny: plain(30),
  style: z.enum(["primary", "danger"]).optional(),
});

const optionWith = <T extends z.ZodType>(label: T) =>
  z.strictObject({ text: label, value: text(75), description: label.optional() });
export const option = optionWith(plain(75));
export const richOption = optionWith(anyText(75));
export const linkOption = z.strictObject({ ...option.shape, url: url.optional() });
export const optionGroup = z.strictObject({ label: plain(75), options: list(option, 100) });

export const userId = z.string().regex(/^[UW][A-Z0-9]+$/);
export const channelId = z.string().regex(/^[CG][A-Z0-9]+$/);

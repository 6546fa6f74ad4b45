// Block Kit as Slack documents it: what may be written and how long it may be. limits.ts adds the rules
// that reach across blocks. https://docs.slack.dev/reference/block-kit
import { z } from "zod";
import { accessory, actionsElement, image, inputElement } from "./elements.ts";
import { richText } from "./rich-text.ts";
import { anyText, list, mrkdwn, plain, text } from "./text.ts";

const block_id = text(255).optional();
const cell = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("raw_text"), text: z.string() }),
  z.strictObject(richText),
]);

const number = z.strictObject({
  type: z.literal("raw_number"),
  value: z.number(),
  text: z.string().optional(),
});

const block = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("actions"), block_id, elements: list(actionsElement, 25) }),
  z.strictObject({
    type: z.literal("alert"),
    block_id,
    text: anyText(200),
    level: z.enum(["default", "info", "warning", "error", "success"]).optional(),
  }),
  z.strictObject({
    type: z.literal("context"),
    block_id,
    elements: list(z.discriminatedUnion("type", [plain(3000), mrkdwn(3000), image]), 10),
  }),
  z.strictObject({
    type: z.literal("data_table"),
    block_id,
    caption: text(3000),
    // The first row is the header.
    rows: z
      .array(
        z
          .array(z.discriminatedUnion("type", [...cell.options, number]))
          .min(1)
          .max(20),
      )
      .min(2)
      .max(101)
      .refine(([head]) => head?.every(({ type }) => type !== "rich_text"), {
        error: "no rich_text in the header",
      })
      .refine((rows) => rows.every(({ length }) => length === rows[0]?.length), {
        error: "all rows need the same number of cells",
      }),
    page_size: z.int().min(1).max(100).optional(),
    row_header_column_index: z.int().min(0).optional(),
  }),
  z.strictObject({ type: z.literal("divider"), block_id }),
  z.strictObject({
    type: z.literal("header"),
    block_id,
    text: plain(150),
    level: z.int().min(1).max(4).optional(),
  }),
  z
    .strictObject({ ...image.shape, block_id, title: plain(2000).optional() })
    .refine((it) => (it.image_url === undefined) !== (it.slack_file === undefined), {
      error: "needs either image_url or slack_file",
    }),
  z
    .strictObject({
      type: z.literal("input"),
      block_id,
      label: plain(2000),
      element: inputElement,
      hint: plain(2000).optional(),
      optional: z.boolean().optional(),
      dispatch_action: z.boolean().optional(),
    })
    .refine((it) => !(it.element.type === "file_input" && it.dispatch_action === true), {
      error: "a file_input can't dispatch actions",
    }),
  z.strictObject({ type: z.literal("markdown"), block_id, text: text(12_000) }),
  z.strictObject({ ...richText, block_id }),
  z
    .strictObject({
      type: z.literal("section"),
      block_id,
      text: anyText(3000).optional(),
      fields: list(anyText(2000), 10).optional(),
      accessory: accessory.optional(),
      expand: z.boolean().optional(),
    })
    .refine((it) => it.text !== undefined || it.fields !== undefined, { error: "needs text or fields" }),
  z.strictObject({
    type: z.literal("table"),
    block_id,
    rows: list(list(cell, 20), 100),
    column_settings: z
      .array(
        z
          .strictObject({
            align: z.enum(["left", "center", "right"]).optional(),
            is_wrapped: z.boolean().optional(),
          })
          .nullable(),
      )
      .max(20)
      .optional(),
  }),
]);

const ofEveryView = {
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
  blocks: list(block, 100),
};
export const modalView = z.strictObject({
  type: z.literal("modal"),
  ...ofEveryView,
  title: plain(24),
  submit: plain(24).optional(),
  close: plain(24).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  submit_disabled: z.boolean().optional(),
});
export const homeView = z.strictObject({ type: z.literal("home"), ...ofEveryView });
export const view = z.discriminatedUnion("type", [modalView, homeView]);

export const messageBlocks = z.array(block).max(50);

export type Block = z.infer<typeof block>;
export type ModalView = z.infer<typeof modalView>;
export type HomeView = z.infer<typeof homeView>;
export type InteractiveElement =
  | z.infer<typeof actionsElement>
  | z.infer<typeof inputElement>
  | Exclude<z.infer<typeof accessory>, { type: "image" }>;

/** Where an element that a person can use stands. */
export type PlacedElement = {
  blockId: string;
  element: InteractiveElement;
  input: Extract<Block, { type: "input" }> | undefined;
};

/** Every element that a person can use, in the order of the page. */
export function elementsIn(blocks: readonly Block[]): PlacedElement[] {
  return blocks.flatMap((it): PlacedElement[] => {
    const blockId = it.block_id ?? "";
    if (it.type === "actions") return it.elements.map((element) => ({ blockId, element, input: undefined }));
    if (it.type === "input") return [{ blockId, element: it.element, input: it }];
    if (it.type !== "section" || it.accessory === undefined || it.accessory.type === "image") return [];
    return [{ blockId, element: it.accessory, input: undefined }];
  });
}

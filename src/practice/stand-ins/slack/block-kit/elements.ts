// What a person can press, choose or type into. https://docs.slack.dev/reference/block-kit/block-elements
import { z } from "zod";
import { richText } from "./rich-text.ts";
import {
  channelId,
  confirm,
  linkOption,
  list,
  option,
  optionGroup,
  plain,
  richOption,
  text,
  url,
  userId,
} from "./text.ts";

const named = { action_id: text(255).optional() };
const asking = { ...named, confirm: confirm.optional() };
const chosen = { ...asking, focus_on_load: z.boolean().optional() };
const select = { ...chosen, placeholder: plain(150).optional() };
const multi = { ...select, max_selected_items: z.int().min(1).optional() };
const typed = {
  ...named,
  placeholder: plain(150).optional(),
  focus_on_load: z.boolean().optional(),
  dispatch_action_config: z
    .strictObject({
      trigger_actions_on: list(z.enum(["on_enter_pressed", "on_character_entered"]), 2),
    })
    .optional(),
};
const menu = {
  options: list(option, 100).optional(),
  option_groups: list(optionGroup, 100).optional(),
};

export type Offer = { text: { text: string }; value: string };
type Offering = {
  options?: Offer[] | undefined;
  option_groups?: { options: Offer[] }[] | undefined;
  initial_option?: Offer | undefined;
  initial_options?: Offer[] | undefined;
};
export const offersOf = (element: Offering): Offer[] => [
  ...(element.options ?? []),
  ...(element.option_groups ?? []).flatMap((group) => group.options),
];

function initialsAreOffered(element: Offering): boolean {
  const offers = offersOf(element);
  const initials = [
    ...(element.initial_options ?? []),
    ...(element.initial_option ? [element.initial_option] : []),
  ];
  return initials.every((initial) =>
    offers.some((offer) => offer.value === initial.value && offer.text.text === initial.text.text),
  );
}
const notOffered = "an initial option that is not among the options";
const oneKindOfMenu = (element: Offering) =>
  (element.options === undefined) !== (element.option_groups === undefined);
const menuRule = "needs either options or option_groups, not both";

const button = z.strictObject({
  type: z.literal("button"),
  ...asking,
  text: plain(75),
  value: text(2000).optional(),
  url: url.optional(),
  style: z.enum(["primary", "danger"]).optional(),
  accessibility_label: text(75).optional(),
});
const checkboxes = z
  .strictObject({
    type: z.literal("checkboxes"),
    ...chosen,
    options: list(richOption, 10),
    initial_options: list(richOption, 10).optional(),
  })
  .refine(initialsAreOffered, notOffered);
const radioButtons = z
  .strictObject({
    type: z.literal("radio_buttons"),
    ...chosen,
    options: list(richOption, 10),
    initial_option: richOption.optional(),
  })
  .refine(initialsAreOffered, notOffered);
const overflow = z.strictObject({ type: z.literal("overflow"), ...asking, options: list(linkOption, 5) });
const staticSelect = z
  .strictObject({ type: z.literal("static_select"), ...select, ...menu, initial_option: option.optional() })
  .refine(oneKindOfMenu, menuRule)
  .refine(initialsAreOffered, notOffered);
const multiStaticSelect = z
  .strictObject({
    type: z.literal("multi_static_select"),
    ...multi,
    ...menu,
    initial_options: list(option, 100).optional(),
  })
  .refine(oneKindOfMenu, menuRule)
  .refine(initialsAreOffered, notOffered);

const searching = { min_query_length: z.int().min(0).optional() };
const conversations = {
  default_to_current_conversation: z.boolean().optional(),
  filter: z
    .strictObject({
      include: list(z.enum(["im", "mpim", "private", "public"]), 4).optional(),
      exclude_external_shared_channels: z.boolean().optional(),
      exclude_bot_users: z.boolean().optional(),
    })
    .optional(),
};
const answering = { response_url_enabled: z.boolean().optional() };
const otherPickers = [
  z.strictObject({
    type: z.literal("external_select"),
    ...select,
    ...searching,
    initial_option: option.optional(),
  }),
  z.strictObject({ type: z.literal("users_select"), ...select, initial_user: userId.optional() }),
  z.strictObject({
    type: z.literal("conversations_select"),
    ...select,
    ...conversations,
    ...answering,
    initial_conversation: text(255).optional(),
  }),
  z.strictObject({
    type: z.literal("channels_select"),
    ...select,
    ...answering,
    initial_channel: channelId.optional(),
  }),
  z.strictObject({
    type: z.literal("multi_external_select"),
    ...multi,
    ...searching,
    initial_options: list(option, 100).optional(),
  }),
  z.strictObject({
    type: z.literal("multi_users_select"),
    ...multi,
    initial_users: z.array(userId).min(1).optional(),
  }),
  z.strictObject({
    type: z.literal("multi_conversations_select"),
    ...multi,
    ...conversations,
    initial_conversations: z.array(text(255)).min(1).optional(),
  }),
  z.strictObject({
    type: z.literal("multi_channels_select"),
    ...multi,
    initial_channels: z.array(channelId).min(1).optional(),
  }),
  z.strictObject({ type: z.literal("datepicker"), ...select, initial_date: z.iso.date().optional() }),
  z.strictObject({
    type: z.literal("timepicker"),
    ...select,
    initial_time: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
      .optional(),
    timezone: text(100).optional(),
  }),
] as const;
const dateTimePicker = z.strictObject({
  type: z.literal("datetimepicker"),
  ...chosen,
  initial_date_time: z.int().min(0).max(9_999_999_999).optional(),
});
export const image = z
  .strictObject({
    type: z.literal("image"),
    alt_text: text(2000),
    image_url: url.optional(),
    slack_file: z.strictObject({ url: z.url().optional(), id: text(255).optional() }).optional(),
  })
  .refine((it) => (it.image_url === undefined) !== (it.slack_file === undefined), {
    error: "needs either image_url or slack_file",
  });

const length = z.int().min(0).max(3000);
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const typedInputs = [
  z
    .strictObject({
      type: z.literal("plain_text_input"),
      ...typed,
      initial_value: z.string().max(3000).optional(),
      multiline: z.boolean().optional(),
      min_length: length.optional(),
      max_length: length.min(1).optional(),
    })
    .refine((it) => (it.initial_value?.length ?? 0) <= (it.max_length ?? 3000), {
      error: "an initial_value longer than max_length",
    }),
  z.strictObject({ type: z.literal("email_text_input"), ...typed, initial_value: z.string().optional() }),
  z.strictObject({ type: z.literal("url_text_input"), ...typed, initial_value: z.string().optional() }),
  z.strictObject({
    type: z.literal("number_input"),
    ...typed,
    is_decimal_allowed: z.boolean(),
    initial_value: decimal.optional(),
    min_value: decimal.optional(),
    max_value: decimal.optional(),
  }),
] as const;
const fileInput = z.strictObject({
  type: z.literal("file_input"),
  ...named,
  filetypes: z.array(text(50)).min(1).optional(),
  max_files: z.int().min(1).max(10).optional(),
});

const richTextInput = z.strictObject({
  type: z.literal("rich_text_input"),
  ...typed,
  action_id: text(255),
  initial_value: z.strictObject(richText).optional(),
});

const pickers = [
  checkboxes,
  radioButtons,
  staticSelect,
  multiStaticSelect,
  dateTimePicker,
  ...otherPickers,
] as const;
export const actionsElement = z.discriminatedUnion("type", [button, overflow, ...pickers]);
export const accessory = z.discriminatedUnion("type", [button, overflow, image, ...pickers]);
export const inputElement = z.discriminatedUnion("type", [
  ...typedInputs,
  richTextInput,
  fileInput,
  ...pickers,
]);

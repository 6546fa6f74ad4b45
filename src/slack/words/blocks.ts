// Small pieces of Slack messages, each within Slack's limits.
import type {
  ActionsBlockElement,
  Button,
  ContextBlock,
  HeaderBlock,
  HomeView,
  InputBlock,
  KnownBlock,
  ModalView,
  RichTextBlock,
  SectionBlock,
} from "@slack/web-api";
import type { ActionName, SubmissionName } from "../index.ts";

/** Cut so that an escape is never cut in two: cut first, then escape. */
export const clip = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;

export const header = (text: string): HeaderBlock => ({
  type: "header",
  text: { type: "plain_text", text: clip(text, 150), emoji: false },
});

/** Text that we wrote, in mrkdwn; what somebody typed is escaped before it goes in. */
export const section = (text: string): SectionBlock => ({
  type: "section",
  text: { type: "mrkdwn", text },
});

/** A section holds this many characters. */
const SECTION_HOLDS = 3_000;

/** Lines in as few sections as hold them, for there is a gap after each. */
export function sections(lines: readonly string[]): SectionBlock[] {
  const groups: string[] = [];
  for (const line of lines) {
    const together = `${groups.at(-1)}\n${line}`;
    if (groups.length === 0 || together.length > SECTION_HOLDS) groups.push(line);
    else groups.splice(-1, 1, together);
  }
  return groups.map(section);
}

export const context = (text: string): ContextBlock => ({
  type: "context",
  elements: [{ type: "mrkdwn", text }],
});

/** What somebody typed can stand in it as it is: nothing in it is formatted, linked or made an emoji. */
export const plainContext = (text: string): ContextBlock => ({
  type: "context",
  elements: [{ type: "plain_text", text, emoji: false }],
});

/** Exactly these characters, in a box: nothing in it is formatted, linked or made an emoji. */
export const exactText = (text: string): RichTextBlock => ({
  type: "rich_text",
  elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text }] }],
});

export const actions = (...elements: ActionsBlockElement[]): KnownBlock => ({ type: "actions", elements });

export const button = (
  actionId: ActionName,
  text: string,
  value: number | string,
  more: Pick<Button, "style" | "confirm"> = {},
): Button => ({
  type: "button",
  action_id: actionId,
  text: { type: "plain_text", text: clip(text, 75), emoji: false },
  value: String(value),
  ...more,
});

/** A field; what was put into it is found at `id`, in the values and for an error. */
export const input = (
  id: string,
  label: string,
  element: InputBlock["element"],
  hint?: string,
): InputBlock => ({
  type: "input",
  block_id: id,
  label: { type: "plain_text", text: label },
  ...(hint !== undefined && { hint: { type: "plain_text", text: hint } }),
  element: { ...element, action_id: id },
});

/**
 * @param form where something is to be submitted: the listener, what it is told besides, and the button
 * @param metadata where nothing is: what its buttons are told besides
 */
export const modal = ({
  title,
  form,
  metadata,
  blocks,
}: {
  title: string;
  form?: { name: SubmissionName; metadata: string; submit: string };
  metadata?: string;
  blocks: KnownBlock[];
}): ModalView => ({
  type: "modal",
  ...(form && {
    callback_id: form.name,
    private_metadata: form.metadata,
    submit: { type: "plain_text", text: form.submit },
  }),
  ...(metadata !== undefined && { private_metadata: metadata }),
  title: { type: "plain_text", text: title },
  close: { type: "plain_text", text: form ? "Cancel" : "Close" },
  blocks,
});

/** What stands in the Home tab. */
export const home = (blocks: KnownBlock[]): HomeView => ({ type: "home", blocks });

/** Slack's own are-you-sure. @param style `danger` for what can't be undone: its button is red then */
export const areYouSure = (
  title: string,
  text: string,
  yes: string,
  no: string,
  style?: "danger",
): NonNullable<Button["confirm"]> => ({
  title: { type: "plain_text", text: clip(title, 100) },
  text: { type: "plain_text", text: clip(text, 300) },
  confirm: { type: "plain_text", text: clip(yes, 30) },
  deny: { type: "plain_text", text: clip(no, 30) },
  ...(style && { style }),
});

/** Names in a row, as many as fit: "North, South and 3 more". Not escaped. */
export function listNames(names: readonly string[], most: number): string {
  for (let shown = names.length; shown > 0; shown--) {
    const rest = names.length - shown;
    const text = names.slice(0, shown).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
    if (text.length <= most) return text;
  }
  return `${names.length} zones`;
}

/** @param write how a name is written: escaped, where it goes into mrkdwn */
export function zonesOf(
  { allZones, zoneNames }: { allZones: boolean; zoneNames: readonly string[] },
  most: number,
  write: (name: string) => string = (name) => name,
): string {
  const [first = "", ...rest] = zoneNames.map(write);
  return listNames([allZones ? `All zones: ${first}` : first, ...rest], most);
}

export const mention = (userId: string): string => `<@${userId}>`;

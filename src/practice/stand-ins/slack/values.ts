// What stands in the fields of a view or message, in the form in which Slack reports it.
import { type Block, elementsIn, type InteractiveElement, type PlacedElement } from "./block-kit/blocks.ts";

export type ElementState = { type: string; [key: string]: unknown };
export type StateValues = Record<string, Record<string, ElementState>>;

/** What a person typed or chose: text, one option's value, several options' values, or nothing. */
export type Typed = string | readonly string[] | null;

/** The name under which an element reports what is chosen; elements without one (buttons) hold no state. */
const reportedAs = {
  plain_text_input: "value",
  email_text_input: "value",
  url_text_input: "value",
  number_input: "value",
  rich_text_input: "rich_text_value",
  file_input: "files",
  static_select: "selected_option",
  external_select: "selected_option",
  radio_buttons: "selected_option",
  overflow: "selected_option",
  multi_static_select: "selected_options",
  multi_external_select: "selected_options",
  checkboxes: "selected_options",
  datepicker: "selected_date",
  timepicker: "selected_time",
  datetimepicker: "selected_date_time",
  users_select: "selected_user",
  multi_users_select: "selected_users",
  conversations_select: "selected_conversation",
  multi_conversations_select: "selected_conversations",
  channels_select: "selected_channel",
  multi_channels_select: "selected_channels",
} as const satisfies Partial<Record<InteractiveElement["type"], string>>;

const holdsState = (type: string): type is keyof typeof reportedAs => type in reportedAs;

/** Several answers are an empty list where nothing is chosen; a single one is null. */
const isPlural = (key: string) => key.endsWith("s");

function initialState(element: InteractiveElement): ElementState | undefined {
  if (!holdsState(element.type) || element.type === "overflow") return undefined;
  const key = reportedAs[element.type];
  const initial = Object.entries(element).find(
    ([name, value]) => name.startsWith("initial_") && value !== undefined,
  );
  return { type: element.type, [key]: initial?.[1] ?? (isPlural(key) ? [] : null) };
}

/** One of those that can be chosen, and how Slack tells the app of it. */
export type Choice = { value: string; told: unknown };

/** All that can be chosen in an element; undefined where anything can be typed. */
export type ChoicesIn = (placed: PlacedElement) => readonly Choice[] | undefined;

/** @throws when nobody could choose that: it isn't offered. */
export function typedState(placed: PlacedElement, typed: Typed, choicesIn: ChoicesIn): ElementState {
  const { element } = placed;
  if (!holdsState(element.type)) throw new Error(`Nothing can be typed into a ${element.type}.`);
  const key = reportedAs[element.type];
  const many = typeof typed === "string" ? [typed] : (typed ?? []);
  const choices = choicesIn(placed);
  if (choices === undefined) {
    return { type: element.type, [key]: isPlural(key) ? many : typed === "" ? null : typed };
  }
  const chosen = many.map((value) => {
    const choice = choices.find((it) => it.value === value);
    if (choice === undefined) throw new Error(`"${value}" is not among the options of ${element.action_id}.`);
    return choice.told;
  });
  return { type: element.type, [key]: isPlural(key) ? chosen : (chosen[0] ?? null) };
}

/** Keeps what was there only where block, action and kind are the same as before. */
export function stateOf(blocks: readonly Block[], before: StateValues = {}): StateValues {
  const state: StateValues = {};
  for (const { blockId, element } of elementsIn(blocks)) {
    const initial = initialState(element);
    const actionId = element.action_id ?? "";
    if (initial === undefined) continue;
    const kept = before[blockId]?.[actionId];
    state[blockId] = { ...state[blockId], [actionId]: kept?.type === initial.type ? kept : initial };
  }
  return state;
}

/** Puts what was typed into the state; keys are a block id, an action id, or `block id/action id`. */
export function withTyped(
  blocks: readonly Block[],
  state: StateValues,
  typed: Record<string, Typed>,
  choicesIn: ChoicesIn,
): StateValues {
  const placed = elementsIn(blocks);
  const next = structuredClone(state);
  for (const [key, value] of Object.entries(typed)) {
    const target = placed.find((it) => isNamed(it, key));
    if (target === undefined) throw new Error(`There is no field "${key}" here.`);
    next[target.blockId] = {
      ...next[target.blockId],
      [target.element.action_id ?? ""]: typedState(target, value, choicesIn),
    };
  }
  return next;
}

const isNamed = ({ blockId, element }: PlacedElement, key: string) =>
  element.type !== "button" &&
  (blockId === key || element.action_id === key || `${blockId}/${element.action_id}` === key);

function mostIn(element: InteractiveElement): number | undefined {
  if (element.type === "file_input") return element.max_files ?? 10;
  return "max_selected_items" in element ? element.max_selected_items : undefined;
}

/** What Slack's own client says under a field before it sends anything. */
export function complaintsOf(blocks: readonly Block[], state: StateValues): Record<string, string> {
  const complaints: Record<string, string> = {};
  for (const { blockId, element, input } of elementsIn(blocks)) {
    if (input === undefined || !holdsState(element.type)) continue;
    const value = state[blockId]?.[element.action_id ?? ""]?.[reportedAs[element.type]];
    const isEmpty = value === null || value === undefined || (Array.isArray(value) && value.length === 0);
    const most = mostIn(element);
    if (isEmpty && input.optional !== true) complaints[blockId] = "Please complete this required field.";
    else if (element.type === "plain_text_input" && typeof value === "string") {
      const { min_length: min = 0, max_length: max = 3000 } = element;
      if (value.length > max) complaints[blockId] = `This entry must be at most ${max} characters.`;
      if (value.length < min) complaints[blockId] = `This entry must be at least ${min} characters.`;
    } else if (most !== undefined && Array.isArray(value) && value.length > most) {
      complaints[blockId] = `Please choose at most ${most}.`;
    }
  }
  return complaints;
}

/** The state as the app is told of it: Slack may escape what was typed. */
export function escapedState(state: StateValues): StateValues {
  const escaped = structuredClone(state);
  for (const element of Object.values(escaped).flatMap((block) => Object.values(block))) {
    if (element.type === "plain_text_input" && typeof element.value === "string") {
      element.value = escapeText(element.value);
    }
  }
  return escaped;
}

export const escapeText = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

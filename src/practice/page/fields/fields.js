// What can be typed or chosen, in modals, at Home and in messages.
import { make } from "../dom.js";
import { plainText, textNodes } from "../slack/mrkdwn.js";
import { fileField } from "./files.js";
import { multiSelect } from "./many.js";
import { searchOne, sourceFor } from "./one.js";

let lastId = 0;
const newId = () => {
  lastId += 1;
  return `field-${lastId}`;
};

const keyOf = (blockId, element) => `${blockId}/${element.action_id}`;

/** What stands in a field, taken from the state as Slack keeps it. */
export function typedFrom({ type, ...held }) {
  const [value] = Object.values(held);
  if (Array.isArray(value)) return value.map((it) => it.value ?? it.id ?? it);
  return value?.value ?? value ?? null;
}

/** An input block: label, control, hint, counter and error belong together. */
export function field(block, scene) {
  const { element, block_id: blockId } = block;
  const id = newId();
  const error = scene.errors?.[blockId];
  const describedBy = [error && `${id}-error`, block.hint && `${id}-hint`].filter(Boolean).join(" ");
  const control = {
    id,
    key: keyOf(blockId, element),
    "aria-invalid": error ? "true" : undefined,
    "aria-describedby": describedBy || undefined,
  };
  const name = [
    plainText(block.label),
    block.optional ? make("span.optional", {}, " (optional)") : undefined,
  ];
  const drawn = drawField(element, blockId, scene, control, block.dispatch_action === true);
  const isGroup = element.type === "checkboxes" || element.type === "radio_buttons";
  return make(
    isGroup ? "fieldset.field" : "div.field",
    { "data-block": blockId, ...(isGroup ? { "aria-describedby": describedBy || undefined } : {}) },
    isGroup ? make("legend", {}, ...name) : make("label", { for: id }, ...name),
    drawn.control,
    error && make("p.error", { id: `${id}-error` }, error),
    (block.hint || drawn.counter) &&
      make(
        "div.under",
        {},
        block.hint && make("span", { id: `${id}-hint` }, plainText(block.hint)),
        drawn.counter,
      ),
  );
}

function drawField(element, blockId, scene, control, tellsAtOnce) {
  const change = (value) => scene.change(control.key, value, blockId);
  const changed = (value) => {
    change(value);
    if (tellsAtOnce) scene.press({ element, blockId, value });
  };
  const tell = tellsAtOnce ? (value) => scene.press({ element, blockId, value }) : undefined;
  if (element.type in textual) return textField(element, scene, control, change, tell);
  if (element.type === "file_input") return { control: fileField(element, scene, control, change) };
  return { control: chooser(element, scene, { ...control, blockId }, changed) };
}

const textual = { plain_text_input: 1, email_text_input: 1, url_text_input: 1, number_input: 1 };

/** @param tell where the app hears of it before Submit: at Enter, or at each character */
function textField(element, scene, { key, ...attributes }, change, tell) {
  const at = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const max = element.max_length ?? 3000;
  const counter = element.max_length === undefined ? undefined : make("span.count");
  const count = (length) => {
    if (counter === undefined) return;
    counter.textContent = `${length} of ${max}`;
    counter.classList.toggle("over", length > max);
  };
  const value = scene.typed[key] ?? "";
  const input = make(element.multiline ? "textarea" : "input", {
    ...attributes,
    "data-key": key,
    placeholder: element.placeholder && plainText(element.placeholder),
    ...(element.multiline ? { rows: "5" } : { type: "text" }),
    autofocus: element.focus_on_load,
    oninput: () => {
      count(input.value.length);
      change(input.value);
      if (at.includes("on_character_entered")) tell?.(input.value);
    },
    onkeydown: (event) => {
      if (event.key !== "Enter" || !tell || element.multiline || !at.includes("on_enter_pressed")) return;
      event.preventDefault();
      tell(input.value);
    },
  });
  input.value = value;
  count(value.length);
  return { control: input, counter };
}

/** A select or the like that stands in a section or among actions: it tells the app at once. */
export function picker(element, blockId, scene) {
  const key = keyOf(blockId, element);
  const change = async (value, putBack) => {
    if ((await scene.press({ element, blockId, value })) === false) putBack?.();
  };
  const label = element.placeholder ? plainText(element.placeholder) : "Choose";
  return chooser(element, scene, { id: newId(), key, blockId, "aria-label": label }, change);
}

/** `change(value, putBack)`: whoever says no to a question about it goes on with what was there before. */
function chooser(element, scene, { blockId, ...control }, change) {
  const source = sourceFor(element, scene, blockId);
  if (source !== undefined) return searchOne(element, scene, control, change, source);
  switch (element.type) {
    case "static_select":
    case "overflow":
      return select(element, scene, control, change);
    case "multi_static_select":
      return multiSelect(element, scene, control, change);
    case "checkboxes":
    case "radio_buttons":
      return choices(element, scene, control, change);
    default:
      return make("em", {}, `(The practice page can't draw a ${element.type}.)`);
  }
}

function select(element, scene, { key, ...attributes }, change) {
  const item = (offer) => make("option", { value: offer.value }, plainText(offer.text));
  const empty = element.placeholder
    ? plainText(element.placeholder)
    : element.type === "overflow"
      ? "⋯"
      : "Choose";
  let before = "";
  function chosen() {
    const was = before;
    before = drawn.value;
    change(drawn.value === "" ? null : drawn.value, () => {
      before = was;
      drawn.value = was;
    });
    // A menu holds nothing: the same can be chosen again.
    if (element.type === "overflow") drawn.value = "";
  }
  const drawn = make(
    element.type === "overflow" ? "select.overflow" : "select",
    { ...attributes, "data-key": key, onchange: chosen },
    make("option", { value: "" }, empty),
    ...(element.options ?? []).map(item),
    ...(element.option_groups ?? []).map((group) =>
      make("optgroup", { label: plainText(group.label) }, ...group.options.map(item)),
    ),
  );
  drawn.value = scene.typed?.[key] ?? element.initial_option?.value ?? "";
  before = drawn.value;
  return drawn;
}

function choices(element, scene, { id, key, ...attributes }, change) {
  const type = element.type === "checkboxes" ? "checkbox" : "radio";
  const typed = scene.typed?.[key] ?? (element.initial_options ?? []).map((it) => it.value);
  const chosen = new Set([typed ?? element.initial_option?.value].flat());
  const group = make("div", {});
  const boxes = element.options.map((offer, index) => {
    const box = make("input", {
      type,
      name: id,
      id: `${id}-${index}`,
      value: offer.value,
      "data-key": `${key}/${offer.value}`,
      ...attributes,
      "aria-label": undefined,
      onchange: () => {
        const values = boxes.filter((it) => it.checked).map((it) => it.value);
        change(type === "radio" ? (values[0] ?? null) : values);
      },
    });
    box.checked = chosen.has(offer.value);
    const more = offer.description && make("span.more", {}, ...textNodes(offer.description, scene.names));
    const label = make("label", { for: box.id }, ...textNodes(offer.text, scene.names), more);
    group.append(make("div.choice", {}, box, label));
    return box;
  });
  return group;
}

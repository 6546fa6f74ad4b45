// What can be typed or chosen, in modals and messages.
import { arrange, keepSame, make } from "../dom.js";
import { plainText, textNodes } from "./mrkdwn.js";

let lastId = 0;
const newId = () => {
  lastId += 1;
  return `field-${lastId}`;
};

const keyOf = (blockId, element) => `${blockId}/${element.action_id}`;

const offersOf = ({ options = [], option_groups: groups = [] }) => [
  ...options,
  ...groups.flatMap((group) => group.options),
];

/** What stands in a field, taken from the state as Slack keeps it. */
export function typedFrom({ type, ...held }) {
  const [value] = Object.values(held);
  if (Array.isArray(value)) return value.map((it) => it.value ?? it);
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
  if (element.type in textual) return textField(element, scene, control, change);
  return { control: chooser(element, scene, control, changed) };
}

const textual = { plain_text_input: 1, email_text_input: 1, url_text_input: 1, number_input: 1 };

function textField(element, scene, { key, ...attributes }, change) {
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
    },
  });
  input.value = value;
  count(value.length);
  return { control: input, counter };
}

/** A select or the like that stands in a section or among actions: it tells the app at once. */
export function picker(element, blockId, scene) {
  const key = keyOf(blockId, element);
  const change = (value) => {
    scene.change?.(key, value);
    scene.press({ element, blockId, value });
  };
  const label = element.placeholder ? plainText(element.placeholder) : "Choose";
  return chooser(element, scene, { id: newId(), key, "aria-label": label }, change);
}

function chooser(element, scene, control, change) {
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
  function chosen() {
    change(drawn.value === "" ? null : drawn.value);
    // A menu holds nothing: the same can be chosen again.
    if (element.type === "overflow") drawn.value = "";
  }
  const drawn = make(
    "select",
    { ...attributes, "data-key": key, onchange: chosen },
    make("option", { value: "" }, empty),
    ...(element.options ?? []).map(item),
    ...(element.option_groups ?? []).map((group) =>
      make("optgroup", { label: plainText(group.label) }, ...group.options.map(item)),
    ),
  );
  drawn.value = scene.typed?.[key] ?? element.initial_option?.value ?? "";
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

const searchBox = (element, { key, ...attributes }, listId) =>
  make("input", {
    ...attributes,
    type: "text",
    role: "combobox",
    autocomplete: "off",
    "data-key": key,
    "aria-expanded": "false",
    "aria-controls": listId,
    "aria-autocomplete": "list",
    placeholder: element.placeholder && plainText(element.placeholder),
  });

function chip(value, name, remove) {
  const button = make("button", { type: "button", "aria-label": `Remove ${name}`, onclick: remove }, "✕");
  return Object.assign(make("span.chip", {}, name, button), { drawnFrom: value });
}

const listItem = (offer, id, { isActive, isChosen, toggle }) =>
  make(
    isActive ? "li.active" : "li",
    {
      role: "option",
      id,
      "aria-selected": String(isChosen),
      // Before the input loses focus, which would close the list.
      onmousedown: (event) => event.preventDefault(),
      onclick: toggle,
    },
    plainText(offer.text),
  );

/** Chips of what is chosen, and a search among all there is. */
function multiSelect(element, scene, control, change) {
  const offers = offersOf(element);
  const most = element.max_selected_items ?? offers.length;
  let chosen = [...(scene.typed?.[control.key] ?? (element.initial_options ?? []).map((it) => it.value))];
  let active = -1;
  const listId = `${control.id}-options`;
  const input = searchBox(element, control, listId);
  const chips = make("div.chips", {});
  const attributes = { id: listId, role: "listbox", "aria-multiselectable": "true", hidden: true };
  const list = make("ul.options", attributes);
  const root = make("div.many", {}, chips, list);

  const nameOf = (value) => plainText(offers.find((it) => it.value === value)?.text ?? { text: value });
  const matches = () =>
    offers.filter((it) => plainText(it.text).toLowerCase().includes(input.value.trim().toLowerCase()));

  function set(next) {
    chosen = next;
    change(next);
    drawChips();
  }
  function toggle(value) {
    if (chosen.includes(value)) set(chosen.filter((it) => it !== value));
    else if (chosen.length < most) set([...chosen, value]);
    input.value = "";
    show(false);
  }
  /** Apart from the list: a chip that is pressed takes the focus from the search, and that closes the list. */
  function drawChips() {
    const drawn = chosen.map((value) => chip(value, nameOf(value), () => remove(value)));
    arrange(chips, [...keepSame(chips.children, drawn), input]);
  }
  function drawList() {
    const items = matches().map((offer, index) =>
      listItem(offer, `${listId}-${index}`, {
        isActive: index === active,
        isChosen: chosen.includes(offer.value),
        toggle: () => toggle(offer.value),
      }),
    );
    list.replaceChildren(...(items.length > 0 ? items : [make("li.none", {}, "Nothing matches.")]));
    if (active >= 0) {
      input.setAttribute("aria-activedescendant", `${listId}-${active}`);
      items[active]?.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }
  function remove(value) {
    set(chosen.filter((it) => it !== value));
    input.focus();
  }
  function show(isShown) {
    list.hidden = !isShown;
    input.setAttribute("aria-expanded", String(isShown));
    if (!isShown) active = -1;
    drawList();
  }
  input.addEventListener("click", () => show(true));
  input.addEventListener("blur", () => {
    input.value = "";
    show(false);
  });
  input.addEventListener("input", () => {
    active = -1;
    show(true);
  });
  input.addEventListener("keydown", (event) => {
    const found = matches();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      active = (active + step + found.length) % Math.max(1, found.length);
      drawList();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const offer = found[active] ?? (input.value !== "" ? found[0] : undefined);
      if (offer) toggle(offer.value);
    } else if (event.key === "Escape" && !list.hidden) {
      // The first Escape closes the list, the next one the modal.
      event.preventDefault();
      event.stopPropagation();
      show(false);
    } else if (event.key === "Backspace" && input.value === "" && chosen.length > 0) {
      set(chosen.slice(0, -1));
      drawList();
    }
  });
  drawChips();
  drawList();
  return root;
}

// Several of many: chips of what is chosen, and a search among all there is.
import { arrange, keepSame, make } from "../dom.js";
import { plainText } from "../slack/mrkdwn.js";
import { listItem, searchBox } from "./search.js";

const offersOf = ({ options = [], option_groups: groups = [] }) => [
  ...options,
  ...groups.flatMap((group) => group.options),
];

export function chip(value, name, remove) {
  const button = make("button", { type: "button", "aria-label": `Remove ${name}`, onclick: remove }, "✕");
  return Object.assign(make("span.chip", {}, name, button), { drawnFrom: value });
}

export function multiSelect(element, scene, control, change) {
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

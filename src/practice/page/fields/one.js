// One of many, by a search: people, channels, or what the app answers while somebody types.
import { make } from "../dom.js";
import { plainText } from "../slack/mrkdwn.js";
import { listItem, searchBox } from "./search.js";

/** By element and value: what an option is called that the app has offered. */
const offered = new Map();
const nameKey = ({ action_id: id }, value) => `${id} ${value}`;
export const rememberOffer = (element, { value, text }) =>
  offered.set(nameKey(element, value), plainText(text));

const asOffer = ([value, name]) => ({ value, text: { text: name, emoji: false } });

/**
 * Where a menu gets what it offers; undefined for one that has all its options with it.
 * `find(typed)` may be a promise, `least` is how many characters it takes.
 */
export function sourceFor(element, scene, blockId) {
  const among = (entries) => ({
    least: 0,
    nameOf: (value) => entries().find(([id]) => id === value)?.[1] ?? scene.names(value) ?? value,
    find: (typed) =>
      entries()
        .filter(([, name]) => name.toLowerCase().includes(typed.toLowerCase()))
        .map(asOffer),
  });
  switch (element.type) {
    case "users_select":
      return among(scene.people);
    case "channels_select":
    case "conversations_select":
      return among(() => scene.channels(element.type === "channels_select"));
    case "external_select":
      if (element.initial_option) rememberOffer(element, element.initial_option);
      return {
        least: element.min_query_length ?? 3,
        nameOf: (value) => offered.get(nameKey(element, value)) ?? value,
        async find(typed) {
          const { options = [], failure } = await scene.suggest({
            actionId: element.action_id,
            blockId,
            value: typed,
          });
          if (failure) throw new Error(failure);
          for (const option of options) rememberOffer(element, option);
          return options;
        },
      };
    default:
      return undefined;
  }
}

/** As long as somebody goes on typing nothing is asked. */
const PAUSE_MS = 200;
const initialOf = ({ initial_user, initial_channel, initial_conversation, initial_option }) =>
  initial_user ?? initial_channel ?? initial_conversation ?? initial_option?.value ?? null;

export function searchOne(element, scene, control, change, source) {
  let chosen = scene.typed?.[control.key] ?? initialOf(element);
  let found = [];
  let note = "";
  let active = -1;
  let asked = 0;
  let pause;
  const listId = `${control.id}-options`;
  const input = searchBox(element, control, listId);
  const list = make("ul.options", {
    id: listId,
    role: "listbox",
    "aria-label": "What can be chosen",
    hidden: true,
  });
  const said = make("p.visually-hidden", { role: "status" });
  const root = make("div.many.one", {}, input, list, said);

  const showChosen = () => {
    input.value = chosen === null ? "" : source.nameOf(chosen);
  };
  function choose(value) {
    const before = chosen;
    chosen = value;
    showChosen();
    show(false);
    if (value === before) return;
    change(value, () => {
      chosen = before;
      showChosen();
    });
  }
  function draw() {
    const items = found.map((offer, index) =>
      listItem(offer, `${listId}-${index}`, {
        isActive: index === active,
        isChosen: offer.value === chosen,
        toggle: () => choose(offer.value),
      }),
    );
    list.replaceChildren(...items, ...(note === "" ? [] : [make("li.none", { role: "presentation" }, note)]));
    if (said.textContent !== note) said.textContent = note;
    if (active < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", `${listId}-${active}`);
    items[active]?.scrollIntoView({ block: "nearest" });
  }
  function show(isShown) {
    clearTimeout(pause);
    list.hidden = !isShown;
    input.setAttribute("aria-expanded", String(isShown));
    active = -1;
    if (!isShown) {
      asked += 1;
      note = "";
    }
    draw();
  }
  async function look(typed) {
    asked += 1;
    const mine = asked;
    const missing = source.least - typed.length;
    found = [];
    note = missing > 0 ? `Type ${missing} more ${missing === 1 ? "character" : "characters"}.` : "Looking…";
    draw();
    if (missing > 0) return;
    const answer = await Promise.resolve()
      .then(() => source.find(typed))
      .then(
        (options) => ({ options, note: options.length === 0 ? "Nothing matches." : "" }),
        (error) => ({ options: [], note: error.message }),
      );
    if (mine !== asked) return;
    found = answer.options;
    note = answer.note;
    draw();
  }
  /** @param typed nothing shows all there is, where that is known */
  function open(typed, after = 0) {
    show(true);
    clearTimeout(pause);
    pause = setTimeout(() => look(typed), after);
  }

  input.addEventListener("click", () => {
    input.select();
    if (list.hidden) open("");
  });
  input.addEventListener("blur", () => {
    showChosen();
    show(false);
  });
  input.addEventListener("input", () => open(input.value.trim(), source.least > 0 ? PAUSE_MS : 0));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return open("");
      const step = event.key === "ArrowDown" ? 1 : -1;
      active = (Math.max(active, step === 1 ? -1 : 0) + step + found.length) % Math.max(1, found.length);
      if (found.length === 0) active = -1;
      draw();
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      const offer = found[active] ?? found[0];
      if (offer) choose(offer.value);
    } else if (event.key === "Escape" && !list.hidden) {
      // The first Escape closes the list, the next one the modal.
      event.preventDefault();
      event.stopPropagation();
      showChosen();
      show(false);
    } else if (
      event.key === "Backspace" &&
      input.selectionEnd - input.selectionStart === input.value.length
    ) {
      // All of it is taken away: nobody is chosen.
      if (chosen !== null) choose(null);
    }
  });
  showChosen();
  draw();
  return root;
}

// What a menu with a search is made of.
import { make } from "../dom.js";
import { plainText } from "../slack/mrkdwn.js";

export const searchBox = (element, { key, ...attributes }, listId) =>
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

export const listItem = (offer, id, { isActive, isChosen, toggle }) =>
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

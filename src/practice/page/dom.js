/**
 * Makes an element: `make("p.hint", { id: "x" }, "text", child)`. Attributes and
 * children that are undefined or false are left out, `on...` adds a listener. Text is only ever set as text: what people write is never HTML.
 */
export function make(kind, attributes = {}, ...children) {
  const [tag, ...classes] = kind.split(".");
  const element = document.createElement(tag);
  element.classList.add(...classes);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

export const practiceTag = () => make("span.practice-tag", {}, "PRACTICE");

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

/**
 * Makes these the children, in this order. Those that are there already are not taken out and put in again:
 * focus, open menus and what is just being pressed live on in them.
 */
export function arrange(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let next = parent.firstChild;
  for (const child of children) {
    if (child === next) next = next.nextSibling;
    else parent.insertBefore(child, next);
  }
}

/** The new elements, and in place of those that are drawn from the same as an old one, that old one. */
export function keepSame(old, fresh) {
  const before = Map.groupBy(old, (element) => element.drawnFrom);
  const same = ({ drawnFrom }) => (drawnFrom === undefined ? undefined : before.get(drawnFrom)?.shift());
  return [...fresh].map((element) => same(element) ?? element);
}

export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);

export const practiceTag = () => make("span.practice-tag", {}, "PRACTICE");

// The line at the bottom: slash commands with hints, or a message to the others.
import { make } from "../dom.js";

/** `send(text)` is called with what was typed, `runShortcut(id)` with what was chosen behind the `/`. */
export function createComposer(send, runShortcut) {
  const form = document.querySelector(".composer");
  const input = form.querySelector("input");
  const button = form.querySelector("button");
  const hints = form.querySelector(".hints");
  let commands = [];
  let active = -1;

  const matches = () => {
    const typed = input.value;
    return typed.startsWith("/") && !/\s/.test(typed)
      ? commands.filter((it) => it.command.toLowerCase().startsWith(typed.toLowerCase()))
      : [];
  };

  function complete({ command, callbackId }) {
    if (callbackId !== undefined) runShortcut(callbackId);
    input.value = callbackId === undefined ? `${command} ` : "";
    input.focus();
    active = -1;
    draw();
  }

  function draw() {
    const found = matches();
    hints.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(!hints.hidden));
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `hint-${active}`);
    hints.replaceChildren(
      ...found.map((it, index) =>
        make(
          "div.hint",
          {
            role: "option",
            id: `hint-${index}`,
            "aria-selected": String(index === active),
            onmousedown: (event) => event.preventDefault(),
            onclick: () => complete(it),
          },
          make("strong", {}, it.shown ?? it.command),
          it.usageHint && make("span.usage", {}, ` ${it.usageHint}`),
          make("span.what", {}, it.description),
        ),
      ),
    );
  }

  input.addEventListener("input", () => {
    active = -1;
    draw();
  });
  input.addEventListener("blur", () => {
    hints.hidden = true;
    input.setAttribute("aria-expanded", "false");
  });
  input.addEventListener("focus", draw);
  input.addEventListener("keydown", (event) => {
    const found = matches();
    if (found.length === 0) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length;
      draw();
    } else if ((event.key === "Enter" || event.key === "Tab") && found[active]) {
      event.preventDefault();
      complete(found[active]);
    } else if (event.key === "Escape") {
      hints.hidden = true;
      input.setAttribute("aria-expanded", "false");
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === "") return;
    input.value = "";
    draw();
    send(text);
  });

  const { placeholder } = input;
  return {
    /** Shortcuts stand among them, by their names. */
    setCommands(known, shortcuts) {
      const named = shortcuts.map((it) => ({ ...it, command: `/${it.name}`, shown: `⚡ ${it.name}` }));
      commands = [...known, ...named];
    },
    /** What could not be sent is not lost. */
    giveBack(text) {
      if (input.value === "") input.value = text;
    },
    /** @param whyNot why nobody can write here, or false */
    setOpen(whyNot) {
      for (const control of [input, button]) control.disabled = whyNot !== false;
      input.placeholder = whyNot === false ? placeholder : whyNot;
    },
  };
}

// A file that somebody puts into a form: it is uploaded at once, as Slack does.
import { arrange, make } from "../dom.js";
import { chip } from "./many.js";

/** By id: what an uploaded file is called. */
const names = new Map();

export function fileField(element, scene, { key, ...attributes }, change) {
  const most = element.max_files ?? 10;
  let held = [...(scene.typed?.[key] ?? [])];
  const input = make("input", {
    ...attributes,
    type: "file",
    "data-key": key,
    accept: element.filetypes?.map((type) => `.${type}`).join(","),
    multiple: most > 1,
  });
  const chips = make("div.chips.files", {});
  const failure = make("p.error", { role: "alert", hidden: true });

  function draw() {
    arrange(
      chips,
      held.map((id) => chip(id, names.get(id) ?? id, () => remove(id))),
    );
    chips.hidden = held.length === 0;
    input.hidden = held.length >= most;
  }
  function fail(text) {
    failure.textContent = text;
    failure.hidden = text === "";
  }
  function set(next) {
    held = next;
    change(next);
    draw();
  }
  function remove(id) {
    set(held.filter((it) => it !== id));
    fail("");
    input.focus();
  }
  input.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = "";
    if (held.length + files.length > most) return fail(`At most ${most} files.`);
    fail("");
    input.setAttribute("aria-busy", "true");
    for (const file of files) {
      const answer = await scene.upload(file);
      if (answer.failure) fail(answer.failure);
      else {
        names.set(answer.id, file.name);
        set([...held, answer.id]);
      }
    }
    input.removeAttribute("aria-busy");
    if (input.hidden) chips.querySelector("button").focus();
  });
  draw();
  return make("div.file-field", {}, input, chips, failure);
}

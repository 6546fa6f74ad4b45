// What can go wrong: six things to try out, any other by `?trouble=NAME` in the address, and what is on just now.
import { clock } from "./clock.js";
import { arrange, keepSame, make, practiceTag } from "./dom.js";
import { onNews } from "./events.js";
import { createRefresh } from "./refresh.js";
import { whenStill } from "./still.js";

const find = (selector) => document.querySelector(selector);
const dialog = find("#troubles");
const strip = find(".going-wrong");
const list = make("ul.trouble-list");
const failure = make("p.failure", { role: "alert", hidden: true });

let troubles = [];
/** How many presses have not been answered yet. */
let turning = 0;

async function turn(name, on, scope) {
  failure.hidden = true;
  turning += 1;
  try {
    const init = { method: "POST", body: JSON.stringify({ name, on, ...(scope && { scope }) }) };
    const answer = await (await fetch("/practice/trouble", init)).json();
    if (answer.failure) tellFailure(answer.failure);
  } catch {
    tellFailure("The practice world does not answer. Is it still running?");
  } finally {
    turning -= 1;
    await refresh();
  }
}

function tellFailure(text) {
  failure.textContent = text;
  failure.hidden = false;
  if (!dialog.open) dialog.showModal();
}

function item({ name, says, hint, isOn }) {
  const id = `trouble-${name}`;
  const box = make("input", {
    type: "checkbox",
    id,
    "aria-describedby": hint && `${id}-hint`,
    onchange: () => turn(name, box.checked),
  });
  box.checked = isOn;
  const drawn = make(
    "li.choice",
    {},
    box,
    make("div", {}, make("label", { for: id }, says), hint && make("span.more", { id: `${id}-hint` }, hint)),
  );
  return Object.assign(drawn, { drawnFrom: name });
}

function line({ name, says, endsAt }) {
  const words = endsAt ? `${says} (until ${clock(endsAt)})` : says;
  const end = make("button.button", { type: "button", onclick: () => turn(name, false) }, "End it");
  end.setAttribute("aria-label", `End it: ${says}`);
  return Object.assign(make("p", {}, make("span", {}, `${words}.`), end), { drawnFrom: name + words });
}

function draw() {
  arrange(list, keepSame(list.children, troubles.map(item)));
  for (const { name, isOn } of troubles) find(`#${CSS.escape(`trouble-${name}`)}`).checked = isOn;
  const on = troubles.filter(({ isOn }) => isOn);
  strip.hidden = on.length === 0;
  arrange(strip, keepSame(strip.children, on.map(line)));
}

const refresh = createRefresh(
  async () => {
    troubles = await (await fetch("/practice/trouble")).json();
    // What is being turned just now is not turned back by older news.
    if (turning === 0) whenStill(draw);
  },
  // Said once for the whole page: by the small Slack.
  () => {},
);

const close = () => dialog.close();
dialog.append(
  make("div.stripe"),
  make(
    "header.modal-head",
    {},
    make("h2", { id: "troubles-title" }, "What can go wrong"),
    practiceTag(),
    make("button.quiet", { type: "button", "aria-label": "Close this window", onclick: close }, "✕"),
  ),
  make(
    "div.modal-body",
    { tabindex: "0" },
    make("p", {}, "Choose what goes wrong, close this window, and go on as on a bad night."),
    list,
    make(
      "p",
      {},
      make("a", { href: "/sheet", target: "_blank", rel: "noopener" }, "What to do in an emergency"),
      ": one page to print.",
    ),
  ),
  make("footer.modal-foot", {}, failure, make("button.button", { type: "button", onclick: close }, "Close")),
);
find(".can-go-wrong").addEventListener("click", () => dialog.showModal());

onNews(["slack", "trouble"], refresh);
refresh();

// By its name in the address, once: after a reload it is as it was.
const { trouble, ...scope } = Object.fromEntries(new URLSearchParams(location.search));
if (trouble !== undefined) {
  history.replaceState(null, "", location.pathname);
  turn(trouble, true, scope);
}

// Modals: the topmost view of the stack, and Slack's are-you-sure dialog.

import { arrange, keepSame, make, practiceTag } from "../dom.js";
import { drawBlocks, sourceOf } from "./blocks.js";
import { createDrafts, focusedIn, refocus } from "./drafts.js";
import { plainText, textNodes } from "./mrkdwn.js";

/** Asks; true only when the person pressed the button that confirms. */
export function ask({ title, text, confirm, deny, style }, names) {
  const dialog = document.getElementById("confirm");
  const { promise, resolve } = Promise.withResolvers();
  const answer = (isSure) => () => {
    dialog.close();
    resolve(isSure);
  };
  const back = make("button.button", { type: "button", onclick: answer(false) }, plainText(deny));
  const kind = style === "danger" ? "button.button.danger.filled" : "button.button.primary";
  const sure = make(kind, { type: "button", onclick: answer(true) }, plainText(confirm));
  dialog.replaceChildren(
    make("div.stripe", {}),
    make("header.modal-head", {}, make("h2", { id: "confirm-title" }, plainText(title)), practiceTag()),
    make("div.modal-body", {}, make("div.lines", {}, ...textNodes(text, names))),
    make("footer.modal-foot", {}, back, sure),
  );
  dialog.oncancel = () => resolve(false);
  dialog.showModal();
  back.focus(); // what can't be undone takes a deliberate move
  return promise;
}

const firstFieldIn = (dialog) =>
  dialog.querySelector("[autofocus]") ??
  dialog.querySelector(".modal-body :is(input[type=text], textarea)") ??
  dialog.querySelector(".modal-body") ??
  dialog;

function modalForm(content, { scene, failure, isSending, submit, close }) {
  const shut = content.close ? plainText(content.close) : content.submit ? "Cancel" : "Close";
  const asButton = (key, rest) => ({ "data-key": key, disabled: isSending, ...rest });
  const shutting = asButton("close", { type: "button", onclick: close });
  return make(
    "form",
    { novalidate: true, onsubmit: submit },
    make("div.stripe", {}),
    make(
      "header.modal-head",
      {},
      make("h2", { id: "modal-title" }, plainText(content.title)),
      practiceTag(),
      make("button.quiet", { type: "button", "aria-label": "Close this window", onclick: close }, "✕"),
    ),
    make("div.modal-body", { tabindex: "-1" }, drawBlocks(content.blocks, scene)),
    make(
      "footer.modal-foot",
      {},
      make("p.failure", { role: "alert", hidden: failure === "" }, failure),
      make("button.button", shutting, shut),
      content.submit &&
        make("button.button.primary", asButton("submit", { type: "submit" }), plainText(content.submit)),
    ),
  );
}

/** The form that is there with new content: the blocks that are the same stay in place. */
function renew(old, fresh) {
  for (const part of [".modal-head", ".modal-foot"]) {
    old.querySelector(part).replaceWith(fresh.querySelector(part));
  }
  const [blocks, newBlocks] = [old, fresh].map((it) => it.querySelector(".modal-body > .blocks"));
  arrange(blocks, keepSame(blocks.children, newBlocks.children));
}

/** `tell(deed, body)` does it as the person and fetches again; `press` is what happens to a pressed element; `opens` is called first. */
export function createModal({ surroundings, tell, press, suggest, opens }) {
  const dialog = document.getElementById("modal");
  const drafts = createDrafts();
  /** By view id: the errors that stand at its fields. */
  const errors = new Map();
  let failure = "";
  let isSending = false;
  let shown = "";
  let stack = [];
  let view;
  /** What the blocks stand in now. */
  let scene;

  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });

  async function submit(event) {
    event.preventDefault();
    if (!view.content.submit || isSending) return;
    const { id } = view;
    isSending = true;
    failure = "";
    redraw();
    const outcome = await tell("submit", { viewId: id, typed: drafts.changedIn(view) });
    isSending = false;
    errors.set(id, outcome.errors);
    failure = outcome.failure ?? "";
    if (view !== undefined) redraw();
    if (view?.id !== id) return;
    const wrong = dialog.querySelector(".error")?.closest("[data-block]");
    const next = wrong?.querySelector("input, textarea, select") ?? dialog.querySelector("[data-key=submit]");
    next?.focus();
  }

  async function close() {
    failure = "";
    await tell("close", { viewId: view.id });
  }

  /** Shows the topmost of the open views, or nothing. */
  function show(views) {
    stack = views;
    const next = views.at(-1);
    // What the app has changed since is no failure any more.
    if (JSON.stringify(next?.content) !== JSON.stringify(view?.content)) failure = "";
    view = next;
    drafts.keepOnly(views);
    if (view !== undefined) return redraw();
    shown = "";
    if (dialog.open) dialog.close();
  }

  const toBeShown = () => JSON.stringify([view.id, view.content, errors.get(view.id), failure, isSending]);

  /** In place: drawing it again would take the focus from what is being typed or chosen. */
  function forgetError(blockId) {
    const told = errors.get(view.id);
    if (!told?.[blockId]) return;
    delete told[blockId];
    shown = toBeShown();
    const field = dialog.querySelector(`[data-block="${CSS.escape(blockId)}"]`);
    field.querySelector(".error").remove();
    for (const control of field.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
    const block = view.content.blocks.find((it) => it.block_id === blockId);
    field.drawnFrom = sourceOf(block, scene);
  }

  function redraw() {
    const now = toBeShown();
    if (now === shown && dialog.open) return;
    const isSame = dialog.open && dialog.dataset.view === view.id;
    const focus = isSame ? focusedIn(dialog) : undefined;
    shown = now;
    dialog.dataset.view = view.id;
    const form = draw();
    if (isSame) renew(dialog.firstElementChild, form);
    else dialog.replaceChildren(form);
    if (!dialog.open) {
      opens();
      dialog.showModal();
    }
    if (isSame) refocus(dialog, focus);
    else firstFieldIn(dialog).focus();
  }

  function draw() {
    const { content, id } = view;
    scene = {
      ...surroundings,
      typed: drafts.typedIn(view),
      errors: errors.get(id),
      change: (key, value, blockId) => {
        drafts.change(view, key, value);
        forgetError(blockId);
      },
      press: (pressed) => press(pressed, { viewId: id, typed: drafts.changedIn(view) }),
      suggest: (asked) => suggest(asked, { viewId: id, typed: {} }),
    };
    return modalForm(content, { scene, failure, isSending, submit, close });
  }

  return {
    show,
    isOpen: () => view !== undefined,
    async closeAll() {
      for (const { id } of stack.toReversed()) await tell("close", { viewId: id });
    },
    fail: (text) => {
      failure = text;
      if (view !== undefined) redraw();
    },
  };
}

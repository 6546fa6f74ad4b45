// What somebody is typing into a view, and where, while the view changes under their hands.
import { typedFrom } from "../fields/fields.js";
import { rememberOffer } from "../fields/one.js";

/**
 * What was typed since a view was fetched, by view id. It outlives a change of the view only where block and
 * action stay.
 */
export function createDrafts() {
  const drafts = new Map();
  const draftOf = ({ id }) => {
    if (!drafts.has(id)) drafts.set(id, {});
    return drafts.get(id);
  };
  /** The fields' values, by `block id/action id`. */
  function typedIn(view) {
    const draft = draftOf(view);
    const fields = Object.entries(view.state).flatMap(([blockId, actions]) =>
      Object.entries(actions).map(([actionId, state]) => {
        if (state.selected_option) rememberOffer({ action_id: actionId }, state.selected_option);
        return [`${blockId}/${actionId}`, typedFrom(state)];
      }),
    );
    return Object.fromEntries(fields.map(([key, value]) => [key, key in draft ? draft[key] : value]));
  }
  return {
    typedIn,
    /** Only strings, lists and null: other kinds of fields the page can't change. */
    changedIn(view) {
      const draft = draftOf(view);
      return Object.fromEntries(Object.entries(typedIn(view)).filter(([key]) => key in draft));
    },
    change(view, key, value) {
      draftOf(view)[key] = value;
    },
    keepOnly(views) {
      for (const id of drafts.keys()) if (!views.some((it) => it.id === id)) drafts.delete(id);
    },
  };
}

export function focusedIn(dialog) {
  const element = document.activeElement;
  if (!dialog.contains(element)) return undefined;
  return { element, key: element.dataset.key, start: element.selectionStart, end: element.selectionEnd };
}

/** Only where what had the focus is gone: where it stays, a list that is open in it stays too. */
export function refocus(dialog, focus) {
  if (focus === undefined || focus.element === document.activeElement) return;
  const element = focus.key && dialog.querySelector(`[data-key="${CSS.escape(focus.key)}"]`);
  if (!element) return;
  element.focus();
  if (typeof focus.start === "number") element.setSelectionRange(focus.start, focus.end);
}

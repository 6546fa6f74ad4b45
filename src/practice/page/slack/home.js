// The app's Home: one view for each person, drawn in place of a channel.
import { arrange, keepSame, make } from "../dom.js";
import { drawBlocks } from "./blocks.js";
import { createDrafts, focusedIn, refocus } from "./drafts.js";

/** `surroundings` is what every scene has, `press` and `suggest` what happens to an element. */
export function createHome({ surroundings, press, suggest }) {
  const place = document.querySelector(".home");
  const drafts = createDrafts();
  let view;
  let shown = "";

  const sceneOf = ({ id }) => ({
    ...surroundings,
    typed: drafts.typedIn(view),
    change: (key, value) => drafts.change(view, key, value),
    press: (pressed) => press(pressed, { viewId: id, typed: drafts.changedIn(view) }),
    suggest: (asked) => suggest(asked, { viewId: id, typed: {} }),
  });

  /** What stays the same stays in place, with its focus and all that is open in it. */
  function draw(isSame) {
    const focus = isSame ? focusedIn(place) : undefined;
    const fresh = drawBlocks(view.content.blocks, sceneOf(view));
    const blocks = place.querySelector(":scope > .blocks");
    if (isSame && blocks) arrange(blocks, keepSame(blocks.children, fresh.children));
    else {
      place.replaceChildren(fresh);
      place.scrollTop = 0;
    }
    refocus(place, focus);
    // Where the button is gone, whoever pressed it goes on reading at the Home.
    if (focus !== undefined && !place.contains(document.activeElement)) place.focus({ preventScroll: true });
  }

  return {
    /** @param next the view, or null where there is none; `nothing` is what then stands there */
    show(next, nothing) {
      const now = JSON.stringify([next?.id, next?.content, nothing]);
      const isSame = next !== undefined && next?.id === view?.id;
      view = next;
      if (now === shown) return;
      shown = now;
      if (view) draw(isSame);
      else place.replaceChildren(make("p.empty", {}, nothing));
    },
  };
}

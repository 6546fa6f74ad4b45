// While something is being pressed, nothing is drawn anew: it must still be there when it is let go.
const waiting = new Set();
/** A click follows its release after a moment, on touch screens too. */
const CLICK_FOLLOWS = 100;
const LONGEST_PRESS = 3000;
let isPressed = false;
let timer;

function letGoIn(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    isPressed = false;
    const draws = [...waiting];
    waiting.clear();
    for (const draw of draws) draw();
  }, milliseconds);
}

function press() {
  isPressed = true;
  letGoIn(LONGEST_PRESS);
}
const release = () => isPressed && letGoIn(CLICK_FOLLOWS);

addEventListener("pointerdown", press, true);
addEventListener("keydown", (event) => event.key === " " && press(), true);
for (const end of ["pointerup", "pointercancel", "keyup"]) addEventListener(end, release, true);

/** Calls it now, or once when nothing is being pressed any more. */
export function whenStill(draw) {
  if (isPressed) waiting.add(draw);
  else draw();
}

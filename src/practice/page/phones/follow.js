// The wall of phones goes where texts arrive, unless somebody is looking around in it.

/** So long it stays where a person has moved it. */
const LOOKING_MS = 15_000;
/** No faster than one can look. */
const MOVES_MS = 1_500;

/** @returns called for each phone that has just got a text */
export function createFollower(section, isSearching) {
  let touchedAt = Number.NEGATIVE_INFINITY;
  let movedAt = Number.NEGATIVE_INFINITY;
  let missed;
  for (const way of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    section.addEventListener(way, () => {
      touchedAt = performance.now();
    });
  }

  function isSeen(tile) {
    const [outer, inner] = [section, tile].map((it) => it.getBoundingClientRect());
    const head = section.querySelector("header").getBoundingClientRect().height;
    return inner.top >= outer.top + head && inner.bottom <= outer.bottom;
  }

  function follow(tile) {
    // A narrow window may just show the small Slack.
    if (section.offsetParent === null) {
      missed ??= tile;
      return;
    }
    const now = performance.now();
    if (isSearching() || now - touchedAt < LOOKING_MS || now - movedAt < MOVES_MS || isSeen(tile)) return;
    movedAt = now;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    tile.scrollIntoView({ block: "start", behavior: isCalm ? "instant" : "smooth" });
  }

  new ResizeObserver(() => {
    const tile = missed;
    if (tile === undefined || section.offsetParent === null) return;
    missed = undefined;
    follow(tile);
  }).observe(section);
  return follow;
}

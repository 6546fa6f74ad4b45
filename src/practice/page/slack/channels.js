// The list of channels and direct messages, and what in them is unread.
import { arrange, keepSame, make } from "../dom.js";

const KEPT_AS = "practice-seen";
/** By person and channel: the last message up to which everything was seen. */
const seen = JSON.parse(localStorage.getItem(KEPT_AS) ?? "{}");
const keyOf = (you, channel) => `${you} ${channel.id}`;

/** What stands on the screen has been seen. */
export function markSeen(you, channel) {
  seen[keyOf(you, channel)] = Number(channel.messages.at(-1)?.ts ?? 0);
  localStorage.setItem(KEPT_AS, JSON.stringify(seen));
}

function unreadIn(you, channel) {
  const since = seen[keyOf(you, channel)] ?? 0;
  return channel.messages.filter((it) => Number(it.ts) > since && it.user !== you).length;
}

export const titleOf = (channel, app) => (channel.isDirect ? app.name : `# ${channel.name}`);

/** Of the app itself: no channel has this id. */
export const HOME = "home";

function drawHome(list, { current, go }) {
  const isCurrent = current === HOME;
  const shown = { "data-channel": HOME, "aria-current": isCurrent ? "page" : undefined };
  const button = make("button", { type: "button", ...shown, onclick: () => go(HOME) }, "Home");
  const item = Object.assign(make("li", {}, button), { drawnFrom: String(isCurrent) });
  arrange(list, keepSame(list.children, [item]));
}

/** `go(id)` is what a press on a channel does. */
export function drawChannels(channels, { you, app, current, go, hasHome }) {
  const item = (channel) => {
    const unread = unreadIn(you, channel);
    const isCurrent = channel.id === current;
    const button = make(
      "button",
      {
        type: "button",
        "data-channel": channel.id,
        "aria-current": isCurrent ? "page" : undefined,
        onclick: () => go(channel.id),
      },
      titleOf(channel, app),
      unread > 0 && make("span.unread", { "aria-label": `${unread} new` }, String(unread)),
    );
    const drawnFrom = JSON.stringify([channel.id, channel.name, unread, isCurrent]);
    return Object.assign(make("li", {}, button), { drawnFrom });
  };
  const focus = document.activeElement?.dataset?.channel;
  const [home, open, direct] = document.querySelectorAll(".channels ul");
  const heading = home.previousElementSibling;
  home.hidden = !hasHome;
  heading.hidden = !hasHome;
  heading.textContent = app.name;
  if (hasHome) drawHome(home, { current, go });
  for (const [list, isDirect] of [
    [open, false],
    [direct, true],
  ]) {
    const items = channels.filter((it) => it.isDirect === isDirect).map(item);
    arrange(list, keepSame(list.children, items));
  }
  if (focus && document.activeElement?.dataset?.channel !== focus) {
    document.querySelector(`[data-channel="${focus}"]`)?.focus();
  }
}

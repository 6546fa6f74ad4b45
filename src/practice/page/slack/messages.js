// A list of messages: in a channel, or in a thread.

import { clock, dayOf, format, longDate, relativeDay } from "../clock.js";
import { arrange, capital, keepSame, make } from "../dom.js";
import { drawBlocks } from "./blocks.js";
import { mrkdwn, plainText } from "./mrkdwn.js";

const startedAt = Date.now() / 1000;

/** Whether a message stands in its thread alone. */
export function isReply({ threadTs: root, isBroadcast }, { messages }) {
  return root !== undefined && !isBroadcast && messages.some((it) => it.ts === root);
}

/**
 * Draws again only what has changed, so that what is focused, open or just being pressed stays there.
 * `scene` says who looks (`you`), `names(id)`, what the app is called, and how to `press` and `openThread`.
 */
export function drawMessages(list, messages, channel, scene) {
  const isAtEnd = standsAtEnd(list);
  const before = new Map([...list.children].map((item) => [item.dataset.ts, item]));
  const isThread = list.closest(".thread") !== null;
  const items = messages.map((message) => {
    const inThread = isThread ? [] : channel.messages.filter((it) => it.threadTs === message.ts);
    const root = isThread ? undefined : channel.messages.find((it) => it.ts === message.threadTs);
    const drawnFrom = JSON.stringify([message, inThread.length, root?.text]);
    const old = before.get(message.ts);
    // What another person would press is another button.
    const isSamePerson = old?.whose === scene.you;
    if (isSamePerson && old.drawnFrom === drawnFrom) return old;
    const item = drawMessage(message, { replies: inThread.length, root }, scene);
    const made = isSamePerson ? renewed(old, item) : item;
    return Object.assign(made, { drawnFrom, whose: scene.you });
  });
  const nothing = () => make("p.empty", {}, emptyText(channel, scene));
  arrange(list, items.length > 0 ? withDays(list, items) : [nothing()]);
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

/** A line where a new day begins. */
function withDays(list, items) {
  const known = new Map([...list.querySelectorAll(":scope > .day")].map((line) => [line.dataset.day, line]));
  let last;
  return items.flatMap((item) => {
    const at = Number(item.dataset.ts) * 1000;
    const day = dayOf(at);
    if (day === last) return [item];
    last = day;
    const line = known.get(day) ?? make("p.day", { "data-day": day });
    const relative = relativeDay(at);
    const words = relative ? capital(relative) : format(at, longDate);
    if (line.textContent !== words) line.textContent = words;
    return [line, item];
  });
}

const standsAtEnd = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < 60;

/** Whoever reads the end goes on reading it when the list gets less room. */
export function followEnd(list) {
  let isAtEnd = true;
  list.addEventListener("scroll", () => {
    isAtEnd = standsAtEnd(list);
  });
  new ResizeObserver(() => {
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }).observe(list);
}

/** The same item with new content: it is not read out again, and the blocks that are the same stay in place. */
function renewed(old, item) {
  const focus = old.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  old.setAttribute("aria-live", "off");
  const [body, newBody] = [old, item].map((it) => it.querySelector(".body"));
  const [blocks, newBlocks] = [body, newBody].map((it) => it.querySelector(":scope > .blocks"));
  if (blocks && newBlocks) arrange(blocks, keepSame(blocks.children, newBlocks.children));
  arrange(
    body,
    [...newBody.children].map((part) => (part === newBlocks && blocks ? blocks : part)),
  );
  const isLost = focus !== undefined && !old.contains(document.activeElement);
  // Where the button is gone, whoever pressed it goes on reading at the message.
  if (isLost) (old.querySelector(`[data-key="${CSS.escape(focus)}"]`) ?? old).focus();
  return old;
}

function emptyText(channel, { names, app, you, isGone }) {
  if (isGone)
    return `${names(you)} has left the co-op. Their Slack account is closed, so they see and write nothing.`;
  if (channel.isDirect) return `What ${app.name} tells ${names(you)} alone comes here.`;
  return "Nothing yet. Type /alert below to begin.";
}

function drawMessage(message, { replies, root }, scene) {
  const isApp = message.user === scene.app.id;
  const name = scene.names(message.user) ?? message.user;
  const at = new Date(Number(message.ts) * 1000);
  const isNew = Number(message.ts) > startedAt && Date.now() - at < 3000;
  return make(
    ["article.message", message.isPrivate && "is-private", isNew && "just-in"].filter(Boolean).join("."),
    { "data-ts": message.ts, tabindex: "-1" },
    message.isPrivate && make("p.private", {}, "Only visible to you"),
    make(isApp ? "span.avatar.app" : "span.avatar", { "aria-hidden": "true" }, initials(name)),
    make(
      "div.body",
      {},
      make(
        "p.byline",
        {},
        make("strong", {}, name),
        " ",
        isApp && make("span.tag", {}, "APP"),
        " ",
        make("time", { datetime: at.toISOString() }, clock(at)),
      ),
      root && drawBroadcastMark(root, scene),
      drawContent(message, scene),
      ...message.files.map((file) => drawFile(file, scene.you)),
      replies > 0 &&
        make(
          "button.replies",
          { type: "button", "data-key": "replies", onclick: () => scene.openThread(message.ts) },
          replies === 1 ? "1 reply" : `${replies} replies`,
        ),
    ),
  );
}

/** A reply that stands in the channel too says in which thread it was written. */
function drawBroadcastMark({ ts, text }, { openThread }) {
  const begin = text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text;
  const open = { type: "button", "data-key": "root", onclick: () => openThread(ts) };
  const root = make("button.replies", open, plainText({ text: begin }));
  return make("p.broadcast", {}, "replied to a thread: ", root);
}

function drawContent(message, scene) {
  const at = { messageTs: message.ts, channelId: message.channelId };
  if (message.blocks.length > 0) {
    return drawBlocks(message.blocks, {
      ...scene,
      press: (pressed) => scene.press(pressed, at),
      suggest: (asked) => scene.suggest(asked, at),
    });
  }
  if (message.text === "") return undefined;
  return make("div.blocks", {}, make("div.lines", {}, ...mrkdwn(message.text, scene.names)));
}

function drawFile({ id, name, title, length }, you) {
  const href = `/practice/slack/file/${encodeURIComponent(id)}?user=${encodeURIComponent(you)}`;
  const size = length < 10_000 ? `${length} bytes` : `${Math.round(length / 1000)} KB`;
  return make(
    "a.file",
    { href, download: name, "aria-label": `Download ${name}` },
    make("span", { "aria-hidden": "true" }, "⬇"),
    make("span", {}, make("span.name", {}, title), make("span.size", {}, `${name} · ${size}`)),
  );
}

const initials = (name) =>
  name
    .split(/\s+/)
    .map((word) => word[0])
    .slice(0, 2)
    .join("");

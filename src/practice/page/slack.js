// The small Slack: fetches what the chosen person sees, draws it, and does what that person does.
import { drawBlocks } from "./blocks.js";
import { createComposer } from "./composer.js";
import { make } from "./dom.js";
import { ask, createModal } from "./modal.js";
import { mrkdwn } from "./mrkdwn.js";

const find = (selector) => document.querySelector(selector);
const startedAt = Date.now() / 1000;
/** By person and channel: the last message up to which everything was seen. */
const seen = new Map();
let state;
let you = sessionStorage.getItem("you") ?? "";
let channelId = "";
let threadTs;

const names = (id) => {
  if (id === state.app.id) return state.app.name;
  if (id === state.slackbot) return "Slackbot";
  return state.people.find((person) => person.id === id)?.realName;
};

// Asking and telling

async function request(path, init) {
  const response = await fetch(`/practice/slack/${path}`, init);
  if (!response.ok) throw new Error(`The practice world answered ${response.status}.`);
  return response.json();
}

let isFetching = false;
let isStale = false;
async function refresh() {
  isStale = true;
  if (isFetching) return;
  isFetching = true;
  try {
    while (isStale) {
      isStale = false;
      const asked = you;
      const next = await request(`state?user=${encodeURIComponent(asked)}`);
      if (asked !== you && you !== "") {
        isStale = true;
        continue;
      }
      state = next;
      you = state.you;
      // Each time: on a slow machine there may always be something newer by now.
      draw();
    }
  } catch {
    toast("The practice world does not answer. Is it still running?");
  } finally {
    isFetching = false;
  }
}

/** Does something as the chosen person. */
async function tell(deed, body) {
  try {
    const init = { method: "POST", body: JSON.stringify({ user: you, ...body }) };
    return await request(deed, { ...init, headers: { "content-type": "application/json" } });
  } catch {
    return { failure: "The practice world does not answer. Is it still running?", errors: {} };
  } finally {
    await refresh();
  }
}

async function press({ element, blockId, value, source }, at) {
  if (element.confirm && !(await ask(element.confirm, names))) return;
  source?.setAttribute("aria-busy", "true");
  const body = { at, blockId, actionId: element.action_id, ...(value === undefined ? {} : { value }) };
  const { failure } = await tell("click", body);
  source?.removeAttribute("aria-busy");
  if (!failure) return;
  if ("viewId" in at) modal.fail(failure);
  else toast(failure);
}

const modal = createModal({ names, tell, press });

function toast(text) {
  const note = make("p.toast", {}, text);
  find(".toasts").append(note);
  setTimeout(() => note.remove(), 6000);
}

// Drawing

function draw() {
  const channels = state.channels;
  const home = channels.find((it) => it.name === "board-alerts") ?? channels[0];
  if (!channels.some((it) => it.id === channelId)) channelId = home.id;
  document.title = `PRACTICE · ${state.team}`;
  find(".workspace").textContent = state.team;
  drawPeople();
  const channel = channels.find((it) => it.id === channelId);
  markSeen(channel);
  drawChannels(channels);
  find(".channel-name").textContent = titleOf(channel);
  composer.setCommands(state.commands);
  drawMessages(
    find(".conversation .messages"),
    channel.messages.filter((it) => !isReply(it, channel)),
    channel,
  );
  drawThread(channel);
  modal.show(state.views);
}

const titleOf = (channel) => (channel.isDirect ? state.app.name : `# ${channel.name}`);
/** Only in the thread: one that is broadcast stands in the channel too. */
const isReply = ({ threadTs: root, isBroadcast }, { messages }) =>
  root !== undefined && !isBroadcast && messages.some((it) => it.ts === root);

function drawPeople() {
  const select = find("#you");
  if (select.options.length !== state.people.length) {
    const groups = Map.groupBy(state.people, (person) => person.role);
    const option = ({ id, realName }) => make("option", { value: id }, realName);
    select.replaceChildren(
      ...[...groups].map(([role, people]) => make("optgroup", { label: role }, ...people.map(option))),
    );
  }
  select.value = you;
  find("#role").textContent = state.people.find((person) => person.id === you)?.role ?? "";
}

const seenKey = (channel) => `${you} ${channel.id}`;
function markSeen(channel) {
  seen.set(seenKey(channel), Number(channel.messages.at(-1)?.ts ?? 0));
}
function unreadIn(channel) {
  const since = Math.max(startedAt, seen.get(seenKey(channel)) ?? 0);
  return channel.messages.filter((it) => Number(it.ts) > since && it.user !== you).length;
}

function drawChannels(channels) {
  const button = (channel) => {
    const unread = unreadIn(channel);
    return make(
      "li",
      {},
      make(
        "button",
        {
          type: "button",
          "data-channel": channel.id,
          "aria-current": channel.id === channelId ? "page" : undefined,
          onclick: () => go(channel.id),
        },
        titleOf(channel),
        unread > 0 && make("span.unread", { "aria-label": `${unread} new` }, String(unread)),
      ),
    );
  };
  const focus = document.activeElement?.dataset?.channel;
  find(".channels").replaceChildren(
    make("h3", {}, "Channels"),
    make("ul", {}, ...channels.filter((it) => !it.isDirect).map(button)),
    make("h3", {}, "Direct messages"),
    make("ul", {}, ...channels.filter((it) => it.isDirect).map(button)),
  );
  if (focus) find(`[data-channel="${focus}"]`)?.focus();
}

function go(id) {
  channelId = id;
  threadTs = undefined;
  draw();
  const list = find(".conversation .messages");
  list.scrollTop = list.scrollHeight;
}

/** Draws again only what has changed, so that focus and an open dialog survive. */
function drawMessages(list, messages, channel) {
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const before = new Map([...list.children].map((item) => [item.dataset.ts, item]));
  const items = messages.map((message) => {
    const replies = list.closest(".thread")
      ? 0
      : channel.messages.filter((it) => it.threadTs === message.ts).length;
    const json = JSON.stringify([you, message, replies]);
    const old = before.get(message.ts);
    if (old?.drawnFrom === json) return old;
    const item = drawMessage(message, replies);
    item.drawnFrom = json;
    return old === undefined ? item : redrawn(old, item);
  });
  const wanted = items.length > 0 ? items : [make("p.empty", {}, emptyText(channel))];
  if (wanted.length !== list.children.length || wanted.some((item, index) => item !== list.children[index])) {
    list.replaceChildren(...wanted);
  }
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

/**
 * The same item with new content: it is not read out again, the focus stays, and blocks that are the same
 * stay too, so that a button is not taken away under the finger.
 */
function redrawn(old, item) {
  const focus = old.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  old.setAttribute("aria-live", "off");
  const blocks = (of) => [...of.querySelectorAll(".blocks > *")];
  // What another person would press is another button.
  const [whose] = JSON.parse(old.drawnFrom);
  const before = new Map((whose === you ? blocks(old) : []).map((block) => [block.drawnFrom, block]));
  for (const block of blocks(item)) {
    const same = before.get(block.drawnFrom);
    if (same) block.replaceWith(same);
  }
  old.replaceChildren(...item.childNodes);
  old.drawnFrom = item.drawnFrom;
  if (focus) old.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
  return old;
}

function emptyText(channel) {
  if (channel.isDirect) return `What ${state.app.name} tells ${names(you)} alone comes here.`;
  return "Nothing yet. Type /alert below to begin.";
}

function drawMessage(message, replies) {
  const isApp = message.user === state.app.id;
  const name = names(message.user) ?? message.user;
  const at = new Date(Number(message.ts) * 1000);
  const isNew = Number(message.ts) > startedAt && Date.now() - at < 3000;
  const item = make(
    ["article.message", message.isPrivate && "is-private", isNew && "just-in"].filter(Boolean).join("."),
    { "data-ts": message.ts },
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
      drawContent(message),
      ...message.files.map(drawFile),
      replies > 0 &&
        make(
          "button.replies",
          { type: "button", "data-key": "replies", onclick: () => openThread(message.ts) },
          replies === 1 ? "1 reply" : `${replies} replies`,
        ),
    ),
  );
  return item;
}

function drawContent(message) {
  const at = { messageTs: message.ts, channelId: message.channelId };
  const scene = { names, press: (pressed) => press(pressed, at) };
  if (message.blocks.length > 0) return drawBlocks(message.blocks, scene);
  if (message.text === "") return undefined;
  return make("div.blocks", {}, make("div.lines", {}, ...mrkdwn(message.text, names)));
}

function drawFile({ id, name, title, length }) {
  const href = `/practice/slack/file/${encodeURIComponent(id)}?user=${encodeURIComponent(you)}`;
  const size = length < 10_000 ? `${length} bytes` : `${Math.round(length / 1000)} KB`;
  return make(
    "a.file",
    { href, download: name, "aria-label": `Download ${name}` },
    make("span", { "aria-hidden": "true" }, "⬇"),
    make("span", {}, make("span.name", {}, title), make("span.size", {}, `${name} · ${size}`)),
  );
}

const clock = (at) => at.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
const initials = (name) =>
  name
    .split(/\s+/)
    .map((word) => word[0])
    .slice(0, 2)
    .join("");

function openThread(ts) {
  threadTs = ts;
  draw();
  find(".thread button").focus();
}

function drawThread(channel) {
  const isOpen = threadTs !== undefined && channel.messages.some((it) => it.ts === threadTs);
  find(".thread").hidden = !isOpen;
  if (!isOpen) return;
  const inThread = channel.messages.filter((it) => it.ts === threadTs || it.threadTs === threadTs);
  drawMessages(find(".thread .messages"), inThread, channel);
}

function closeThread() {
  const root = threadTs;
  threadTs = undefined;
  draw();
  find(`[data-ts="${root}"] .replies`)?.focus();
}

// What can be done

const composer = createComposer(async (text) => {
  const list = find(".conversation .messages");
  list.scrollTop = list.scrollHeight;
  const { failure } = await tell("type", { channelId, text });
  if (failure) toast(failure);
});

find("#you").addEventListener("change", (event) => {
  you = event.target.value;
  sessionStorage.setItem("you", you);
  channelId = "";
  threadTs = undefined;
  refresh();
});

find(".thread button").addEventListener("click", closeThread);
find(".thread").addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeThread();
});

for (const tab of document.querySelectorAll(".tabs button")) {
  tab.addEventListener("click", () => {
    find("main").dataset.shown = tab.dataset.shows;
    for (const it of document.querySelectorAll(".tabs button"))
      it.setAttribute("aria-pressed", String(it === tab));
  });
}

const events = new EventSource("/practice/events");
events.addEventListener("message", ({ data }) => {
  if (data === "slack") refresh();
});
events.addEventListener("open", refresh);
refresh();

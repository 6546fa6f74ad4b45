// The small Slack: fetches what the chosen person sees, draws it, and does what that person does.

import { make } from "../dom.js";
import { onNews } from "../events.js";
import { createRefresh } from "../refresh.js";
import { whenStill } from "../still.js";
import { NO_ANSWER, post, request, upload } from "./asking.js";
import { drawChannels, HOME, markSeen, titleOf } from "./channels.js";
import { createComposer } from "./composer.js";
import { createHome } from "./home.js";
import { drawMessages, followEnd, isReply } from "./messages.js";
import { ask, createModal } from "./modal.js";
import { createProgress } from "./progress.js";

const find = (selector) => document.querySelector(selector);
let state;
let you = sessionStorage.getItem("you") ?? "";
let channelId = "";
let threadTs;
/** By person: the forms that were open before this page was. They are gone with the page that showed them. */
const leftOpen = new Map();

/** What a person, the app or a channel is called. */
const names = (id) => {
  if (id === state.app.id) return state.app.name;
  if (id === state.slackbot) return "Slackbot";
  return state.people.find((person) => person.id === id)?.realName ?? state.channelNames[id];
};

// Asking and telling

const refresh = createRefresh(
  async () => {
    const asked = you;
    const next = await request(`state?user=${encodeURIComponent(asked)}`);
    if (asked !== you && you !== "") return void refresh();
    state = next;
    you = state.you;
    if (!leftOpen.has(you)) leftOpen.set(you, new Set(state.views.map((it) => it.id)));
    whenStill(draw);
  },
  () => toast(NO_ANSWER),
);

/** Does something as the chosen person. */
async function tell(deed, body) {
  const outcome = await post(deed, { user: you, ...body });
  await refresh();
  return outcome;
}

async function press({ element, blockId, value, source }, at) {
  if (element.confirm && !(await ask(element.confirm, names))) return false;
  // What comes of it is read at the message: the button may be gone in a moment, and the focus with it.
  if (element.confirm) source?.closest(".message")?.focus();
  source?.setAttribute("aria-busy", "true");
  const body = { at, blockId, actionId: element.action_id, ...(value === undefined ? {} : { value }) };
  const { failure } = await tell("click", body);
  source?.removeAttribute("aria-busy");
  if (!failure) return true;
  if ("viewId" in at && at.viewId !== state.home?.id) modal.fail(failure);
  else toast(failure);
  return true;
}

/** Changes nothing, so nothing is fetched again. */
const suggest = (asked, at) => post("suggest", { user: you, ...asked, at });

/** What can be asked in any place: who there is, and where. Entries are an id and a name. */
const surroundings = {
  names,
  upload: (file) => upload(you, file),
  people: () => state.people.filter((it) => !it.isGone).map((it) => [it.id, it.realName]),
  channels: (arePublic) => {
    const known = new Map(state.channels.map((it) => [it.id, it]));
    const isMeant = (id) => !known.get(id)?.isDirect && !(arePublic && known.get(id)?.isPrivate);
    return Object.entries(state.channelNames)
      .filter(([id]) => isMeant(id))
      .map(([id, name]) => [id, `#${name}`]);
  },
};
const modal = createModal({ surroundings, tell, press, suggest, opens: forgetNote });
const home = createHome({ surroundings, press, suggest });
const progress = createProgress();

let noteEnds;
/** One note at a time. It stands below everything, and so over nothing; where a form is open, in the form. */
function toast(text) {
  if (modal.isOpen()) return modal.fail(text);
  clearTimeout(noteEnds);
  find(".toasts").replaceChildren(make("p.toast", {}, text));
  noteEnds = setTimeout(forgetNote, 10_000);
}

function forgetNote() {
  find(".toasts").replaceChildren();
}

// Drawing

function draw() {
  const { channels, app } = state;
  const first = channels.find((it) => it.name === "board-alerts") ?? channels[0];
  const isThere = channels.some((it) => it.id === channelId) || (channelId === HOME && state.hasHome);
  if (!isThere) channelId = first.id;
  const isHome = channelId === HOME;
  // What is behind the Home, and not to be seen.
  const channel = channels.find((it) => it.id === channelId) ?? first;
  document.title = `PRACTICE · ${state.team}`;
  find(".workspace").textContent = state.team;
  drawPeople();
  // A narrow window may just show the phones.
  if (find("#slack").offsetParent !== null && !isHome) markSeen(you, channel);
  drawChannels(channels, { you, app, current: channelId, go, hasHome: state.hasHome });
  find(".channel-name").textContent = isHome ? `${app.name}: Home` : titleOf(channel, app);
  find(".home").hidden = !isHome;
  for (const part of [".conversation .messages", ".composer"]) find(part).hidden = isHome;
  composer.setCommands(state.commands, state.shortcuts);
  const { isGone } = state.people.find((person) => person.id === you);
  composer.setOpen(
    isGone ? "Their Slack account is closed" : channel.isArchived && "This channel is archived",
  );
  const inChannel = isGone ? [] : channel.messages.filter((it) => !isReply(it, channel));
  if (isHome) home.show(isGone ? null : state.home, isGone ? GONE : `${app.name} has put nothing here yet.`);
  const scene = { ...surroundings, you, app, press, suggest, openThread, isGone };
  drawMessages(find(".conversation .messages"), inChannel, channel, scene);
  drawThread(channel, scene);
  if (!isHome)
    progress.follow(
      channel,
      inChannel.filter((it) => it.user === app.id),
    );
  modal.show(state.views.filter((it) => !leftOpen.get(you)?.has(it.id)));
}

const GONE = "Their Slack account is closed, so they see nothing.";

function drawPeople() {
  const select = find("#you");
  if (select.options.length !== state.people.length) {
    const groups = Map.groupBy(state.people, (person) => person.role);
    const option = ({ id, realName }) => make("option", { value: id }, realName);
    select.replaceChildren(
      ...[...groups].map(([role, people]) => make("optgroup", { label: role }, ...people.map(option))),
    );
  }
  if (select.value !== you) select.value = you;
  find("#role").textContent = state.people.find((person) => person.id === you)?.role ?? "";
}

function go(id) {
  channelId = id;
  threadTs = undefined;
  draw();
  const isDirect = state.channels.find((it) => it.id === id)?.isDirect;
  // The app is told each time.
  if (id === HOME || isDirect) tell("open", { tab: id === HOME ? "home" : "messages" });
  const list = find(".conversation .messages");
  list.scrollTop = list.scrollHeight;
}

function openThread(ts) {
  threadTs = ts;
  draw();
  find(".thread button").focus();
}

function drawThread(channel, scene) {
  const isOpen = threadTs !== undefined && channel.messages.some((it) => it.ts === threadTs);
  find(".thread").hidden = !isOpen;
  if (!isOpen) return;
  const inThread = channel.messages.filter((it) => it.ts === threadTs || it.threadTs === threadTs);
  drawMessages(find(".thread .messages"), inThread, channel, scene);
}

function closeThread() {
  const root = threadTs;
  threadTs = undefined;
  draw();
  find(`[data-ts="${root}"] .replies`)?.focus();
}

/** Where a mention of a channel, or a link to a message, leads. */
async function goTo({ place, message, thread }) {
  await modal.closeAll();
  if (!state.channels.some(({ id }) => id === place)) {
    toast(`${names(you)} is not in that channel.`);
    return;
  }
  go(place);
  if (thread !== undefined) openThread(thread);
  if (message === undefined) return;
  const list = thread === undefined ? ".conversation .messages" : ".thread .messages";
  const item = find(`${list} [data-ts="${message}"]`);
  if (item === null) return toast("That message is not there any more.");
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "center" });
  item.classList.add("flash");
  setTimeout(() => item.classList.remove("flash"), 3000);
}

// What can be done

for (const list of document.querySelectorAll("#slack .messages")) followEnd(list);

const composer = createComposer(async (text) => {
  const list = find(".conversation .messages");
  list.scrollTop = list.scrollHeight;
  const { failure } = await tell("type", { channelId, text });
  if (!failure) return;
  composer.giveBack(text);
  // Slackbot may have said it in the channel.
  const last = state.channels.find((it) => it.id === channelId)?.messages.at(-1);
  if (last?.user !== state.slackbot || last.text !== failure) toast(failure);
}, runShortcut);

async function runShortcut(callbackId) {
  const { failure } = await tell("shortcut", { callbackId });
  if (failure) toast(failure);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.place");
  if (link === null) return;
  event.preventDefault();
  goTo(link.dataset);
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
    if (state !== undefined) draw();
  });
}

onNews(["slack"], refresh);
refresh();

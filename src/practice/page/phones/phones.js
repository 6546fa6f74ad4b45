// The wall of phones: what every invented member has on the screen, live, and a way to write back.
import { clock } from "../clock.js";
import { capital, make, practiceTag } from "../dom.js";
import { onNews } from "../events.js";
import { whenStill } from "../still.js";
import { createFollower } from "./follow.js";

const BOARD = "The board";
const zoneOrder = [BOARD, "North Ridge", "River Road", "Old Town", "Mill Flats", "Other phones"];
/** By number: the tile and what it shows. */
const tiles = new Map();
/** By zone: its section and the list in it. */
const groups = new Map();

const inWords = (number) => number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "($1) $2-$3");
const title = ({ names, number }) => (names.length > 0 ? names.join(" · ") : inWords(number));

/** What kind of phone it is, and where it gets no alert, why. */
function badges({ nature, leftOut }) {
  if (leftOut === "opted out") return [make("span.badge.badge-stop", {}, capital(leftOut))];
  const words = nature === "mobile" ? leftOut : nature;
  return words ? [make(leftOut ? "span.badge.badge-stop" : "span.badge", {}, capital(words))] : [];
}

// The wall

const count = make("p.phones-count", { role: "status" });
const search = make("input.phones-search", {
  type: "search",
  id: "phones-search",
  placeholder: "Name, number or zone",
  oninput: applySearch,
});
const searchLabel = make("label.phones-search-label", { for: search.id }, "Find a phone");
const nothing = make("p.phones-nothing", { hidden: true }, "No phone matches.");
const wall = make("div.phones-wall");
const head = make(
  "header.phones-head",
  {},
  make("h2", {}, "Phones"),
  practiceTag(),
  count,
  searchLabel,
  search,
);
const section = document.getElementById("phones");
section.append(head, wall, nothing);
const follow = createFollower(section, () => search.value !== "");

function groupOf(zone) {
  const known = groups.get(zone);
  if (known) return known;
  const size = make("span.zone-count");
  const list = make("ul.phone-grid");
  const section = make("section.zone", {}, make("h3", {}, zone, " ", size), list);
  const group = { zone, section, list, size };
  const rank = (name) => (zoneOrder.includes(name) ? zoneOrder.indexOf(name) : zoneOrder.length);
  const next = [...groups.values()]
    .sort((a, b) => rank(a.zone) - rank(b.zone))
    .find((other) => rank(other.zone) > rank(zone));
  wall.insertBefore(section, next?.section ?? null);
  groups.set(zone, group);
  return group;
}

/** What a phone receives carries the mark in its own words; what its owner writes gets the tag. */
const tagFor = ({ by }) => (by === "phone" ? [practiceTag(), " "] : []);

function newestText({ newest }) {
  if (!newest) return make("span.tile-text.tile-empty", {}, "No texts yet");
  const who = newest.by === "phone" ? "Reply: " : "";
  return make("span.tile-text", {}, ...tagFor(newest), `${who}${newest.body}`);
}

function showTile(phone) {
  const known = tiles.get(phone.number);
  const digest = JSON.stringify(phone);
  if (known?.digest === digest) return;
  const open = () => openPhone(phone.number);
  const button = known?.button ?? make("button.phone-tile", { type: "button", onclick: open });
  const marks = badges(phone);
  // A tile is too narrow for both.
  if (phone.newest && marks.length === 0) marks.push(make("span.tile-time", {}, clock(phone.newest.at)));
  const line = make("span.tile-line", {}, make("span.tile-number", {}, phone.number.slice(-4)), ...marks);
  button.replaceChildren(make("span.tile-name", {}, title(phone)), line, newestText(phone));
  button.classList.toggle("is-left-out", phone.leftOut !== null);
  if (!known) {
    groupOf(phone.group).list.append(make("li", {}, button));
  } else if (phone.count > known.phone.count) {
    button.classList.remove("is-new");
    requestAnimationFrame(() => button.classList.add("is-new"));
    if (phone.newest.by !== "phone") follow(button);
  }
  tiles.set(phone.number, { button, digest, phone });
}

function applySearch() {
  const wanted = search.value.trim().toLowerCase();
  const digits = wanted.replace(/[\s()+.-]/g, "");
  const asNumber = /^\d+$/.test(digits);
  for (const { button, phone } of tiles.values()) {
    const words = [...phone.names, phone.group, phone.nature, phone.leftOut ?? ""].join("\n");
    const matches = words.toLowerCase().includes(wanted) || (asNumber && phone.number.includes(digits));
    button.parentElement.hidden = !matches;
  }
  for (const { section, list, size } of groups.values()) {
    const shown = [...list.children].filter((item) => !item.hidden).length;
    section.hidden = shown === 0;
    size.textContent = sizeOf(list);
  }
  nothing.hidden = [...groups.values()].some(({ section }) => !section.hidden);
}

const inNumbers = (count) => (count === 1 ? "1 phone" : `${count} phones`);

/** The same number of phones as a review names: those that are left out are counted apart. */
function sizeOf(list) {
  const shown = [...tiles.values()].filter(
    ({ button }) => list.contains(button) && !button.parentElement.hidden,
  );
  const reasons = Map.groupBy(shown, ({ phone }) => phone.leftOut);
  const others = [...reasons].filter(([reason]) => reason !== null);
  const texted = reasons.get(null)?.length ?? 0;
  return [inNumbers(texted), ...others.map(([reason, { length }]) => `${length} ${reason}`)].join(", ");
}

let fetched;
function showWall() {
  const { latest, phones } = fetched;
  phones.forEach(showTile);
  applySearch();
  const texted = phones.filter(({ group, leftOut }) => group !== BOARD && leftOut === null).length;
  count.textContent = latest
    ? `The newest text is on ${inNumbers(latest.phones)}.`
    : `Members have ${inNumbers(texted)} that get texts. There is no text yet.`;
}

// One phone

let openNumber;

const name = make("h3", { id: "phone-title" });
const close = make("button.phone-close", { type: "button", onclick: () => dialog.close() }, "Close");
const facts = make("p.phone-facts");
const texts = make("ol.phone-texts", { "aria-live": "polite", "aria-label": "Texts", tabindex: "0" });
const outcome = make("p.reply-outcome", { role: "status" });
const quickReplies = ["STOP", "START", "HELP", "Is it safe?"].map((word) =>
  make("button", { type: "button", onclick: () => reply(word) }, word),
);
const quick = make("div.quick-replies", { role: "group", "aria-label": "Quick replies" }, ...quickReplies);
const field = make("input.reply-field", {
  id: "reply-field",
  autocomplete: "off",
  maxlength: "1600",
  placeholder: "Write as this member",
});
const fieldLabel = make("label.visually-hidden", { for: field.id }, "Reply from this phone");
const send = make("button.reply-send", { type: "submit" }, "Send");
const form = make("form.phone-reply", { onsubmit: submit }, fieldLabel, field, send);
const dialog = make(
  "dialog.phone-dialog",
  { "aria-labelledby": name.id, onclose: leave, onclick: closeFromOutside },
  make("div.phone-stripe", {}, "PRACTICE · an invented phone"),
  make("header.phone-head", {}, name, close, facts),
  texts,
  make("footer.phone-foot", {}, outcome, quick, form),
);
document.body.append(dialog);

function leave() {
  const { button } = tiles.get(openNumber) ?? {};
  openNumber = undefined;
  button?.focus();
}

function closeFromOutside(event) {
  if (event.target === dialog) dialog.close();
}

function bubble({ by, body, at }) {
  const kinds = { app: "Text", Twilio: "Answer of the phone network", phone: "Reply" };
  const about = make("span.bubble-about", {}, ...tagFor({ by }), `${kinds[by]}, ${clock(at)}`);
  return make(`li.bubble.bubble-${by.toLowerCase()}`, {}, about, make("span.bubble-body", {}, body));
}

async function showPhone() {
  const number = openNumber;
  const phone = await ask(`/practice/phones/${number}`);
  if (!phone || number !== openNumber) return;
  name.textContent = title(phone);
  facts.replaceChildren(`${inWords(number)} · ${phone.group} `, ...badges(phone));
  const shown = `${number} ${phone.texts.length}`;
  if (texts.dataset.shown === shown) return;
  texts.dataset.shown = shown;
  const none = make("li.no-texts", {}, "No texts yet.");
  texts.replaceChildren(...(phone.texts.length > 0 ? phone.texts.map(bubble) : [none]));
  texts.scrollTop = texts.scrollHeight;
}

async function openPhone(number) {
  openNumber = number;
  outcome.textContent = "";
  field.value = "";
  await showPhone();
  if (!dialog.open) dialog.showModal();
  texts.scrollTop = texts.scrollHeight;
  field.focus();
}

async function reply(body) {
  outcome.textContent = "";
  const answer = await ask("/practice/phones/reply", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ phone: openNumber, body }),
  });
  if (answer && !answer.heard) outcome.textContent = "The text left the phone, but Headgate did not take it.";
}

function submit(event) {
  event.preventDefault();
  const body = field.value.trim();
  if (body === "") return;
  field.value = "";
  reply(body);
}

// Live

async function ask(url, options) {
  try {
    const response = await fetch(url, options);
    if (!response.ok) throw new Error(`The practice server answered ${response.status}.`);
    return await response.json();
  } catch {
    // Elsewhere the small Slack says it.
    if (dialog.open) outcome.textContent = "The practice server does not answer. Is it still running?";
    return undefined;
  }
}

let refreshing = false;
let stale = false;
async function refresh() {
  stale = true;
  if (refreshing) return;
  refreshing = true;
  while (stale) {
    stale = false;
    fetched = (await ask("/practice/phones")) ?? fetched;
    if (fetched) whenStill(showWall);
    if (openNumber) await showPhone();
  }
  refreshing = false;
}

// What the board decides in Slack may change who is left out.
onNews(["phones", "slack"], refresh);
refresh();

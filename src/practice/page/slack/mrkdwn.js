// Slack's own markup, turned into nodes. https://docs.slack.dev/messaging/formatting-message-text
import { format, longDate, relativeDay } from "../clock.js";
import { make } from "../dom.js";

const emoji = {
  warning: "⚠️",
  rotating_light: "🚨",
  white_check_mark: "✅",
  heavy_check_mark: "✔️",
  x: "❌",
  no_entry: "⛔",
  octagonal_sign: "🛑",
  hourglass_flowing_sand: "⏳",
  hourglass: "⌛",
  information_source: "ℹ️",
  question: "❓",
  exclamation: "❗",
  bell: "🔔",
  mega: "📣",
  loudspeaker: "📢",
  droplet: "💧",
  potable_water: "🚰",
  iphone: "📱",
  calling: "📲",
  telephone_receiver: "📞",
  speech_balloon: "💬",
  memo: "📝",
  page_facing_up: "📄",
  calendar: "📅",
  clock1: "🕐",
  lock: "🔒",
  test_tube: "🧪",
  eyes: "👀",
  wave: "👋",
  "+1": "👍",
  tada: "🎉",
  smile: "😄",
  large_green_circle: "🟢",
  large_yellow_circle: "🟡",
  red_circle: "🔴",
  arrow_right: "➡️",
  house: "🏠",
};

const decoded = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji[name] ?? whole);

/** What `plain_text` shows: no markup; emoji names only where the app did not switch them off. */
export const plainText = ({ text, emoji: named }) => decoded(named === false ? text : withEmoji(text));

/** Any text object, as nodes. */
export function textNodes(text, names) {
  return text.type === "mrkdwn" ? mrkdwn(text.text, names) : [plainText(text)];
}

/** `names` tells who is behind an id. */
export function mrkdwn(text, names) {
  return text.split(/```/).flatMap((part, index, all) => {
    const isClosed = index % 2 === 1 && index < all.length - 1;
    if (isClosed) return [make("pre", {}, decoded(part.replace(/^\n|\n$/g, "")))];
    const isOpen = index % 2 === 1;
    return lines(isOpen ? `\`\`\`${part}` : part, names);
  });
}

/** As one hears it. */
export const mrkdwnText = (text) => make("p", {}, ...mrkdwn(text, () => undefined)).textContent;

function lines(text, names) {
  const nodes = [];
  let quote;
  for (const [index, line] of text.split("\n").entries()) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted === null) {
      if (index > 0 && quote === undefined) nodes.push("\n");
      quote = undefined;
      nodes.push(...inline(line, names));
      continue;
    }
    if (quote === undefined) {
      quote = make("blockquote");
      nodes.push(quote);
    } else quote.append("\n");
    quote.append(...inline(quoted[1], names));
  }
  return nodes;
}

const styled = { "*": "strong", _: "em", "~": "s" };
// Code first, then references, then styles: inside the earlier ones the later mean nothing.
const token = /`([^`\n]+)`|<([^<>\n]+)>|(?<![\p{L}\p{N}])([*_~])(?=\S)(.+?)(?<=\S)\3(?![\p{L}\p{N}])/u;

function inline(text, names) {
  const nodes = [];
  let rest = text;
  for (let match = token.exec(rest); match !== null; match = token.exec(rest)) {
    const [whole, code, reference, mark, inner] = match;
    nodes.push(withEmoji(decoded(rest.slice(0, match.index))));
    if (code !== undefined) nodes.push(make("code", {}, decoded(code)));
    else if (reference !== undefined) nodes.push(referenceNode(reference, names));
    else nodes.push(make(styled[mark], {}, ...inline(inner, names)));
    rest = rest.slice(match.index + whole.length);
  }
  nodes.push(withEmoji(decoded(rest)));
  return nodes.filter((node) => node !== "");
}

function referenceNode(reference, names) {
  const [target, label] = reference.split(/\|(.*)/s);
  if (target.startsWith("@")) return mention(names(target.slice(1)) ?? target.slice(1));
  if (target.startsWith("#")) return channelMention(target.slice(1), names, label);
  if (target.startsWith("!date^")) return dateNode(target, label);
  if (target.startsWith("!")) return make("span.mention", {}, `@${target.slice(1)}`);
  return link(target, decoded(label ?? target));
}

export const mention = (name) => make("span.mention", {}, `@${name}`);

/** A place in this workspace: slack.js goes there. */
const place = (kind, to, ...text) => make(kind, { href: "#", ...to }, ...text);

export function channelMention(id, names, label) {
  const name = names(id);
  if (name === undefined) return make("span.mention", {}, label ? `#${label}` : "a private channel");
  return place("a.mention.place", { "data-place": id }, `#${name}`);
}

/** https://docs.slack.dev/reference/methods/chat.getPermalink */
const permalink =
  /^https:\/\/[\w-]+\.slack\.com\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})(?:\?thread_ts=([\d.]+)&cid=\w+)?$/;

export function link(url, text) {
  const [, channel, seconds, rest, thread] = permalink.exec(url.replaceAll("&amp;", "&")) ?? [];
  if (channel !== undefined) {
    const to = { "data-place": channel, "data-message": `${seconds}.${rest}`, "data-thread": thread };
    return place("a.place", to, text);
  }
  const isWeb = /^(https?|mailto|tel):/i.test(url);
  return isWeb ? make("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, text) : text;
}

const dateParts = {
  date_num: (at) => format(at, { dateStyle: "short" }),
  date: (at) => format(at, { dateStyle: "long" }),
  date_short: (at) => format(at, { dateStyle: "medium" }),
  date_long: (at) => format(at, longDate),
  date_pretty: (at) => relativeDay(at) ?? format(at, { dateStyle: "long" }),
  date_short_pretty: (at) => relativeDay(at) ?? format(at, { dateStyle: "medium" }),
  date_long_pretty: (at) => relativeDay(at) ?? format(at, longDate),
  time: (at) => format(at, { timeStyle: "short" }),
  time_secs: (at) => format(at, { timeStyle: "medium" }),
  ago: (at) => `${Math.max(0, Math.round((Date.now() - at) / 60_000))} minutes ago`,
};

function dateNode(target, fallback) {
  const [, seconds, pattern = "", url] = target.split("^");
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return fallback ?? "";
  const text = pattern.replace(/\{([a-z_]+)\}/g, (whole, name) => dateParts[name]?.(at) ?? whole);
  return url ? link(url, text) : make("time", { datetime: at.toISOString() }, text);
}

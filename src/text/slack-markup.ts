// Slack's own notation in what people type: https://docs.slack.dev/messaging/formatting-message-text
import { isIPv6 } from "node:net";

const AUTO_LINK = /<(https?:|mailto:|tel:)([^<>|]*)(?:\|([^<>]*))?>/g;

/** A mention, a date, a link with words of its own; the first two also where their end was cut off. */
const MARKUP =
  /<[@#!][^<>]*>|<(?:@[UW]|#[CG])[A-Z0-9]{4,}|<!(?:channel|here|everyone|subteam\^|date\^)|<[a-z][a-z0-9+.-]*:[^<>|]*\|[^<>]*>/i;

/** What an emoji's name is made of, in any script: `piñata`, `man-woman-girl`, `+1`. */
const NAME = String.raw`[\p{L}\p{M}\p{N}_+'-]+`;
/** One or several, beside a word or not. A name has a letter, but for these four. */
const EMOJI_NAMES = new RegExp(
  String.raw`(?::(?=[^:\s]*\p{L})${NAME}:|(?<!\d):(?:[+-]1|100|1234):(?!\d))+`,
  "u",
);

// What has colons of its own: the address of a page, up to an emoji's name at its end; of a machine; a time.
const PAGE = new RegExp(String.raw`https?:\/\/[^\s<>]*?(?=(?::${NAME}:)+(?![\p{L}\p{N}\/])|[\s<>]|$)`, "giu");
const HEX_GROUPS = /(?<![:\p{L}\p{N}_+'-])[0-9a-f:.]*:[0-9a-f:.]*(?![\p{L}\p{N}_])/giu;
const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;
const HOURS = String.raw`\d{1,2}:\d{2}(?::\d{2})?(?!\d)(?:\s?[ap]\.?m\b)?`;
const TIME = new RegExp(
  String.raw`(?<![\p{L}\p{N}_]|[\p{L}\p{N}_][+'-]+|\d:)${HOURS}(?:\s?[-–]\s?${HOURS})*`,
  "giu",
);

/** With a full stop or a colon behind it, or none. It begins as 2001: and fe80: do; `10:30:bee::` is a time first. */
const isMachine = (groups: string): boolean =>
  [groups, groups.slice(0, -1)].some(
    (each) => MAC.test(each) || (isIPv6(each) && /^[a-f]*\d/i.test(each) && /^[^:]{3,4}:/.test(each)),
  );

const withoutColonsOfItsOwn = (text: string): string =>
  text
    .replace(PAGE, " ")
    .replace(HEX_GROUPS, (groups) => (isMachine(groups) ? " " : groups))
    .replace(TIME, " ");

const squash = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();

/**
 * What the person meant to write: links that Slack made of phone numbers and addresses are words again,
 * and Slack's three escapes are undone.
 */
export function decodeSlackText(text: string): string {
  return text
    .replace(AUTO_LINK, (_, scheme: string, rest: string, label?: string) => {
      const target = scheme.startsWith("http") ? scheme + rest : rest;
      if (!label) return target;
      // A label that does not show where the link leads is no substitute for it.
      return squash(target).includes(squash(label)) ? label : `${label} ${target}`;
    })
    .replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[String(name)] ?? "");
}

/**
 * What would reach a phone as gibberish: a mention, a date, or an emoji's name. Looked for in the text as it
 * would go out. There is no list of emoji: a word between two colons is taken for one.
 */
export function findSlackMarkup(text: string): string | undefined {
  return (MARKUP.exec(text) ?? EMOJI_NAMES.exec(withoutColonsOfItsOwn(text)))?.[0];
}

/** For text that somebody typed, before it stands in a Slack message: nothing in it mentions or links. */
export function escapeForSlack(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

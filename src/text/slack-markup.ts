// Slack's own notation in what people type: https://docs.slack.dev/messaging/formatting-message-text

const AUTO_LINK = /<(https?:|mailto:|tel:)([^<>|]*)(?:\|([^<>]*))?>/g;
const MARKUP = /<[@#!][^<>]*>/;
/** `:water:` but not the time `10:30:00`. */
const EMOJI_NAME = /(?<![\w:]):(?:[a-z][a-z0-9_+'-]*|[+-]1):(?![\w:])/;

/**
 * What the person meant to write: links that Slack made of phone numbers and addresses are words again,
 * and Slack's three escapes are undone.
 */
export function decodeSlackText(text: string): string {
  return text
    .replace(
      AUTO_LINK,
      (_, scheme: string, target: string, label?: string) =>
        label ?? (scheme.startsWith("http") ? scheme + target : target),
    )
    .replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[String(name)] ?? "");
}

/** What would reach a phone as gibberish: a mention, or an emoji's name. Looked for in the raw text. */
export function findSlackMarkup(text: string): string | undefined {
  return (MARKUP.exec(text) ?? EMOJI_NAME.exec(text))?.[0];
}

/** For text that somebody typed, before it stands in a Slack message: nothing in it mentions or links. */
export function escapeForSlack(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

// How members' own words are told to the board. Pure.
import type { KnownBlock } from "@slack/web-api";
import { maskPhone, writePhone } from "../../members/phone.ts";
import { START } from "../../opt-outs/keywords.ts";
import type { Reply, UnknownText } from "../../replies/to-show.ts";
import { escapeForSlack } from "../../text/slack-markup.ts";
import { describeTime, oneLine, plural } from "../../text/words.ts";
import type { Message } from "../alert/message.ts";
import { actions, button, clip, section } from "../words/blocks.ts";

/** What became of a wish: who took the phone off the list, or that it was written before a START. */
export type Decided = { by: string } | "came back" | undefined;

const MOST_CHARACTERS = 700;

/** A section holds 3,000 characters. One that is escaped is five, and each line begins with two more. */
const quote = (body: string): string =>
  cut(escapeForSlack(clip(body, MOST_CHARACTERS)).replace(/^/gm, "> "), 2_000);

/** An escape that is cut in two is left out. */
const cut = (escaped: string, most: number): string => clip(escaped, most).replace(/&[a-z]{0,4}…$/, "…");

const shorten = (names: string, most: number) => escapeForSlack(clip(names, most));

const whose = ({ names, zones, phone }: Reply): string =>
  names === null
    ? `Nobody on the member list (${maskPhone(phone)})`
    : `${shorten(names, 80)} (${shorten(zones ?? "", 60)}, ${writePhone(phone)})`;

/** @param gateway its title, as people read it */
export function replyMessage(
  reply: Reply,
  { timeZone, gateway, decided }: { timeZone: string; gateway: string; decided?: Decided },
): Message {
  const { id, body, shownAs, lateSince } = reply;
  const late =
    lateSince === null
      ? ""
      : ` on ${describeTime(new Date(lateSince), timeZone)}, and it only reached us now`;
  const [verb, note] = explain(reply, gateway, decided);
  const isOpen = shownAs === "wish" && !reply.isOptedOut && decided === undefined;
  const lines = [`*${whose(reply)}* ${verb}${late}:`, quote(body), ...(note === "" ? [] : [note])];
  const text = lines.join("\n");
  // Slack replaces blocks only by blocks, so a message that had a button keeps having some.
  const blocks: KnownBlock[] =
    shownAs === "wish"
      ? [section(text), ...(isOpen ? [actions(button("take-off-list", "Take off the list", id))] : [])]
      : [];
  return { text, blocks };
}

function explain(
  { shownAs, keyword, isOptedOut, body }: Reply,
  gateway: string,
  decided: Decided,
): [verb: string, note: string] {
  if (shownAs === "off the list" && !isOptedOut)
    return ["wrote", "_Headgate took this for STOP. After it they texted START, so they want texts again._"];
  if (shownAs === "off the list")
    return [
      "wants no more texts",
      "_Headgate took this for STOP: they are off the list from now on. Was that wrong? On the server: npm run opt-out -- remove._",
    ];
  if (typeof decided === "object")
    return ["wants no more texts", `_Taken off the list by <@${decided.by}>._`];
  if (isOptedOut) {
    const note = "_They are off the list and get no texts";
    return ["writes", `${note}, unless they text START to our number._`];
  }
  if (decided === "came back") return ["wrote", "_After this they texted START, so they want texts again._"];
  if (shownAs === "wish")
    return [
      "seems to want no more texts",
      "_They are still on the list. Off it, they get no alert by text, not even in an emergency._",
    ];
  if (keyword === "HELP" || keyword === "INFO")
    return ["writes", `_${gateway} has answered this by itself, with your help text._`];
  if (keyword !== null && START.has(keyword)) return ["writes", ""];
  return [body.trim() === "" ? "sent an empty text" : "writes", ""];
}

const NAMED_AT_ONCE = 10;

/** What has come from numbers that nobody on the list has, together. */
export function unknownText(texts: readonly UnknownText[]): string {
  const named = texts
    .slice(0, NAMED_AT_ONCE)
    .map(({ phone, body }) => `• ${maskPhone(phone)}: ${shortQuote(body)}`);
  const more = texts.length - named.length;
  return [
    `*${texts.length === 1 ? "A text from a number" : `${plural(texts.length, "text")} from numbers`} that no member has:*`,
    ...named,
    ...(more > 0 ? [`and ${more} more: press Export CSV in /alert-log.`] : []),
  ].join("\n");
}

const shortQuote = (body: string): string => cut(escapeForSlack(clip(oneLine(body), 160)), 240);

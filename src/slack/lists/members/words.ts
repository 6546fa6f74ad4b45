// What is said of a member, in words that stand in Slack: what people typed is escaped in it. Pure.
import type { listMemberEntries } from "../../../audit/audit.ts";
import type { GatewayWords } from "../../../gateways/gateway.ts";
import type { Card } from "../../../members/people/card.ts";
import { askToTextStart } from "../../../members/people/numbers.ts";
import { writePhone } from "../../../members/phone.ts";
import { BY_HAND, isByText, wordOf } from "../../../opt-outs/opt-outs.ts";
import { escapeForSlack } from "../../../text/slack-markup.ts";
import { asSentence, describeTime } from "../../../text/words.ts";
import { describeEntry } from "../../log/entries.ts";
import { clip, mention } from "../../words/blocks.ts";

/** What somebody typed, on one line. */
export const said = (text: string, most: number): string => escapeForSlack(clip(text, most));

type Named = { name: string; account: string | null; about: string | null };

/** "Ruth Abbott"; of whoever has no account, with what they are: "Hill School (a school)". */
export const withWhat = ({ name, account, about }: Named, most: number): string =>
  said(name, most) + (account === null ? ` (${said(about ?? "no account", 60)})` : "");

const BY_ITSELF: Partial<Record<string, string>> = {
  system: "Headgate",
  "command line": "somebody at the server",
  member: "the member",
};

/** Whoever did it: somebody of the board, or what acts by itself. */
export function nameActor(userId: string | null, isBoard: boolean): string {
  if (userId === null) return "Headgate";
  return isBoard ? mention(userId) : (BY_ITSELF[userId] ?? userId);
}

const HOW: Partial<Record<string, string>> = {
  provider: "the provider says so",
  import: "the co-op's list says so",
  "board, by a text": "they wrote it, and somebody of the board took it up",
};

/** How an opt-out or a consent came in: "they texted STOP", "phone call". */
function describeSource(source: string): string {
  if (source.startsWith(BY_HAND)) return said(source.slice(BY_HAND.length), 60) || "by hand";
  if (isByText(source)) return `they texted ${said(wordOf(source), 60)}`;
  return (Object.hasOwn(HOW, source) && HOW[source]) || said(source, 60);
}

const UNREACHED: Record<NonNullable<Card["unreached"]>, string> = {
  left: "They have left the co-op: they get nothing, and stay in the record.",
  "no number": ":warning: *No text reaches them:* they have no mobile number. Call them, or add one.",
  "opted out": ":warning: *No text reaches them:* they opted out. In an emergency somebody must call them.",
  unusable: ":warning: *No text reaches them:* their number can't get texts. Call them, or add another.",
};

export const describeReach = ({ unreached }: Card): string =>
  unreached === undefined ? ":white_check_mark: Texts reach them." : UNREACHED[unreached];

type CardNumber = Card["numbers"][number];
type Words = { timeZone: string; gateway: GatewayWords };

/** Whether texts get to this number, and if not why, and what can be done. */
export function describeBarred({ barred }: CardNumber, { timeZone, gateway }: Words): string {
  if (barred === null) return "Texts reach it.";
  if (barred.why === "unusable") {
    const { words } = gateway.explain(barred.code);
    return (
      `:warning: It can't get texts: ${escapeForSlack(clip(words, 300))}. Found on ${describeTime(barred.foundAt, timeZone)}; ` +
      `tried again from ${describeTime(barred.triedAgainAt, timeZone)} on.`
    );
  }
  const out = `:warning: It opted out on ${describeTime(barred.at, timeZone)}: ${describeSource(barred.source)}.`;
  if (!barred.isAtProvider) return out;
  return `${out} ${gateway.title} holds texts back too, so only they can undo it. Tell them: “${askToTextStart()}”`;
}

export function describeConsent({ consent }: CardNumber, timeZone: string): string {
  if (consent === null) return "Consent: nothing is known of it.";
  const { source, words, at, userId, teamId } = consent;
  const quoted = words ? `, “${said(words, 150)}”` : "";
  const when = at ? `, ${describeTime(at, timeZone)}` : "";
  const by = userId === null ? "" : `, written down by ${nameActor(userId, teamId !== null)}`;
  return `Consent: ${describeSource(source)}${quoted}${when}${by}.`;
}

type Entry = Awaited<ReturnType<typeof listMemberEntries>>["entries"][number];

/** "<@U1>, Tue, Mar 3, 2026, 2:05 PM: member changed (name: Ana Ruiz → Ana Hall)" */
export function describeMemberEntry(entry: Entry, timeZone: string): string {
  const { at, actor, actorKind, action, detail } = entry;
  const more = atMost([...listEdits(detail), ...listSaid(detail)], 2_000).join("; ");
  const what = asSentence(describeEntry({ action, detail }));
  const by = detail.by === "import" ? " by an import" : "";
  return (
    `${nameActor(actor, actorKind === "board")}, ${describeTime(at, timeZone)}: ` +
    `${escapeForSlack(what)}${by}${more && ` (${more})`}`
  );
}

/** As many of them as have room. What is escaped is never cut. */
function atMost(parts: readonly string[], most: number): string[] {
  let length = 0;
  const shown = parts.filter((part) => {
    length += part.length;
    return length <= most;
  });
  return shown.length === parts.length ? shown : [...shown, "and more"];
}

const LABELS: Partial<Record<string, string>> = { about: "what they are", phone: "number" };
/** What an entry of a change says beside what changed. */
const NOT_SHOWN = new Set(["hasLeft", "at"]);

function listEdits({ before, after }: Record<string, unknown>): string[] {
  const [was, is] = [before, after].map((it) => (isRecord(it) ? it : {}));
  return [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])].flatMap((key) => {
    const [old, now] = [was?.[key], is?.[key]].map((value) => write(key, value));
    if (NOT_SHOWN.has(key) || (old === now && !old)) return [];
    const values = old === now ? old : [old, now].map((value) => value || "none").join(" → ");
    return [`${LABELS[key] ?? key}: ${values}`];
  });
}

function listSaid({ phone, source, reason }: Record<string, unknown>): string[] {
  return [
    ...(typeof phone === "string" ? [writePhone(phone)] : []),
    ...(typeof source === "string" ? [describeSource(source)] : []),
    ...(typeof reason === "string" ? [`“${said(reason, 300)}”`] : []),
  ];
}

const isRecord = (it: unknown): it is Record<string, unknown> => typeof it === "object" && it !== null;

function write(key: string, value: unknown): string {
  if (typeof value !== "string" || value === "") return "";
  if (key === "number" || key === "phone") return writePhone(value);
  return key === "source" ? describeSource(value) : said(value, 80);
}

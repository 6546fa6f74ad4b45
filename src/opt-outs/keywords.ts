// The words that Twilio acts on by itself, when they are the whole text:
// https://help.twilio.com/articles/223134027
import type { KeywordKind } from "../gateways/gateway.ts";
import { isQuestion } from "./wishes.ts";

export const STOP = new Set(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]);
export const START = new Set(["START", "UNSTOP", "YES"]);
const HELP = new Set(["HELP", "INFO"]);
const WORDS: Record<KeywordKind, ReadonlySet<string>> = { stop: STOP, start: START, help: HELP };
const KINDS = ["stop", "start", "help"] as const satisfies KeywordKind[];

export type Keyword = {
  kind: KeywordKind;
  word: string;
  /** The provider acts on it too. Without that it counts for us alone. */
  isProviders: boolean;
};

/**
 * The keyword that the text is.
 *
 * Start and help are what the provider took for that: with "Yes!" it leaves a number blocked. Stop is also what
 * it overlooks: the word with stray punctuation or emoji. A question is none.
 *
 * @param did what the provider says that it did, by its owner's own words, in any language
 */
export function readKeyword(body: string, did?: KeywordKind): Keyword | undefined {
  const exact = body.trim().toUpperCase();
  if (did !== undefined) {
    return { kind: did, word: WORDS[did].has(exact) ? exact : did.toUpperCase(), isProviders: true };
  }
  const kind = KINDS.find((each) => WORDS[each].has(exact));
  if (kind) return { kind, word: exact, isProviders: true };
  if (isQuestion(body)) return undefined;
  const word = body
    .normalize("NFKC")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toUpperCase();
  return STOP.has(word) ? { kind: "stop", word, isProviders: false } : undefined;
}

// The words that Twilio acts on by itself, when they are the whole text:
// https://help.twilio.com/articles/223134027
const STOP = new Set(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]);
export const START = new Set(["START", "UNSTOP", "YES"]);
const HELP = new Set(["HELP", "INFO"]);

export type Keyword = { kind: "stop" | "start" | "help"; word: string };

/** The keyword that the text is, in any case and with stray punctuation or spaces. */
export function readKeyword(body: string): Keyword | undefined {
  const word = body
    .normalize("NFKC")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toUpperCase();
  if (STOP.has(word)) return { kind: "stop", word };
  if (START.has(word)) return { kind: "start", word };
  if (HELP.has(word)) return { kind: "help", word };
  return undefined;
}

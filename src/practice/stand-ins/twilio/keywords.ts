// What Twilio itself does when a whole text is one of its words: it blocks or frees the number and
// answers the phone. Stray punctuation makes it an ordinary text.
const stop = new Set(["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]);
const start = new Set(["START", "YES", "UNSTOP"]);
const help = new Set(["HELP", "INFO"]);

export type Keyword = "stop" | "start" | "help";
const kinds: Keyword[] = ["stop", "start", "help"];

/** @param advanced the owner's own words, where Advanced Opt-Out is on: no others count then */
export function keywordOf(body: string, advanced?: Record<Keyword, readonly string[]>): Keyword | undefined {
  const word = body.trim().toUpperCase();
  if (advanced) {
    const is = (kind: Keyword) => advanced[kind].some((own) => own.toUpperCase() === word);
    return kinds.find(is);
  }
  if (stop.has(word)) return "stop";
  if (start.has(word)) return "start";
  if (help.has(word)) return "help";
  return undefined;
}

export const twilioAnswers: Record<Keyword, string> = {
  stop: "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.",
  start:
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
  help: "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
};

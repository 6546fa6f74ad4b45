// Why a text to somebody's own phone was not sent: a test, or a code. Pure.
import type { GatewayFault } from "../../gateways/gateway.ts";

type What = "test" | "code";

const FAULTS: Record<GatewayFault, (what: What, title: string, words: string) => string> = {
  late: (what) => `The ${what} was not sent: the server was too busy. Try again.`,
  "not sent": (what, title) =>
    `The ${what} was not sent: ${title} is busy or can't be reached. Try again in a minute.`,
  untrusted: (what, _, words) => `The ${what} was not sent: ${words}. An alert would fail in the same way.`,
  number: (what) => `The ${what} was not sent: your number can't get texts.`,
  destination: (what, _, words) => `The ${what} was not sent: ${words}.`,
  "opted out": (what) => optedOutWords(what),
  refused: (what, title) => `The ${what} was not sent: ${title} refused it.`,
  unexplained: (what, title) =>
    `The ${what} was not sent: ${title} refused it. An alert may fail in the same way.`,
  account: (what, _, words) => `The ${what} was not sent: ${words}. An alert would fail in the same way.`,
  ambiguous: (what, title) =>
    `${title} gave no answer, so the ${what} may or may not have been sent. Look at your phone.`,
};

export const optedOutWords = (what: What): string =>
  `The ${what} was not sent: your phone has opted out. Text START to our number from it first.`;

/** @param title the gateway's, as people read it @param words what the gateway says of it */
export const notSentWords = (
  what: What,
  { fault, title, words }: { fault: GatewayFault; title: string; words: string },
): string => FAULTS[fault](what, title, words);

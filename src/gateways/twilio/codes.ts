// Twilio's error codes: what each means for the message, what a person is told, and what can be done.
// https://www.twilio.com/docs/api/errors
import { plural } from "../../text/words.ts";
import type { Advice, Explanation } from "../gateway.ts";

const number = (words: string): Explanation => ({ fault: "number", words, mayPass: false });
const account = (words: string): Explanation => ({ fault: "account", words, mayPass: false });
const refused = (words: string, advice?: Advice): Explanation => ({
  fault: "refused",
  words,
  mayPass: false,
  advice,
});
/** Something that may be over soon: the phone was off, a network was full. */
const passing = (words: string): Explanation => ({ fault: "refused", words, mayPass: true });
const busy = (words: string): Explanation => ({ fault: "not sent", words, mayPass: true });

const FILTERED: Advice = {
  // Fewer may just have blocked our number themselves.
  from: 10,
  words: (count) =>
    `${plural(count, "text")} were blocked by carriers, which take them for unwanted. Sending the same again ` +
    "does not help: ask Twilio's support why, before the next alert.",
};
const FULL_CARRIER: Advice = {
  from: 1,
  words: (count) =>
    `A carrier takes no more texts from our number today: ${plural(count, "phone")} on it can't be reached ` +
    "by text before tomorrow.",
};

const MEANINGS = new Map<string, Explanation>(
  Object.entries({
    21211: number("not a valid number"),
    21614: number("not a mobile number"),
    21635: number("a landline"),
    30005: number("unknown number, perhaps given up"),
    30006: { ...number("a landline, or a carrier that can't be reached"), isDoubtful: true },

    21610: { fault: "opted out", words: "opted out", mayPass: false },

    20429: busy("Twilio asked to slow down"),
    21611: busy("Twilio's queue is full"),
    30001: busy("Twilio's queue is full"),
    30022: busy("Twilio asked to slow down"),

    21612: refused("this number can't be reached from ours"),
    30003: passing("phone off or out of coverage"),
    30004: refused("blocked by the carrier or the member", FILTERED),
    30007: refused("filtered by the carrier", FILTERED),
    30008: passing("the carrier gave no reason"),
    30017: passing("the carrier's network is congested"),
    30023: refused("the carrier's limit for today is reached", FULL_CARRIER),
    30027: refused("the carrier's limit for today is reached", FULL_CARRIER),

    10001: account("the Twilio account is not active"),
    20003: account(
      "Twilio did not accept the account's credentials, or the account is suspended or out of money",
    ),
    20005: account("the Twilio account is not active"),
    21408: account("the Twilio account is not allowed to text this country"),
    21606: account("the sending number can't send texts"),
    21703: account("the messaging service has no number to send from"),
    21704: account("the messaging service has no number to send from"),
    30002: account("the Twilio account is suspended"),
    30032: account("the toll-free number is not verified"),
    30033: account("the sender's registration is suspended"),
    30034: account("the sending number is not registered for this use"),
    30035: account("the sending number is still being set up"),
    63038: account("the Twilio account has reached its limit for today"),
  }),
);

export const explainCode = (code: string): Explanation =>
  MEANINGS.get(code) ?? { fault: "unexplained", words: "refused by Twilio", mayPass: false };

/** What is told about a request that got no answer, or none from Twilio. */
export const UNREACHABLE: Explanation = {
  fault: "not sent",
  words: "Twilio can't be reached",
  mayPass: true,
  advice: {
    from: 1,
    words: () =>
      "If this lasts, have somebody look at the server's connection to the internet, and at status.twilio.com.",
  },
};
export const UNTRUSTED: Explanation = {
  fault: "untrusted",
  words:
    "the computer that Headgate runs on can't be sure that it speaks to Twilio. Its clock may be wrong, or " +
    "something on its network reads along",
  mayPass: true,
};
export const TOO_LATE: Explanation = { fault: "late", words: "it was too late to send this", mayPass: true };
export const NO_PROPER_ANSWER: Explanation = {
  fault: "ambiguous",
  words: "Twilio gave no proper answer",
  mayPass: false,
};

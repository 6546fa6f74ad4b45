// Twilio's error codes: what each means for the message, what a person is told, and what can be done.
// https://www.twilio.com/docs/api/errors
import { plural } from "../../text/words.ts";
import type { Advice, Alarm, Explanation, Failure } from "../gateway.ts";

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
/** The account's settings or its sender keep texts from this number; a person can change that. */
const destination = (words: string, alarm: Alarm): Explanation => ({
  fault: "destination",
  words,
  mayPass: true,
  alarm,
});
const trial = account(
  "this is a Twilio trial account, which texts only numbers that were verified one by one. Upgrade it at " +
    "console.twilio.com",
);
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

const COUNTRY_OFF: Alarm = {
  name: "21408",
  once: "for each country",
  words: (country) => `Twilio does not let this account text numbers in ${country}.`,
  cure: (country) =>
    `To allow it: console.twilio.com, Messaging, Settings, Geo permissions, and tick ${country}.`,
};
const wrongSender = (name: string): Alarm => ({
  name,
  once: "for each country",
  words: (country) => `Our sending number can't text some numbers in ${country}.`,
  cure: () =>
    "At console.twilio.com, Phone Numbers, see that it belongs to this account and can send texts. For another " +
    "country or carrier it may need a registration, or another number.",
});
const TOOLKIT = "console.twilio.com, Messaging, Settings, General, Compliance Toolkit";
const refusedBySettings = (name: string, why: string): Alarm => ({
  name,
  once: "in each alert",
  words: () => `The Twilio account's own settings refuse texts of this alert: ${why}.`,
  cure: () => `To change them: ${TOOLKIT}.`,
});
export const HELD_BACK: Alarm = {
  name: "scheduled",
  once: "in each alert",
  words: () =>
    "Twilio holds texts of this alert back, probably until the morning: the account's own settings take them for " +
    "not urgent. They count as on the way, and can't be called back or sent sooner. If it can't wait, tell people " +
    "in another way.",
  cure: () => `To have the next alert go out at once, turn the quiet hours off: ${TOOLKIT}.`,
};

/**
 * Whose fault is it? The destination's (`number`, `destination`), the message's (`refused`, `passing`) or the
 * account's (`account`)? A fault of the destination stops nobody else's text.
 */
const MEANINGS = new Map<string, Explanation>(
  Object.entries({
    21211: number("not a valid number"),
    21217: number("not a valid number"),
    21614: number("not a mobile number"),
    21635: number("a landline"),
    30005: number("unknown number, perhaps given up"),
    30006: { ...number("a landline, or a carrier that can't be reached"), isDoubtful: true },
    30014: number("not a valid number"),

    21408: destination("the Twilio account is not allowed to text this country", COUNTRY_OFF),
    21606: destination("our sending number can't text this number", wrongSender("21606")),
    21659: destination("our sending number can't text this country", wrongSender("21659")),
    30018: destination("this carrier wants our sender registered first", wrongSender("30018")),
    30024: destination("this carrier does not know our sending number", wrongSender("30024")),
    30610: destination(
      "the Twilio account's settings allow no such text at this hour",
      refusedBySettings("30610", "by its quiet hours"),
    ),
    30640: destination(
      "the Twilio account's settings block this number",
      refusedBySettings("30640", "they take some numbers for a legal risk"),
    ),
    30047: destination(
      "the Twilio account's settings held this text back, and it never left",
      refusedBySettings("30047", "by its quiet hours"),
    ),

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
    30036: passing("it was not sent in time"),
    30410: passing("the carrier did not answer in time"),
    30450: refused("blocked by Twilio", FILTERED),

    10001: account("the Twilio account is not active"),
    20003: account(
      "Twilio did not accept the account's credentials, or the account is suspended or out of money",
    ),
    20005: account("the Twilio account is not active"),
    20006: account("the Twilio account may not do this"),
    20010: account("the Twilio account may not send texts"),
    21212: account("the sending number is none of the Twilio account's"),
    21601: account("the sending number can't send texts"),
    21603: account("no sending number is set"),
    21660: account("the sending number is none of the Twilio account's"),
    21661: account("the sending number can't send texts"),
    21701: account("the messaging service does not exist"),
    21702: account("the messaging service can't send texts"),
    21703: account("the messaging service has no number to send from"),
    21704: account("the messaging service has no number to send from"),
    21705: account("the messaging service does not exist"),
    30002: account("the Twilio account is suspended"),
    30032: account("the toll-free number is not verified"),
    30033: account("the sender's registration is suspended"),
    30034: account("the sending number is not registered for this use"),
    30035: account("the sending number is still being set up"),
    63038: account("the Twilio account has reached its limit for today"),

    21219: trial,
    21607: trial,
    21608: trial,
    30044: trial,
    572002: trial,
    572005: trial,
  }),
);

export const explainCode = (code: string): Explanation =>
  MEANINGS.get(code) ?? { fault: "unexplained", words: "refused by Twilio", mayPass: false };

/** @param code nothing where Twilio names none */
export const failureOf = (code: string | number | null | undefined): Failure | null =>
  code ? { code: String(code), ...explainCode(String(code)) } : null;

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

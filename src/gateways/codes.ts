// Twilio's error codes: what each means for the message, and what a person is told.
// https://www.twilio.com/docs/api/errors
import type { GatewayFault } from "./gateway.ts";

type Meaning = { fault: GatewayFault; words: string };

const number = (words: string): Meaning => ({ fault: "number", words });
const account = (words: string): Meaning => ({ fault: "account", words });
const busy = (words: string): Meaning => ({ fault: "not sent", words });
const refused = (words: string): Meaning => ({ fault: "refused", words });

const MEANINGS: Record<number, Meaning> = {
  21211: number("not a valid number"),
  21614: number("not a mobile number"),
  21635: number("a landline"),
  30005: number("unknown number, perhaps given up"),
  30006: number("a landline, or a carrier that can't be reached"),

  21610: { fault: "opted out", words: "opted out" },

  20429: busy("Twilio asked to slow down"),
  21611: busy("Twilio's queue is full"),
  30001: busy("Twilio's queue is full"),
  30022: busy("Twilio asked to slow down"),

  21612: refused("this number can't be reached from ours"),
  30003: refused("phone off or out of coverage"),
  30004: refused("blocked by the carrier or the member"),
  30007: refused("filtered by the carrier"),
  30008: refused("the carrier gave no reason"),
  30017: refused("the carrier's network is congested"),
  30023: refused("the carrier's limit for today is reached"),
  30027: refused("the carrier's limit for today is reached"),

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
};

/** Failures that may be over in a while: the phone was off, a network or a queue was full. */
export const WORTH_ANOTHER_TRY = [30001, 30003, 30008, 30017, 30022];

/** What a code means for the message. */
export const faultOf = (code: number): GatewayFault => MEANINGS[code]?.fault ?? "unexplained";

export const wordsFor = (code: number): string => MEANINGS[code]?.words ?? "refused by Twilio";

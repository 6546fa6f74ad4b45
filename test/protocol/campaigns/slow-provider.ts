import { setTimeout as after } from "node:timers/promises";
import type { TwilioMisbehaviour } from "../../../src/practice/stand-ins/twilio/misbehaviour.ts";
import type { Chance } from "./chance.ts";

/** All is well at the provider, but its answers take as long as on a network: something is always under way. */
export const takesItsTime = (random: Chance, most = 30): TwilioMisbehaviour => ({
  create: () => ({
    acceptAfter: after(random.below(most)),
    answerAfter: after(random.below(2 * most)),
  }),
});

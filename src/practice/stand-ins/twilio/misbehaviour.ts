// What Twilio can do wrong.
import { inJson } from "../http.ts";
import { type Behaviour, common, createMisbehaviour, type Misbehaviour } from "../misbehaviour.ts";
import { refusal, refusalBody } from "./errors.ts";

/** To create a message; to list or fetch messages; to fetch the account. */
export type Kind = "create" | "look" | "account";

/** A request to look has no body, and names a number or a message. */
export type Asked = { to: string | null; body: string; sid: string | null };

export type TwilioMisbehaviour = Misbehaviour<Kind, Asked>;

export const createTwilioMisbehaviour = () =>
  createMisbehaviour<Kind, Asked>(inJson(429, refusalBody(refusal(20429))));

/** Refused with one of Twilio's error codes, whatever the phone; the HTTP status is the usual one if none is named. */
export function refuses(code: number, status = refusal(code).status): Behaviour {
  return { accepts: false, answer: inJson(status, refusalBody({ ...refusal(code), status })) };
}

const html = (status: number, body: string) => ({ status, body, headers: { "content-type": "text/html" } });

export const behaviours = {
  ...common,
  throttled: refuses(20429),
  error500Before: { accepts: false, answer: html(500, "") },
  error500After: { answer: html(500, "") },
  odd201: { answer: html(201, "<html>Created</html>") },
} satisfies Record<string, Behaviour>;

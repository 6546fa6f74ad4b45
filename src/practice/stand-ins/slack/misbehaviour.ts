// What Slack can do wrong.
import { inJson, type Reply } from "../http.ts";
import { type Behaviour, common, createMisbehaviour } from "../misbehaviour.ts";

/** Its kind is the method's name, or `response_url`. */
export type Asked = { args: Record<string, unknown> };

/** Slack's 429: come again after this number of seconds. */
export const tooMany = (seconds: number): Reply =>
  inJson(429, { ok: false, error: "ratelimited" }, { "retry-after": String(seconds) });

export const createSlackMisbehaviour = () => createMisbehaviour<string, Asked>(tooMany(1));

/** Refused with one of Slack's errors. */
export function refuses(error: string): Behaviour {
  return { accepts: false, answer: inJson(200, { ok: false, error }) };
}

/** Refused for this number of seconds. */
export const rateLimited = (seconds: number): Behaviour => ({ accepts: false, answer: tooMany(seconds) });

const upstream = (status: number) => ({ status, body: "upstream failure" });

export const behaviours = {
  ...common,
  error500Before: { accepts: false, answer: upstream(500) },
  error500After: { answer: upstream(500) },
  error503Before: { accepts: false, answer: upstream(503) },
} satisfies Record<string, Behaviour>;

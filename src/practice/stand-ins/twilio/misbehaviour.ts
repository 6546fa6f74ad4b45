// A bad day at the provider, for tests: what a request does and what its sender gets to see are two things.
import type { ServerResponse } from "node:http";
import { sendJson } from "../http.ts";
import { refusal, refusalBody } from "./errors.ts";

export type Answer =
  | "normal"
  /** The connection is reset without an answer. */
  | "reset"
  /** No answer ever comes. */
  | "hang"
  /** A whole response with half of the JSON. */
  | "truncated"
  /** The connection is reset in the middle of the body. */
  | "cut off"
  /** Twilio's own form for that error code; the HTTP status is the usual one if none is named. */
  | { error: number; status?: number }
  | { status: number; body: string };

export type Behaviour = {
  /** Whether the message is taken, as far as Twilio's own checks allow. */
  accepts: boolean;
  answer: Answer;
  /** It is taken only then. */
  acceptAfter?: Promise<unknown>;
  /** The answer leaves only then. */
  answerAfter?: Promise<unknown>;
  /** Lists know the message only then. */
  listedAfter?: Promise<unknown>;
};

const before = (answer: Answer): Behaviour => ({ accepts: false, answer });
const after = (answer: Answer): Behaviour => ({ accepts: true, answer });

export const behaviours = {
  ok: after("normal"),
  throttled: before({ error: 20429 }),
  error500Before: before({ status: 500, body: "" }),
  error500After: after({ status: 500, body: "" }),
  resetBefore: before("reset"),
  resetAfter: after("reset"),
  hangBefore: before("hang"),
  hangAfter: after("hang"),
  truncated: after("truncated"),
  cutOff: after("cut off"),
  odd201: after({ status: 201, body: "<html>Created</html>" }),
} satisfies Record<string, Behaviour>;

/** Refused with one of Twilio's error codes, whatever the phone. */
export const refuses = (error: number, status?: number): Behaviour =>
  before(status === undefined ? { error } : { error, status });

export type Misbehaviour = {
  /** Asked for each request to create a message, the `n`th since the start; nothing means as usual. */
  create?: (request: { to: string; body: string; n: number }) => Behaviour | undefined;
  /** Asked for each request to list or fetch messages. */
  look?: (request: {
    to: string | null;
    sid: string | null;
    n: number;
  }) => Pick<Behaviour, "answer" | "answerAfter"> | undefined;
};

/** Answers with `status` and `value`, or as badly as `answer` says. */
export function answerAs(answer: Answer, response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  const half = text.slice(0, text.length / 2);
  if (answer === "hang") return;
  if (answer === "normal") {
    sendJson(response, status, value);
  } else if (answer === "reset") {
    response.socket?.resetAndDestroy();
  } else if (answer === "truncated") {
    response.writeHead(status, { "content-type": "application/json" }).end(half);
  } else if (answer === "cut off") {
    response.writeHead(status, { "content-type": "application/json", "content-length": text.length });
    response.write(half, () => response.socket?.destroy());
  } else if ("error" in answer) {
    const refused = refusal(answer.error);
    const shown = { ...refused, status: answer.status ?? refused.status };
    sendJson(response, shown.status, refusalBody(shown));
  } else {
    response.writeHead(answer.status, { "content-type": "text/html" }).end(answer.body);
  }
}

// What can go wrong between an app and a maker (Slack, Twilio), brought about on purpose: what a request
// does, and what its sender gets to see, are two things.
import type { ServerResponse } from "node:http";
import type { Reply } from "./http.ts";

/** How the answer to a request comes. */
type ScriptedAnswer =
  | "normal"
  /** The connection is reset without an answer. */
  | "reset"
  /** No answer ever comes. */
  | "hang"
  /** A whole response with half of the body. */
  | "truncated"
  /** The connection is reset in the middle of the body. */
  | "cut off"
  /** Exactly this. */
  | Reply;

/** What is not named here is as usual. */
export type Behaviour = {
  /** False: nothing is checked and nothing is done. The normal answer is then "too many requests". */
  accepts?: boolean;
  answer?: ScriptedAnswer;
  /** What was asked for is done only then. */
  acceptAfter?: Promise<unknown>;
  /** The answer leaves only then. */
  answerAfter?: Promise<unknown>;
  /** Lists know what was made only then. */
  listedAfter?: Promise<unknown>;
};

/** What any maker can do wrong. */
export const common = {
  ok: {},
  resetBefore: { accepts: false, answer: "reset" },
  resetAfter: { answer: "reset" },
  hangBefore: { accepts: false, answer: "hang" },
  hangAfter: { answer: "hang" },
  truncated: { answer: "truncated" },
  cutOff: { answer: "cut off" },
} as const satisfies Record<string, Behaviour>;

/** These in turn, one for each request, and then as usual. */
export function inTurn(...behaviours: Behaviour[]): () => Behaviour | undefined {
  return () => behaviours.shift();
}

/**
 * By kind of request. Asked for each one, the `n`th of its kind since the start. Where a kind's own says
 * nothing, `*` is asked; nothing there either means as usual.
 */
export type Misbehaviour<Kind extends string, Request> = Partial<
  Record<Kind | "*", (request: Request & { kind: Kind; n: number }) => Behaviour | undefined>
>;

export type Respond<Kind extends string, Request> = (
  response: ServerResponse,
  kind: Kind,
  request: Request,
  carryOut: (behaviour: Behaviour) => Reply,
) => Promise<void>;

/** @param busy what the maker answers where it takes nothing more */
export function createMisbehaviour<Kind extends string, Request extends object>(busy: Reply) {
  let script: Misbehaviour<Kind, Request> | undefined;
  const counts = new Map<Kind, number>();

  function behaviourFor(kind: Kind, request: Request): Behaviour {
    const n = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, n);
    const asked = { ...request, kind, n };
    return script?.[kind]?.(asked) ?? script?.["*"]?.(asked) ?? common.ok;
  }

  /** Carries the request out and answers it, each as well or badly as the script says. */
  const respond: Respond<Kind, Request> = async (response, kind, request, carryOut) => {
    const behaviour = behaviourFor(kind, request);
    await behaviour.acceptAfter;
    const usual = behaviour.accepts === false ? busy : carryOut(behaviour);
    await behaviour.answerAfter;
    answerAs(behaviour.answer ?? "normal", response, usual);
  };

  return {
    /** In place of the script before; `{}` ends it. */
    misbehave(next: Misbehaviour<Kind, Request>): void {
      script = next;
    },
    respond,
  };
}

function answerAs(answer: ScriptedAnswer, response: ServerResponse, usual: Reply): void {
  if (answer === "hang") return;
  if (answer === "reset") return void response.socket?.resetAndDestroy();
  const { status, headers, body } = typeof answer === "object" ? answer : usual;
  const half = Buffer.from(body).subarray(0, body.length / 2);
  if (answer === "truncated") response.writeHead(status, headers).end(half);
  else if (answer === "cut off") {
    response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
    response.write(half, () => response.socket?.destroy());
  } else response.writeHead(status, headers).end(body);
}

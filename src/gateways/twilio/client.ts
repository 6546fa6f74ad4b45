// How requests travel to Twilio and back: one connection each, one time limit, and it is certain whether they left.
import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingHttpHeaders } from "node:http";
import twilio from "twilio";
import { type Dispatcher, Pool } from "undici";
import type { Clock } from "../../clock.ts";
import { CONNECT_SECONDS, type OutgoingText } from "../gateway.ts";

type RequestOptions = Parameters<InstanceType<typeof twilio.RequestClient>["request"]>[0];

type Limit = { timeLimitMs: number; clock: Clock };

type Departure = { leaveBy: OutgoingText["leaveBy"]; onLeave: OutgoingText["onLeave"] };

/** The only hosts that requests go to, by the first word of Twilio's own: api.twilio.com. */
export type Origins = { api: string; messaging: string };

export type PooledClientOptions = Limit & {
  origins: Origins;
  /** Requests with a text in flight at once. */
  connections: number;
  /** Told the Date header of each answer. */
  onDate?: ((date: string | undefined) => void) | undefined;
};

const ASKING_CONNECTIONS = 10;
/** Many times the longest list of messages. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

const openPool = (origin: string, connections: number): Pool =>
  new Pool(origin, {
    connections,
    pipelining: 1,
    // HTTP/2 sends again by itself what the other side says it has not looked at.
    allowH2: false,
    maxResponseSize: MAX_ANSWER_BYTES,
    connect: { timeout: CONNECT_SECONDS * 1000 },
    // One limit is for all of a request.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

/**
 * Twilio's client, with undici instead of axios: connections are kept, no text is sent again, nothing is
 * redirected, and no request goes to another host, whatever proxy, region or edge the environment names.
 */
export class PooledClient extends twilio.RequestClient {
  readonly #sending: Pool;
  /** Pools of their own: a text that waited for a question to end would be given up, and nobody would know. */
  readonly #asking: ReadonlyMap<string, Pool>;
  readonly #limit: Limit;
  readonly #onDate: PooledClientOptions["onDate"];
  readonly #departure = new AsyncLocalStorage<Departure>();

  constructor({ origins, connections, onDate, ...limit }: PooledClientOptions) {
    super();
    this.#onDate = onDate;
    this.#sending = openPool(origins.api, connections);
    this.#asking = new Map(
      Object.entries(origins).map(([host, origin]) => [host, openPool(origin, ASKING_CONNECTIONS)]),
    );
    this.#limit = limit;
  }

  /** What `run` asks of Twilio's client leaves on these terms. The client itself passes none of them on to us. */
  departing<T>(departure: Departure, run: () => T): T {
    return this.#departure.run(departure, run);
  }

  /** Nobody waits for an answer any more; what was given up may still wait for a connection. */
  async close(): Promise<void> {
    await Promise.all([this.#sending, ...this.#asking.values()].map((pool) => pool.destroy()));
  }

  override async request({ method, uri, params, data, username, password }: RequestOptions) {
    const url = new URL(uri);
    for (const [name, value] of formFields(params)) url.searchParams.append(name, value);
    const credentials = Buffer.from(`${username}:${password}`).toString("base64");
    const isPost = method === "post";
    const pool = this.#poolFor(url.hostname, isPost);
    const request = {
      method: isPost ? "POST" : "GET",
      path: url.pathname + url.search,
      headers: {
        authorization: `Basic ${credentials}`,
        accept: "application/json",
        ...(data ? { "content-type": "application/x-www-form-urlencoded" } : {}),
      },
      body: data ? new URLSearchParams(formFields(data)).toString() : null,
    } as const;
    const limit = { ...this.#limit, ...this.#departure.getStore() };
    const run = () => exchange(pool, request, limit);
    const { statusCode, text, headers } = await run().catch((error: unknown) => {
      // A connection that was kept may be closed just as it is used again. To ask twice does no harm.
      if (isPost || !BROKEN_OFF.has(codeOf(error))) throw error;
      return run();
    });
    this.#onDate?.(headers.date);
    return { statusCode, body: parseJson(text), headers };
  }

  /** Whatever edge and region stand behind it, the first word of the host says which of Twilio's it is. */
  #poolFor(hostname: string, isPost: boolean): Pool {
    const [host = ""] = hostname.split(".", 1);
    const pool = isPost ? host === "api" && this.#sending : this.#asking.get(host);
    if (!pool) throw new Error(`no request goes to ${hostname}`);
    return pool;
  }
}

const BROKEN_OFF = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** Node's, OpenSSL's or undici's. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

/** It is certain that no byte of the request has left. */
export class NeverLeft extends Error {
  override readonly name = "NeverLeft";
}

export class TooLate extends Error {
  override readonly name = "TooLate";
}

/**
 * One request and its whole answer, within the time limit. The time is looked at only where the request meets
 * its connection: a process that was frozen before that, even between two lines of this, must not send what
 * others have decided about by then. Nor may it send what its timer gave up: timers may be a little early.
 *
 * @throws NeverLeft if nothing has left, whatever the cause; otherwise what went wrong
 */
function exchange(
  pool: Pool,
  request: Dispatcher.DispatchOptions,
  { timeLimitMs, clock, leaveBy = Number.POSITIVE_INFINITY, onLeave }: Limit & Partial<Departure>,
): Promise<{ statusCode: number; text: string; headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const endBy = clock.monotonic() + timeLimitMs;
    const chunks: Buffer[] = [];
    let statusCode = 0;
    let headers: IncomingHttpHeaders = {};
    let started: Dispatcher.DispatchController | undefined;
    let isGivenUp = false;
    const giveUp = (reason: Error) => {
      unschedule();
      isGivenUp = true;
      reject(started ? reason : new NeverLeft("The request was not begun.", { cause: reason }));
    };
    const unschedule = clock.after(timeLimitMs, () => {
      const reason = new Error(`There was no whole answer within ${timeLimitMs} ms.`);
      giveUp(reason);
      started?.abort(reason);
    });
    pool.dispatch(request, {
      onRequestStart: (controller) => {
        if (isGivenUp || clock.monotonic() >= Math.min(endBy, leaveBy)) throw new TooLate();
        started = controller;
        onLeave?.();
      },
      onResponseStart: (_controller, status, named) => {
        statusCode = status;
        headers = named;
      },
      onResponseData: (_controller, chunk) => {
        chunks.push(chunk);
      },
      onResponseEnd: () => {
        unschedule();
        resolve({ statusCode, headers, text: Buffer.concat(chunks).toString() });
      },
      onResponseError: (_controller, error) => giveUp(error),
    });
  });
}

const formFields = (fields: object | undefined): [string, string][] =>
  Object.entries(fields ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]);

/** Null for a body that is no JSON, which the client takes for an answer without content. */
function parseJson(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

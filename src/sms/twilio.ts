// The adapter to Twilio: its official client, over a connection pool of our own.
import twilio from "twilio";
import { type Dispatcher, Pool } from "undici";
import { z } from "zod";
import { type Clock, systemClock } from "../clock.ts";
import { faultOf } from "./error-codes.ts";
import {
  type Gateway,
  GatewayError,
  type GatewayFault,
  MESSAGE_SID,
  type OutgoingText,
  type ProviderMessage,
} from "./gateway.ts";

export type TwilioOptions = {
  accountSid: string;
  authToken: string;
  /** Who texts. */
  sender: { messagingServiceSid: string } | { from: string };
  apiUrl: string;
  /** Where status callbacks go, without a slash at its end. */
  publicUrl: string;
  /** Requests in flight at once. */
  connections: number;
  /** Shorter in tests. */
  timeLimitMs?: number;
  clock?: Clock;
};

/** Shorter than the lease of a claim, so that a request is over before anybody else may ask about it. */
const TIME_LIMIT_MS = 30_000;
/** What to look through for a message that may have been taken: far more than one phone gets in a day. */
const RECENT_MESSAGES = 50;
const ASKING_CONNECTIONS = 10;
/** Many times the longest list of messages. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

const Created = z.object({ sid: z.string().regex(MESSAGE_SID), status: z.string() });

const Fetched = Created.extend({
  to: z.string(),
  body: z.string(),
  errorCode: z.number().nullish(),
  price: z.coerce.number().nullish(),
  dateCreated: z.date(),
});

export function createTwilioGateway(options: TwilioOptions): Gateway {
  const { timeLimitMs = TIME_LIMIT_MS, clock = systemClock } = options;
  const openPool = (connections: number) =>
    new Pool(new URL(options.apiUrl).origin, {
      connections,
      pipelining: 1,
      // HTTP/2 sends again by itself what the other side says it has not looked at.
      allowH2: false,
      maxResponseSize: MAX_ANSWER_BYTES,
      connect: { timeout: 10_000 },
      // One limit is for all of a request.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  const sending = openPool(options.connections);
  // Of their own: a text that waited for a question to end would be given up, and nobody would know of it.
  const asking = openPool(ASKING_CONNECTIONS);
  const client = twilio(options.accountSid, options.authToken, {
    httpClient: new PooledClient({ sending, asking }, { timeLimitMs, clock }),
  });
  // Loaded when first asked for, and not while the first text waits for it.
  const { messages } = client;

  const callbackUrl = ({ alertId, position, attempt }: NonNullable<OutgoingText["delivery"]>) => {
    // The fragment asks for three more tries after any failure. It stays here and is not signed.
    return `${options.publicUrl}/twilio/status?alert=${alertId}&delivery=${position}&attempt=${attempt}#rc=3&rp=all`;
  };

  return {
    send: async ({ to, body, validity, delivery }) => {
      try {
        const message = await messages.create({
          ...options.sender,
          to,
          body,
          ...(validity !== undefined && {
            validityPeriod: Math.min(36_000, Math.max(1, Math.floor(validity))),
          }),
          ...(delivery && { statusCallback: callbackUrl(delivery) }),
        });
        return Created.parse(message);
      } catch (error) {
        throw explain(error);
      }
    },
    // By phone alone: a message that still waits at Twilio has no sent date to filter by.
    find: async ({ to, since }) => {
      try {
        const found = await messages.list({ to, limit: RECENT_MESSAGES, pageSize: RECENT_MESSAGES });
        return found.map(toProviderMessage).filter(({ createdAt }) => createdAt >= since);
      } catch (error) {
        throw explain(error);
      }
    },
    fetch: async (sid) => {
      try {
        return toProviderMessage(await messages(sid).fetch());
      } catch (error) {
        throw explain(error);
      }
    },
    // Nobody waits for an answer any more; what was given up may still wait for a connection.
    close: async () => void (await Promise.all([sending.destroy(), asking.destroy()])),
  };
}

function toProviderMessage(message: unknown): ProviderMessage {
  const { dateCreated, price, errorCode, ...rest } = Fetched.parse(message);
  // Twilio writes a price as a negative number: it is taken from the balance.
  return {
    ...rest,
    createdAt: dateCreated,
    errorCode: errorCode ?? null,
    price: price == null ? null : Math.abs(price),
  };
}

type RequestOptions = Parameters<InstanceType<typeof twilio.RequestClient>["request"]>[0];

type Limit = { timeLimitMs: number; clock: Clock };

/**
 * Twilio's client, with undici instead of axios: connections are kept, no text is sent again, nothing is
 * redirected, and no request goes to another host, whatever proxy, region or edge the environment names.
 */
class PooledClient extends twilio.RequestClient {
  readonly #pools: { sending: Pool; asking: Pool };
  readonly #limit: Limit;

  constructor(pools: { sending: Pool; asking: Pool }, limit: Limit) {
    super();
    this.#pools = pools;
    this.#limit = limit;
  }

  override async request({ method, uri, params, data, username, password }: RequestOptions) {
    const url = new URL(uri);
    for (const [name, value] of formFields(params)) url.searchParams.append(name, value);
    const credentials = Buffer.from(`${username}:${password}`).toString("base64");
    const isPost = method === "post";
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
    const run = () => exchange(isPost ? this.#pools.sending : this.#pools.asking, request, this.#limit);
    const { statusCode, text } = await run().catch((error: unknown) => {
      // A connection that was kept may be closed just as it is used again. To ask twice does no harm.
      if (isPost || !BROKEN_OFF.has(codeOf(error))) throw error;
      return run();
    });
    return { statusCode, body: parseJson(text), headers: {} };
  }
}

const BROKEN_OFF = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** Node's, OpenSSL's or undici's. */
const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

/** It is certain that no byte of the request has left. */
class NeverLeft extends Error {
  override readonly name = "NeverLeft";
}

/**
 * One request and its whole answer, within the time limit. The limit is looked at again where the request
 * meets its connection: a process that was frozen while it connected must not send what others have
 * decided upon meanwhile, and its timers run only after its connections. Nor must what its timer gave up:
 * timers may be a little early.
 *
 * @throws NeverLeft where nothing has left, else what went wrong
 */
function exchange(
  pool: Pool,
  request: Dispatcher.DispatchOptions,
  { timeLimitMs, clock }: Limit,
): Promise<{ statusCode: number; text: string }> {
  return new Promise((resolve, reject) => {
    const endBy = clock.monotonic() + timeLimitMs;
    const chunks: Buffer[] = [];
    let statusCode = 0;
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
        if (isGivenUp || clock.monotonic() >= endBy) throw new Error("There was no connection in time.");
        started = controller;
      },
      onResponseStart: (_controller, status) => {
        statusCode = status;
      },
      onResponseData: (_controller, chunk) => {
        chunks.push(chunk);
      },
      onResponseEnd: () => {
        unschedule();
        resolve({ statusCode, text: Buffer.concat(chunks).toString() });
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

/** What Twilio's client throws for an answer that is an error; it may lack the code. */
const Refusal = z.object({ status: z.number(), code: z.int().optional().catch(undefined) });

/** Why Node refuses a certificate: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const MISTRUST = new Set([
  "CERT_CHAIN_TOO_LONG",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

function explain(error: unknown): GatewayError {
  const refusal = Refusal.safeParse(error);
  if (refusal.success) {
    const { status, code = status } = refusal.data;
    return new GatewayError(faultOfAnswer(status, refusal.data.code), `Twilio answered ${status}`, {
      code,
      cause: error,
    });
  }
  if (!(error instanceof NeverLeft)) {
    return new GatewayError("ambiguous", "Twilio gave no proper answer", { cause: error });
  }
  const { cause } = error;
  const code = codeOf(cause);
  if (MISTRUST.has(code)) {
    return new GatewayError("untrusted", `Twilio's certificate is not trusted (${code})`, { cause });
  }
  return new GatewayError("not sent", "Twilio can't be reached", { cause });
}

function faultOfAnswer(status: number, code: number | undefined): GatewayFault {
  if (status === 429) return "not sent";
  // These are said of a request, or by something on the way: not of a message that was looked at.
  if ([408, 409, 425, 499].includes(status)) return "ambiguous";
  // Only a refusal says for certain that the message was not taken.
  if (status < 400 || status >= 500) return "ambiguous";
  if (code !== undefined) return faultOf(code);
  return status === 401 || status === 403 || status === 404 ? "account" : "unexplained";
}

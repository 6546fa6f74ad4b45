// The adapter to Twilio: its official client, over connections of our own.
import twilio from "twilio";
import { z } from "zod";
import { type Clock, systemClock } from "../../clock.ts";
import { faultOf } from "../codes.ts";
import {
  type Gateway,
  GatewayError,
  type GatewayFault,
  MESSAGE_SID,
  type OutgoingText,
  type ProviderMessage,
} from "../gateway.ts";
import { codeOf, NeverLeft, PooledClient, TooLate } from "./client.ts";

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
  const httpClient = new PooledClient({
    origin: new URL(options.apiUrl).origin,
    connections: options.connections,
    timeLimitMs,
    clock,
  });
  const client = twilio(options.accountSid, options.authToken, { httpClient });
  // Loaded when first asked for, and not while the first text waits for it.
  const { messages } = client;

  const callbackUrl = ({ alertId, position, attempt }: NonNullable<OutgoingText["delivery"]>) => {
    // The fragment asks for three more tries after any failure. It stays here and is not signed.
    return `${options.publicUrl}/twilio/status?alert=${alertId}&delivery=${position}&attempt=${attempt}#rc=3&rp=all`;
  };

  return {
    send: async ({ to, body, validity, delivery, leaveBy, onLeave }) => {
      const text = {
        ...options.sender,
        to,
        body,
        ...(validity !== undefined && {
          validityPeriod: Math.min(36_000, Math.max(1, Math.floor(validity))),
        }),
        ...(delivery && { statusCallback: callbackUrl(delivery) }),
      };
      try {
        return Created.parse(await httpClient.departing({ leaveBy, onLeave }, () => messages.create(text)));
      } catch (error) {
        throw explain(error);
      }
    },
    // By phone alone: a message that still waits at Twilio has no sent date to filter by.
    find: async ({ to, within }) => {
      try {
        const { body, headers } = await messages.pageWithHttpInfo({ to, pageSize: RECENT_MESSAGES });
        const since = (Date.parse(headers.date ?? "") || Date.now()) - within * 1000;
        return body.instances.map(toProviderMessage).filter(({ createdAt }) => createdAt.getTime() >= since);
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
    close: () => httpClient.close(),
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

/** What Twilio's client throws for an answer that is an error; it may lack the code. */
const Refusal = z.object({ status: z.number(), code: z.int().optional().catch(undefined) });

/** Why Node refuses a certificate: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED = new Set([
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
  if (cause instanceof TooLate) return new GatewayError("late", "It was too late to send this", { cause });
  const code = codeOf(cause);
  if (UNTRUSTED.has(code)) {
    return new GatewayError("untrusted", `Twilio's certificate is not trusted (${code})`, { cause });
  }
  return new GatewayError("not sent", "Twilio can't be reached", { cause });
}

function faultOfAnswer(status: number, code: number | undefined): GatewayFault {
  // Of the account's own limits one is told with 429 too, and is not over in a moment.
  if (status === 429) return code !== undefined && faultOf(code) === "account" ? "account" : "not sent";
  // These are said of a request, or by something on the way: not of a message that was looked at.
  if ([408, 409, 425, 499].includes(status)) return "ambiguous";
  // Only a refusal says for certain that the message was not taken.
  if (status < 400 || status >= 500) return "ambiguous";
  if (code !== undefined) return faultOf(code);
  return status === 401 || status === 403 || status === 404 ? "account" : "unexplained";
}

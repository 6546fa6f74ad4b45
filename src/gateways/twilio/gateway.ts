// The adapter to Twilio: its official client, over connections of our own.
import twilio from "twilio";
import { z } from "zod";
import { type Clock, systemClock } from "../../clock.ts";
import {
  type Explanation,
  type Gateway,
  GatewayError,
  type GatewayMessage,
  type OutgoingText,
  REQUEST_SECONDS,
} from "../gateway.ts";
import { codeOf, NeverLeft, type Origins, PooledClient, TooLate } from "./client.ts";
import { explainCode, failureOf, NO_PROPER_ANSWER, TOO_LATE, UNREACHABLE, UNTRUSTED } from "./codes.ts";
import { MESSAGE_SID } from "./forms.ts";
import { listInbound, type Sender } from "./inbound.ts";
import { checkInbound, TRY_AGAIN } from "./inbound-address.ts";
import { INTENTS } from "./intents.ts";
import { TWILIO } from "./name.ts";
import { findSent, TRIAL_MARK } from "./sent.ts";
import { alarmOf, fromTwilioStatus } from "./statuses.ts";

export type TwilioOptions = {
  accountSid: string;
  authToken: string;
  /** Who texts. */
  sender: Sender;
  apiUrl: string;
  /** Twilio's second host; without it the one beside `apiUrl`. */
  messagingUrl?: string | undefined;
  /** Where status callbacks go, without a slash at its end. */
  publicUrl: string;
  /** Requests in flight at once. */
  connections: number;
  /** Shorter in tests. */
  timeLimitMs?: number;
  clock?: Clock;
  /** Told the Date header of each answer. */
  onDate?: ((date: string | undefined) => void) | undefined;
};

/** How many to look through for a message that may have been taken: far more than one phone gets in a day. */
const RECENT_MESSAGES = 50;

const Sent = z.object({ sid: z.string().regex(MESSAGE_SID), status: z.string() });
const inOurWords = <Message extends z.infer<typeof Sent>>(message: Message) => ({
  ...message,
  status: fromTwilioStatus(message.status),
  alarm: alarmOf(message.status),
});
const Created = Sent.transform(inOurWords);

const Fetched = Sent.extend({
  to: z.string(),
  body: z.string(),
  errorCode: z.number().nullish(),
  price: z.coerce.number().nullish(),
  dateCreated: z.date(),
}).transform(inOurWords);

export function createTwilioGateway(options: TwilioOptions): Gateway {
  const { timeLimitMs = REQUEST_SECONDS * 1000, clock = systemClock } = options;
  const httpClient = new PooledClient({
    origins: originsOf(options),
    connections: options.connections,
    timeLimitMs,
    clock,
    onDate: options.onDate,
  });
  const client = twilio(options.accountSid, options.authToken, { httpClient });
  // Loaded when first asked for, and not while the first text waits for it.
  const { messages } = client;

  const callbackUrl = ({ sendingId, position, attempt }: NonNullable<OutgoingText["delivery"]>) => {
    const query = `sending=${sendingId}&delivery=${position}&attempt=${attempt}`;
    // What follows the # stays at Twilio, and is not signed.
    return `${options.publicUrl}/twilio/status?${query}${TRY_AGAIN}`;
  };

  return {
    name: TWILIO,
    title: "Twilio",
    explain: explainCode,
    send: async ({ to, body, kind, validity, delivery, leaveBy, onLeave }) => {
      const text = {
        ...options.sender,
        // A Messaging Service may be set to rewrite texts, and would make 11/2 of 1½.
        smartEncoded: false,
        to,
        body,
        messageIntent: INTENTS[kind],
        ...(validity !== undefined && {
          validityPeriod: Math.min(36_000, Math.max(1, Math.floor(validity))),
        }),
        ...(delivery && { statusCallback: callbackUrl(delivery) }),
      };
      return explained(async () =>
        Created.parse(await httpClient.departing({ leaveBy, onLeave }, () => messages.create(text))),
      );
    },
    // By phone alone: a message that still waits at Twilio has no sent date to filter by.
    find: ({ to, within }) =>
      explained(async () => {
        const { body, headers } = await messages.pageWithHttpInfo({ to, pageSize: RECENT_MESSAGES });
        const since = (Date.parse(headers.date ?? "") || Date.now()) - within * 1000;
        return body.instances.map(toMessage).filter(({ createdAt }) => createdAt.getTime() >= since);
      }),
    fetch: (sid) => explained(async () => toMessage(await messages(sid).fetch())),
    check: () =>
      explained(async () => {
        const { status } = await client.api.v2010.accounts(options.accountSid).fetch();
        if (status === "active") return undefined;
        return `Twilio says that the account is ${status}, so it can't send. Look at console.twilio.com.`;
      }),
    listInbound: (query) => explained(() => listInbound(client, { ...options, ...query })),
    checkInbound: () => explained(() => checkInbound(client, options)),
    findSent: (query) => explained(() => findSent(client, { ...options, ...query })),
    close: () => httpClient.close(),
  };
}

/** Beside https://api.twilio.com there is https://messaging.twilio.com. A stand-in may be both. */
function originsOf({ apiUrl, messagingUrl }: Pick<TwilioOptions, "apiUrl" | "messagingUrl">): Origins {
  const { origin } = new URL(apiUrl);
  const beside = origin.replace(/^(https?:\/\/)api\./, "$1messaging.");
  return { api: origin, messaging: messagingUrl === undefined ? beside : new URL(messagingUrl).origin };
}

const explained = <T>(ask: () => Promise<T>): Promise<T> =>
  ask().catch((error) => {
    throw explain(error);
  });

function toMessage(message: unknown): GatewayMessage {
  const { dateCreated, price, errorCode, body, ...rest } = Fetched.parse(message);
  // Twilio writes a price as a negative number: it is taken from the balance.
  return {
    ...rest,
    body: body.replace(TRIAL_MARK, ""),
    createdAt: dateCreated,
    failure: failureOf(errorCode),
    price: price == null ? null : Math.abs(price),
  };
}

/** What Twilio's client throws for an answer that is an error; it may lack the code. */
const Refusal = z.object({ status: z.number(), code: z.int().optional().catch(undefined) });

/** Why Node refuses a certificate: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const CERTIFICATE_ERRORS = new Set([
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
    const { status, code } = refusal.data;
    const explanation = explainAnswer(status, code === undefined ? undefined : String(code));
    return new GatewayError(explanation, `Twilio answered ${status}`, {
      code: String(code ?? status),
      cause: error,
    });
  }
  if (!(error instanceof NeverLeft)) {
    return new GatewayError(NO_PROPER_ANSWER, "Twilio gave no proper answer", { cause: error });
  }
  const { cause } = error;
  if (cause instanceof TooLate) return new GatewayError(TOO_LATE, "It was too late to send this", { cause });
  const code = codeOf(cause);
  if (CERTIFICATE_ERRORS.has(code)) {
    return new GatewayError(UNTRUSTED, `Twilio's certificate is not trusted (${code})`, { cause });
  }
  return new GatewayError(UNREACHABLE, "Twilio can't be reached", { cause });
}

function explainAnswer(status: number, code: string | undefined): Explanation {
  const explained = explainCode(code ?? String(status));
  // One of the account's own limits is told with 429 too, and that one is not over in a moment.
  if (status === 429) return explained.fault === "account" ? explained : { ...explained, fault: "not sent" };
  // These are said about a request, or by something on the way, and not about a message that was looked at.
  if ([408, 409, 425, 499].includes(status)) return { ...explained, fault: "ambiguous" };
  // Only a refusal says for certain that the message was not taken.
  if (status < 400 || status >= 500) return { ...explained, fault: "ambiguous" };
  if (code === undefined && [401, 403, 404].includes(status)) return { ...explained, fault: "account" };
  return explained;
}

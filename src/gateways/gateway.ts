// What the rest of Headgate knows of the SMS provider; twilio.ts is the adapter.

/** The form of the provider's id of a message: https://www.twilio.com/docs/glossary/what-is-a-sid */
export const MESSAGE_SID = /^(SM|MM)[0-9a-fA-F]{32}$/;

/** What the provider says of a message, in its own words for the status. */
export type ProviderMessage = {
  sid: string;
  status: string;
  to: string;
  body: string;
  errorCode: number | null;
  /** Null until the provider has worked it out, often a day later. Positive, in the account's currency. */
  price: number | null;
  createdAt: Date;
};

export type OutgoingText = {
  /** E.164 */
  to: string;
  body: string;
  /** Seconds after which the provider gives up on it. */
  validity?: number;
  /** The delivery that the status callbacks are about; without one there are no callbacks. */
  delivery?: { alertId: number; position: number; attempt: number };
  /** By the monotonic milliseconds of the gateway's clock: what has not left by then never does. */
  leaveBy?: number;
  /** Called as it leaves: until then it is certain that the provider has nothing of it. */
  onLeave?: () => void;
};

export type Gateway = {
  /** @throws GatewayError */
  send(text: OutgoingText): Promise<{ sid: string; status: string }>;
  /**
   * The messages to one phone that were created in the last so many seconds, by the provider's own clock,
   * newest first.
   *
   * @throws GatewayError
   */
  find(query: { to: string; within: number }): Promise<ProviderMessage[]>;
  /** How a message stands now, its price included. @throws GatewayError */
  fetch(sid: string): Promise<ProviderMessage>;
  close(): Promise<void>;
};

/**
 * What a failed request means for the message:
 * - `not sent`: it never was at the provider (busy, unreachable); safe to try again later
 * - `late`: it never left, because its time was over
 * - `untrusted`: it never was at the provider, because whoever answers there can't be trusted to be it
 * - `number`: this number can't be texted
 * - `opted out`: the member has opted out at the provider
 * - `refused`: the provider refused this one message
 * - `unexplained`: it refused it for a reason that is not known here, which may be the message's or the account's
 * - `account`: the account can't send to anybody
 * - `ambiguous`: nobody knows whether the provider took it; only asking can tell
 */
export type GatewayFault =
  | "not sent"
  | "late"
  | "untrusted"
  | "number"
  | "opted out"
  | "refused"
  | "unexplained"
  | "account"
  | "ambiguous";

export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly fault: GatewayFault;
  /** The provider's error code, or the HTTP status where it named none. */
  readonly code: number | undefined;

  constructor(
    fault: GatewayFault,
    message: string,
    options: { code?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.fault = fault;
    this.code = options.code;
  }
}

/** What a board is told of `untrusted`. */
export const MISTRUST =
  "the computer that Headgate runs on can't be sure that it speaks to Twilio. Its clock may be wrong, or " +
  "something on its network reads along.";

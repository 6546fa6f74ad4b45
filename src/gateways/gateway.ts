// What the rest of Headgate knows of a gateway, in our own words. Each gateway is a folder beside this file.
import type { IncomingMessage } from "node:http";
import type { AlertKind, DeliveryStatus } from "../db/schema.ts";

/** A request is over by then, however it ends: shorter than the lease of a claim. */
export const REQUEST_SECONDS = 30;
/** A connection that is not open by then is given up. */
export const CONNECT_SECONDS = 10;

/**
 * What a failure means for the message:
 * - `not sent`: it never was at the provider (busy, unreachable); safe to try again later
 * - `late`: it never left, because its time was over
 * - `untrusted`: it never was at the provider, because nothing proves that the one who answers is the provider
 * - `number`: this number can't be texted
 * - `destination`: the account's settings or its sender keep texts from this number. The number is good, and a person
 *   can change that; it is the account's fault only where it happens to the co-op's own numbers
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
  | "destination"
  | "opted out"
  | "refused"
  | "unexplained"
  | "account"
  | "ambiguous";

/** What the board can do where something goes wrong for more than one phone. */
export type Advice = {
  /** Worth telling from this many on. */
  from: number;
  /** Whole sentences. @param count how many it happened to */
  words: (count: number) => string;
};

/** What the board is told as soon as it happens to one text: what is wrong with the account, and the cure. */
export type Alarm = {
  /** Short, for telling it apart from others: `21408`. */
  name: string;
  /** How often: once for each country that it happens to, or once in each alert. */
  once: "for each country" | "in each alert";
  /** Whole sentences. @param country whose number it happened to, as people read it */
  words: (country: string) => string;
  /** How a person can change it, in whole sentences. */
  cure: (country: string) => string;
};

export type Explanation = {
  fault: GatewayFault;
  /** For people, to be put into a sentence: "phone off or out of coverage". */
  words: string;
  /** It may be over in a while, so the same message is worth another try. */
  mayPass: boolean;
  /** Of the fault `number`: once it may as well be the carrier's trouble, so it takes two alerts to believe it. */
  isDoubtful?: true;
  advice?: Advice | undefined;
  alarm?: Alarm | undefined;
};

/** A failure that the provider tells, by its own code. */
export type Failure = Explanation & { code: string };

/** What the provider has of a message. */
export type GatewayMessage = {
  sid: string;
  status: DeliveryStatus;
  /** E.164 */
  to: string;
  body: string;
  failure: Failure | null;
  /** Null until the provider has worked it out, often a day later. Positive, in the account's currency. */
  price: number | null;
  createdAt: Date;
  /** What the board must know of how it stands, though it has not failed. */
  alarm?: Alarm | undefined;
};

export type DeliveryRef = { sendingId: number; position: number; attempt: number };

export type OutgoingText = {
  /** E.164 */
  to: string;
  body: string;
  /** What it is about: some providers hold back by night what they take for advertising. */
  kind: AlertKind;
  /** Seconds after which the provider gives up on it. */
  validity?: number;
  /** The delivery that the status callbacks are about; without one there are no callbacks. */
  delivery?: DeliveryRef;
  /** By the monotonic milliseconds of the gateway's clock: what has not left by then never does. */
  leaveBy?: number;
  /** Called as it leaves: until then it is certain that the provider has nothing of it. */
  onLeave?: () => void;
};

export type Gateway = {
  /** As deliveries carry it. */
  name: string;
  /** As people read it. */
  title: string;
  /** What one of the provider's codes means, also one that is new. */
  explain(code: string): Explanation;
  /** @throws GatewayError */
  send(text: OutgoingText): Promise<Pick<GatewayMessage, "sid" | "status" | "alarm">>;
  /**
   * The messages to one phone that were created in the last `within` seconds, by the provider's own clock,
   * newest first. Their text is as it was handed over, whatever the provider put around it.
   *
   * @throws GatewayError
   */
  find(query: { to: string; within: number }): Promise<GatewayMessage[]>;
  /** How a message stands now, its price included. @throws GatewayError */
  fetch(sid: string): Promise<GatewayMessage>;
  /**
   * Asks something that costs nothing.
   *
   * @returns what keeps the account from sending, in whole sentences; undefined: nothing that it tells
   * @throws GatewayError
   */
  check(): Promise<string | undefined>;
  /**
   * What members have written to our numbers since then, oldest first, also what we were never told of. No two
   * texts of one phone are of the same time.
   *
   * @throws GatewayError
   */
  listInbound(query: { since: Date }): Promise<WrittenSms[]>;
  /**
   * What has to be changed at the provider so that what members write reaches us, also when we were away:
   * whole sentences, and none where all is well.
   *
   * @throws GatewayError
   */
  checkInbound(): Promise<string[]>;
  /**
   * When we last sent a text that begins with these words, among those sent before that time.
   *
   * @returns undefined where there is none, as far as the provider remembers
   * @throws GatewayError
   */
  findSent(query: { beginsWith: string; before: Date }): Promise<Date | undefined>;
  close(): Promise<void>;
};

/** As much of a gateway as it takes to tell people about it. */
export type GatewayWords = Pick<Gateway, "name" | "title" | "explain">;

/** A request that failed, with what that means. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly explanation: Explanation;
  /** The provider's code, or the HTTP status where it named none; undefined where there was no answer. */
  readonly code: string | undefined;

  constructor(
    explanation: Explanation,
    message: string,
    options: { code?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.explanation = explanation;
    this.code = options.code;
  }
}

export type StatusCallback = {
  delivery: DeliveryRef;
  sid: string;
  status: DeliveryStatus;
  /** The provider's own word for the status. */
  word: string;
  failure: Failure | null;
  alarm?: Alarm | undefined;
};

/** What a word of a member's asks for, and what the provider may have done because of it. */
export type KeywordKind = "stop" | "start" | "help";

export type InboundSms = {
  messageSid: string;
  phone: string;
  body: string;
  /** What the provider says that it did about it, whatever the words are; undefined where it says nothing. */
  did?: KeywordKind | undefined;
  /** When it was written, by the provider's clock; undefined for what comes as it is written. */
  writtenAt?: Date | undefined;
};
export type WrittenSms = InboundSms & { writtenAt: Date };

/** How a provider calls us. Each reads one request, and is its lock: only what is signed gets past it. */
export type GatewayWebhooks = {
  /** @returns undefined if it is about something else than a delivery, such as a test @throws BadRequest */
  readStatus(request: IncomingMessage): Promise<StatusCallback | undefined>;
  /** @throws BadRequest */
  readInbound(request: IncomingMessage): Promise<InboundSms>;
};

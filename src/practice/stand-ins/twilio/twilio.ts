// A stand-in for Twilio that obeys Twilio's rules: the far end of the wire in practice and in tests.
import type { IncomingMessage, ServerResponse } from "node:http";
import { SegmentedMessage } from "sms-segments-calculator";
import { type Changes, createChanges } from "../changes.ts";
import { type AccountSettings, createSettings } from "./account/settings.ts";
import { createCarrier } from "./carrier.ts";
import { type Account, type CreateRequest, isHeldBack } from "./create.ts";
import { createInbound, type InboundResult } from "./inbound.ts";
import { createMessageStore, type Message, type MessageStatus, newSid } from "./messages.ts";
import { createTwilioMisbehaviour, type TwilioMisbehaviour } from "./misbehaviour.ts";
import { type Pacing, promptPacing } from "./pacing.ts";
import { createPhones, type Nature, type Phones } from "./phones.ts";
import { createApi } from "./web-api.ts";
import { createWebhookSender, type WebhookAnswer } from "./webhooks.ts";

type AcceptedMessage = Readonly<CreateRequest & { sid: string; at: Date }>;

export type StandInTwilio = {
  accountSid: string;
  authToken: string;
  from: string;
  messagingServiceSid: string;
  /** api.twilio.com: serves the paths below `/2010-04-01/`; false for any other. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** messaging.twilio.com: serves the paths below `/v1/Services`; false for any other. */
  handleMessaging(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** What the owner has set for the number and its service, to be changed at any time. */
  settings: AccountSettings;
  phones: Phones;
  /** How its owner has set the account up. */
  account: Account;
  /** Somebody writes from a phone; resolves when the app has answered the webhook. */
  reply(phone: string, body: string): Promise<InboundResult>;
  /**
   * The number's webhook, and its service's. `via` is where requests to a public URL really go (`http://127.0.0.1:3000`),
   * as through a reverse proxy; what is signed stays the public URL.
   */
  connect(to: { inboundUrl: string; via?: string }): void;
  /** Every request to create a message as it came, the refused ones too. */
  requests: readonly CreateRequest[];
  /** The number of every question about messages, null where it names none. */
  lookedFor: readonly (string | null)[];
  /** What was accepted, in order: the judge's ledger, never the app's opinion. */
  ledger: readonly AcceptedMessage[];
  /** How a message stands now. */
  message(sid: string): Readonly<Message> | undefined;
  /** One status on, or to the one named; resolves with the app's answer to the callback. */
  advance(sid: string, to?: MessageStatus): Promise<WebhookAnswer | undefined>;
  /** Sends a callback with a status that need not be true now: late, again, out of order. */
  tell(sid: string, status: MessageStatus, errorCode?: number): Promise<WebhookAnswer | undefined>;
  /** Sends exactly the same signed bytes once more. */
  repeat(webhook: WebhookAnswer): Promise<WebhookAnswer>;
  fillPrices(): void;
  /** Resolves when nothing moves any more; with manual pacing brings every message to its end first. */
  settle(): Promise<void>;
  /** A script of misbehaviour in place of the one before; `{}` ends it. */
  misbehave(script: TwilioMisbehaviour): void;
  onChange: Changes["onChange"];
  until: Changes["until"];
  close(): Promise<void>;
};

export type StandInTwilioOptions = {
  /** The number that the account has rented. */
  from: string;
  phones?: readonly { number: string; nature?: Nature; optedOut?: boolean }[];
  /** `manual`: a message stays as it was accepted until `advance` or `settle`. */
  pacing?: Pacing | "manual";
  pricePerSegment?: number;
  now?: () => Date;
};

/** An alert says the same to all its phones, so the last count is kept. */
let counted = { body: "", segments: 0 };
function segmentsOf(body: string): number {
  if (body !== counted.body) counted = { body, segments: new SegmentedMessage(body).segmentsCount };
  return counted.segments;
}

/** Twilio's own words before each text of a trial account. */
const TRIAL_WORDS = "Sent from your Twilio trial account - ";

/** Sent through a Messaging Service, it gets its sender and its segments later. */
function newMessage(request: CreateRequest, account: Account, at: Date): Message {
  const throughService = request.messagingServiceSid !== null;
  const status = throughService ? "accepted" : "queued";
  return {
    ...request,
    body: (account.verified ? TRIAL_WORDS : "") + request.body,
    sid: newSid("SM"),
    direction: "outbound-api",
    from: throughService ? null : request.from,
    status: isHeldBack(request, account) ? "scheduled" : status,
    segments: throughService ? 0 : segmentsOf(request.body),
    errorCode: null,
    price: null,
    createdAt: at,
    sentAt: null,
    updatedAt: at,
    listed: true,
  };
}

export function createStandInTwilio(options: StandInTwilioOptions): StandInTwilio {
  const { pacing = promptPacing, pricePerSegment = 0.0083, now = () => new Date() } = options;
  const identity = {
    accountSid: newSid("AC"),
    authToken: newSid(""),
    from: options.from,
    messagingServiceSid: newSid("MG"),
  };
  const account: Account = { verified: undefined, closed: [], holdsBack: false };
  const phones = createPhones(options.phones ?? []);
  const messages = createMessageStore(identity.accountSid);
  const requests: CreateRequest[] = [];
  const lookedFor: (string | null)[] = [];
  const ledger: AcceptedMessage[] = [];
  const { changed, onChange, until } = createChanges("at Twilio");
  const { misbehave, respond } = createTwilioMisbehaviour();
  const settings = createSettings(options.from);
  let via: string | undefined;

  const found = (sid: string): Message => {
    const message = messages.get(sid);
    if (!message) throw new Error(`The stand-in Twilio has no message ${sid}.`);
    return message;
  };

  const webhooks = createWebhookSender({
    authToken: identity.authToken,
    via: () => via,
    retryDelay: () => (pacing === "manual" ? 0 : pacing.retryDelay()),
  });
  const common = { ...identity, settings, phones, messages, webhooks, now, changed, segmentsOf };
  const carrier = createCarrier({ ...common, pacing, pricePerSegment });
  const write = createInbound(common);

  function accept(request: CreateRequest): Message {
    const at = now();
    const message = messages.add(newMessage(request, account, at));
    ledger.push({ ...request, sid: message.sid, at });
    changed();
    carrier.take(message);
    return message;
  }

  return {
    ...identity,
    phones,
    account,
    requests,
    lookedFor,
    ledger,
    onChange,
    until,
    settings,
    ...createApi({
      ...common,
      sender: identity,
      account,
      respond,
      asked(request) {
        requests.push(request);
        changed();
      },
      lookedFor: (to) => void lookedFor.push(to),
      accept,
      cancel: (message) => void carrier.advance(message, "canceled"),
    }),
    reply: (phone, body) => write(phones.get(phone), body),
    connect(to) {
      settings.number.smsUrl = to.inboundUrl;
      settings.service.inboundRequestUrl = to.inboundUrl;
      via = to.via;
    },
    message: messages.get,
    advance: async (sid, to) => carrier.advance(found(sid), to),
    tell: async (sid, status, errorCode) => carrier.tell(found(sid), status, errorCode),
    repeat: webhooks.repeat,
    fillPrices: carrier.fillPrices,
    settle: carrier.settle,
    misbehave,
    async close() {
      carrier.close();
      await webhooks.close();
    },
  };
}

// What becomes of an accepted message: its statuses one after another, each told by a callback.
import type { Message, MessageStatus } from "./messages.ts";
import type { Pacing } from "./pacing.ts";
import { type Nature, natureRule, type Phones, PRACTICE_MARK } from "./phones.ts";
import { createUnderWay } from "./under-way.ts";
import type { WebhookAnswer, WebhookSender } from "./webhooks.ts";

/** Twilio's "Validity Period Expired". */
const expired = 30036;

export type Carrier = {
  /** Carries the message to its end by the pacing, or leaves it for `advance` where there is none. */
  take(message: Message): void;
  /** One status on, or to the one named, which may be any; resolves when the app has answered the callback. */
  advance(message: Message, to?: MessageStatus): Promise<WebhookAnswer | undefined>;
  /** Tells the app of a status, whether or not it is true now: late, again, out of order. */
  tell(
    message: Message,
    status: MessageStatus,
    errorCode?: number | null,
  ): Promise<WebhookAnswer | undefined>;
  /** Prices every message that has been sent. */
  fillPrices(): void;
  /** Resolves when nothing moves any more; without a pacing, brings every message to its end first. */
  settle(): Promise<void>;
  close(): void;
};

type CarrierWorld = {
  accountSid: string;
  from: string;
  pacing: Pacing | "manual";
  messages: { all(): Iterable<Message> };
  phones: Phones;
  webhooks: WebhookSender;
  now: () => Date;
  pricePerSegment: number;
  segmentsOf: (body: string) => number;
  changed: () => void;
};

/** The next status by the phone's nature, and undefined at the end. */
function nextStatus(message: Message, nature: Nature, now: Date): MessageStatus | undefined {
  const { ends } = natureRule(nature);
  if (message.status === "accepted" || message.status === "scheduled") return "queued";
  if (message.status === "queued") {
    const age = (now.getTime() - message.createdAt.getTime()) / 1000;
    return age > message.validityPeriod ? "failed" : "sending";
  }
  if (message.status === "sending") return ends === "failed" ? "failed" : "sent";
  if (message.status === "sent" && ends !== "sent") return ends;
  return undefined;
}

function callbackForm(
  { sid, to, from, messagingServiceSid }: Message,
  told: { accountSid: string; from: string; status: MessageStatus; errorCode?: number | null | undefined },
): Record<string, string> {
  const { accountSid, status, errorCode } = told;
  return {
    MessageSid: sid,
    MessageStatus: status,
    SmsSid: sid,
    SmsStatus: status,
    AccountSid: accountSid,
    ApiVersion: "2010-04-01",
    From: from ?? told.from,
    To: to,
    ...(messagingServiceSid && { MessagingServiceSid: messagingServiceSid }),
    ...(errorCode && { ErrorCode: String(errorCode) }),
  };
}

export function createCarrier(world: CarrierWorld): Carrier {
  const { pacing, phones, now, accountSid } = world;
  const underWay = createUnderWay();
  const { pause, isClosed } = underWay;
  const nextOf = (message: Message) => nextStatus(message, phones.get(message.to).nature, now());

  function arrive({ sid, to, body }: Message): void {
    const { texts } = phones.get(to);
    if (!texts.some((text) => text.sid === sid))
      texts.push({ sid, at: now(), body: PRACTICE_MARK + body, by: "app" });
  }

  function move(message: Message, status: MessageStatus): void {
    const nature = natureRule(phones.get(message.to).nature);
    const failed = status === "failed" || status === "undelivered";
    if (failed) message.errorCode = message.status === "queued" ? expired : (nature.errorCode ?? 30008);
    message.status = status;
    message.updatedAt = now();
    message.from ??= world.from;
    if (status === "sent") {
      message.sentAt = now();
      message.segments = world.segmentsOf(message.body);
    }
    if (status === "delivered" || (status === "sent" && nature.ends === "sent")) arrive(message);
    world.changed();
  }

  async function tell(message: Message, status: MessageStatus, errorCode?: number | null) {
    if (message.statusCallback === undefined) return undefined;
    const form = callbackForm(message, { accountSid, from: world.from, status, errorCode });
    return world.webhooks.send(message.statusCallback, form);
  }

  async function advance(message: Message, to = nextOf(message)) {
    if (to === undefined) return undefined;
    move(message, to);
    return tell(message, to, message.errorCode);
  }

  function price(message: Message): void {
    if (message.price !== null || message.sentAt === null) return;
    message.price = -message.segments * world.pricePerSegment;
    message.updatedAt = now();
    world.changed();
  }

  async function carry(message: Message, pace: Pacing): Promise<void> {
    while (!isClosed() && nextOf(message) !== undefined) {
      await pause(pace.stepDelay());
      // It may have been canceled in the meantime.
      const status = nextOf(message);
      if (isClosed() || status === undefined) break;
      move(message, status);
      const { sid, errorCode } = message;
      for (const delay of pace.callbackDelays({ sid, status })) {
        underWay.add(pause(delay).then(() => (isClosed() ? undefined : tell(message, status, errorCode))));
      }
    }
    await pause(pace.priceDelay());
    if (!isClosed()) price(message);
  }

  return {
    take(message) {
      if (pacing !== "manual") underWay.add(carry(message, pacing));
    },
    advance,
    tell,
    fillPrices() {
      for (const message of world.messages.all()) price(message);
    },
    async settle() {
      if (pacing === "manual") {
        for (const message of world.messages.all()) {
          while (nextOf(message) !== undefined) await advance(message);
        }
      }
      await underWay.settle();
    },
    close: underWay.close,
  };
}

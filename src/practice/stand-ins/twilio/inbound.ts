// Somebody writes: Twilio acts on its own words, shows its own answer, and tells the app in any case.
import type { AccountSettings } from "./account/settings.ts";
import { type Keyword, keywordOf, twilioAnswers } from "./keywords.ts";
import { type Message, type MessageStore, newSid } from "./messages.ts";
import { type Phone, PRACTICE_MARK } from "./phones.ts";
import type { WebhookAnswer, WebhookSender } from "./webhooks.ts";

/** What the app answered; nothing if the number has no webhook. */
export type InboundResult = { sid: string; answer: WebhookAnswer | undefined };

/** @returns whether Twilio answers the phone: it is silent where nothing changes. */
function obey(keyword: Keyword, phone: Phone): boolean {
  if (keyword === "help") return true;
  const optedOut = keyword === "stop";
  const changes = phone.optedOut !== optedOut;
  phone.optedOut = optedOut;
  return changes;
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The texts in an app's TwiML. */
const twimlMessages = (xml: string): string[] =>
  [...xml.matchAll(/<Message[^>]*>(?:\s*<Body>)?([^<]*)/g)].map(([, text = ""]) =>
    text.replace(/&(amp|lt|gt|quot|apos);/g, (whole, name: string) => entities[name] ?? whole),
  );

export function createInbound(world: {
  accountSid: string;
  from: string;
  messagingServiceSid: string;
  messages: MessageStore;
  webhooks: WebhookSender;
  settings: AccountSettings;
  segmentsOf: (body: string) => number;
  now: () => Date;
  changed: () => void;
}): (phone: Phone, body: string) => Promise<InboundResult> {
  const { accountSid, from, messagingServiceSid, now } = world;

  function keep(direction: "inbound" | "outbound-reply", phone: Phone, body: string): Message {
    const inbound = direction === "inbound";
    const at = now();
    return world.messages.add({
      sid: newSid("SM"),
      direction,
      to: inbound ? from : phone.number,
      from: inbound ? phone.number : from,
      body,
      messagingServiceSid,
      statusCallback: undefined,
      validityPeriod: 36_000,
      status: inbound ? "received" : "delivered",
      segments: world.segmentsOf(body),
      errorCode: null,
      price: 0,
      createdAt: at,
      sentAt: at,
      updatedAt: at,
      listed: true,
    });
  }

  function answerPhone(phone: Phone, by: "app" | "Twilio", body: string): void {
    const { sid } = keep("outbound-reply", phone, body);
    phone.texts.push({ sid, at: now(), by, body: PRACTICE_MARK + body });
    world.changed();
  }

  return async function write(phone, body) {
    const message = keep("inbound", phone, body);
    phone.texts.push({ sid: message.sid, at: message.createdAt, by: "phone", body });
    const { advanced } = world.settings.optOutWords;
    const keyword = keywordOf(body, advanced);
    if (keyword && obey(keyword, phone)) answerPhone(phone, "Twilio", twilioAnswers[keyword]);
    world.changed();
    const url = world.settings.inboundUrl();
    if (url === undefined) return { sid: message.sid, answer: undefined };
    const answer = await world.webhooks.send(url, {
      ToCountry: "US",
      ToState: "",
      ToCity: "",
      ToZip: "",
      FromCountry: "US",
      FromState: "WA",
      FromCity: "",
      FromZip: "",
      SmsMessageSid: message.sid,
      SmsSid: message.sid,
      MessageSid: message.sid,
      SmsStatus: "received",
      NumMedia: "0",
      NumSegments: String(message.segments),
      Body: body,
      ...(advanced && keyword && { OptOutType: keyword.toUpperCase() }),
      To: from,
      From: phone.number,
      MessagingServiceSid: messagingServiceSid,
      AccountSid: accountSid,
      ApiVersion: "2010-04-01",
    });
    for (const text of answer.status === 200 ? twimlMessages(answer.body) : []) {
      if (!phone.optedOut) answerPhone(phone, "app", text);
    }
    // By now the app knows of it.
    world.changed();
    return { sid: message.sid, answer };
  };
}

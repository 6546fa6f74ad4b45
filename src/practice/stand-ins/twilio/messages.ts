// The Message resource: what is stored, how it looks in JSON, how lists find it.
import { randomBytes } from "node:crypto";

export type MessageStatus =
  | "accepted"
  | "scheduled"
  | "queued"
  | "sending"
  | "sent"
  | "delivered"
  | "undelivered"
  | "failed"
  | "canceled"
  | "received";

export type Message = {
  readonly sid: string;
  readonly direction: "outbound-api" | "outbound-reply" | "inbound";
  readonly to: string;
  readonly body: string;
  /** Null until a Messaging Service has picked its sender. */
  from: string | null;
  readonly messagingServiceSid: string | null;
  readonly statusCallback: string | undefined;
  /** Seconds. */
  readonly validityPeriod: number;
  status: MessageStatus;
  segments: number;
  errorCode: number | null;
  /** As billed: negative. */
  price: number | null;
  readonly createdAt: Date;
  sentAt: Date | null;
  updatedAt: Date;
  /** False while lists don't know it yet. */
  listed: boolean;
};

export const newSid = (prefix: string) => prefix + randomBytes(16).toString("hex");

const rfc2822 = (date: Date | null) => (date === null ? null : date.toUTCString().replace("GMT", "+0000"));

export function messageJson(accountSid: string, message: Message) {
  const path = `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}`;
  return {
    account_sid: accountSid,
    api_version: "2010-04-01",
    body: message.body,
    date_created: rfc2822(message.createdAt),
    date_sent: rfc2822(message.sentAt),
    date_updated: rfc2822(message.updatedAt),
    direction: message.direction,
    error_code: message.errorCode,
    error_message: null,
    from: message.from,
    messaging_service_sid: message.messagingServiceSid,
    num_media: "0",
    num_segments: String(message.segments),
    price: message.price === null ? null : message.price.toFixed(5),
    price_unit: "USD",
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${path}/Media.json` },
    to: message.to,
    uri: `${path}.json`,
  };
}

const day = 24 * 60 * 60 * 1000;

/**
 * Whether a message falls under the DateSent filters. A message that has not been sent has no date,
 * and so is found by none of them.
 */
function wasSent(message: Message, query: URLSearchParams): boolean {
  const tests: [string, (sent: number, from: number, to: number) => boolean][] = [
    ["DateSent", (sent, from, to) => sent >= from && sent < to],
    ["DateSent>", (sent, from) => sent >= from],
    ["DateSent<", (sent, _from, to) => sent < to],
  ];
  return tests.every(([name, holds]) => {
    const value = query.get(name);
    if (value === null) return true;
    const from = Date.parse(value);
    // A bare date means the whole day, a time its second.
    const to = from + (/^\d{4}-\d\d-\d\d$/.test(value) ? day : 1000);
    return message.sentAt !== null && holds(message.sentAt.getTime(), from, to);
  });
}

export type MessageStore = ReturnType<typeof createMessageStore>;

export function createMessageStore(accountSid: string) {
  const bySid = new Map<string, Message>();
  const byTo = new Map<string, Message[]>();

  /** One page, newest first, in the form of the specification. */
  function list(query: URLSearchParams) {
    const to = query.get("To");
    const from = query.get("From");
    const found = [...(to === null ? bySid.values() : (byTo.get(to) ?? []))]
      .filter(
        (message) => message.listed && (from === null || message.from === from) && wasSent(message, query),
      )
      .reverse();
    const size = Math.min(Math.max(Number(query.get("PageSize") ?? 50) || 50, 1), 1000);
    const page = Number(query.get("Page") ?? 0) || 0;
    // The token names the last message of the page before, so that new messages shift nothing.
    const token = query.get("PageToken");
    const start = token === null ? 0 : found.findIndex(({ sid }) => `PA${sid}` === token) + 1;
    const shown = found.slice(start, start + size);
    const last = shown.at(-1);
    const uri = (page: number, token?: string) => {
      const next = new URLSearchParams(query);
      next.delete("PageToken");
      next.set("PageSize", String(size));
      next.set("Page", String(page));
      if (token !== undefined) next.set("PageToken", token);
      return `/2010-04-01/Accounts/${accountSid}/Messages.json?${next}`;
    };
    return {
      first_page_uri: uri(0),
      next_page_uri: last && start + size < found.length ? uri(page + 1, `PA${last.sid}`) : null,
      previous_page_uri: null,
      page,
      page_size: size,
      start: page * size,
      end: page * size + Math.max(shown.length - 1, 0),
      uri: uri(page, token ?? undefined),
      messages: shown.map((message) => messageJson(accountSid, message)),
    };
  }

  return {
    add(message: Message): Message {
      bySid.set(message.sid, message);
      const sameTo = byTo.get(message.to);
      if (sameTo) sameTo.push(message);
      else byTo.set(message.to, [message]);
      return message;
    },
    get: (sid: string) => bySid.get(sid),
    all: () => bySid.values(),
    list,
  };
}

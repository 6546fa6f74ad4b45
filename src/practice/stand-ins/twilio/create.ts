// Twilio's own checks of a request to create a message, in its order.
import { magicFrom, magicTo, type Refusal, refusal } from "./errors.ts";
import { natureRule, type Phones } from "./phones.ts";

export type CreateRequest = {
  to: string;
  body: string;
  from: string | null;
  messagingServiceSid: string | null;
  statusCallback: string | undefined;
  validityPeriod: number;
  messageIntent: string | null;
};

export type Sender = { from: string; messagingServiceSid: string };

/** What an account may do, as its owner has set it up; it can be changed at any time. */
export type Account = {
  /** A trial account texts only these. */
  verified: readonly string[] | undefined;
  /** What numbers of the countries begin with that it may not text. */
  closed: readonly string[];
  /** It puts off until the morning what it takes for not essential. */
  holdsBack: boolean;
};

/** The values that the parameter has, of which these are not essential to the Compliance Toolkit. */
const intents =
  "otp notifications marketing fraud security customercare delivery education polling announcements events";
const notEssential = ["marketing", "events"];

/** E.164; a North American number has ten digits, its area and exchange beginning with 2 to 9. */
const validNumber = /^\+(1[2-9]\d{2}[2-9]\d{6}|[2-9]\d{6,14})$/;

export function parseCreate(form: URLSearchParams): CreateRequest {
  return {
    to: form.get("To") ?? "",
    body: form.get("Body") ?? "",
    from: form.get("From") || null,
    messagingServiceSid: form.get("MessagingServiceSid") || null,
    statusCallback: form.get("StatusCallback") || undefined,
    validityPeriod: Number(form.get("ValidityPeriod") ?? 36_000),
    messageIntent: form.get("MessageIntent"),
  };
}

function isAbsoluteUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && !url.hostname.includes("_") && text.length <= 4000;
}

function refuseSender({ from, messagingServiceSid }: CreateRequest, sender: Sender): Refusal | undefined {
  if (messagingServiceSid !== null) {
    return messagingServiceSid === sender.messagingServiceSid ? undefined : refusal(21701);
  }
  if (from === null) return refusal(21603);
  if (from === sender.from) return undefined;
  const code = from in magicFrom ? magicFrom[from] : 21606;
  return code ? refusal(code) : undefined;
}

/** @returns why Twilio would not take it. */
export function refuseCreate(
  request: CreateRequest,
  { sender, account, phones }: { sender: Sender; account: Account; phones: Phones },
): Refusal | undefined {
  const { to, body, statusCallback, validityPeriod, messageIntent } = request;
  if (to === "") return refusal(21604);
  const magic = magicTo[to];
  if (magic !== undefined) return refusal(magic);
  if (!validNumber.test(to)) return refusal(21211, `The 'To' number ${to} is not a valid phone number.`);
  const badSender = refuseSender(request, sender);
  if (badSender) return badSender;
  if (body === "") return refusal(21602);
  if (body.length > 1600) return refusal(21617);
  if (statusCallback !== undefined && !isAbsoluteUrl(statusCallback)) return refusal(21609);
  if (!Number.isInteger(validityPeriod) || validityPeriod < 1 || validityPeriod > 36_000)
    return refusal(21624);
  if (messageIntent !== null && !intents.split(" ").includes(messageIntent)) return refusal(20001);
  if (account.verified && !account.verified.includes(to)) return refusal(21608);
  if (account.closed.some((prefix) => to.startsWith(prefix))) return refusal(21408);
  const phone = phones.get(to);
  if (phone.optedOut) return refusal(21610);
  const { refusal: code } = natureRule(phone.nature);
  return code === undefined ? undefined : refusal(code);
}

/** Whether the account's own settings put it off: what says nothing of its purpose is guessed at. */
export const isHeldBack = ({ messageIntent }: CreateRequest, { holdsBack }: Account): boolean =>
  holdsBack && (messageIntent === null || notEssential.includes(messageIntent));

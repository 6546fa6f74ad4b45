// What Twilio posts to us: status callbacks, and texts from members.
import { z } from "zod";
import { BadRequest } from "../../http.ts";
import type { GatewayWebhooks, InboundSms, KeywordKind, StatusCallback } from "../gateway.ts";
import { failureOf } from "./codes.ts";
import { readSignedForm, type SignedForm, type TwilioIdentity } from "./signature.ts";
import { alarmOf, fromTwilioStatus } from "./statuses.ts";

/** The form of Twilio's id of a message: https://www.twilio.com/docs/glossary/what-is-a-sid */
export const MESSAGE_SID = /^(SM|MM)[0-9a-fA-F]{32}$/;

/** Everything goes through `readSignedForm` first. */
export const createTwilioWebhooks = (identity: TwilioIdentity): GatewayWebhooks => ({
  readStatus: async (request) => readStatusForm(await readSignedForm(request, identity)),
  readInbound: async (request) => readInboundForm(await readSignedForm(request, identity)),
});

const StatusFields = z.object({
  MessageSid: z.string().regex(MESSAGE_SID),
  MessageStatus: z.string().regex(/^[a-z_]{1,20}$/),
  ErrorCode: z
    .string()
    .regex(/^\d{0,6}$/)
    .transform((code) => code.replace(/^0+/, ""))
    .optional(),
});

const id = z
  .string()
  .regex(/^[1-9]\d{0,8}$/)
  .transform(Number);
/** Ours, put there when the message was created; Twilio's signature covers it. */
const Query = z.object({ sending: id, delivery: id, attempt: id });
const Callback = z.object({ query: Query, fields: StatusFields });
/** What 0.1.0 called a sending: it may still have some under way. There an alert and its sending had one id. */
const OLD_NAME = "alert";

/** The signature covers names and values as one text: an error must not be hidden in another field. */
const hidesError = (fields: SignedForm["fields"]): boolean =>
  fields.ErrorCode === undefined &&
  Object.entries(fields).some(([name, value]) => `${name}${value}`.includes("ErrorCode"));

/** What became of a message since. @throws BadRequest */
function readStatusForm({ query, fields }: SignedForm): StatusCallback | undefined {
  // About a message that is no delivery, such as a test: there is nothing to keep.
  if (!query.has("sending") && !query.has(OLD_NAME)) return undefined;
  if (new Set(query.keys()).size !== query.size) throw new BadRequest(400, "repeated parameters");
  if (hidesError(fields)) throw new BadRequest(400, "a hidden error");
  const { [OLD_NAME]: old, ...named } = Object.fromEntries(query);
  const parsed = Callback.safeParse({
    query: old === undefined ? named : { sending: old, ...named },
    fields,
  });
  if (!parsed.success) throw new BadRequest(400, "not a status callback");
  const { sending, delivery, attempt } = parsed.data.query;
  const { MessageSid, MessageStatus, ErrorCode } = parsed.data.fields;
  return {
    delivery: { sendingId: sending, position: delivery, attempt },
    sid: MessageSid,
    status: fromTwilioStatus(MessageStatus),
    word: MessageStatus,
    alarm: alarmOf(MessageStatus),
    failure: failureOf(ErrorCode),
  };
}

/** A phone, or a short code. */
export const SENDER = /^\+?[0-9]{3,15}$/;

/** What Advanced Opt-Out did about a text: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out */
const DEEDS = new Map<string, KeywordKind>([
  ["STOP", "stop"],
  ["START", "start"],
  ["HELP", "help"],
]);

const InboundFields = z.object({
  MessageSid: z.string().regex(MESSAGE_SID),
  From: z.string().regex(SENDER),
  // Always there, even where the text is empty: a form without it is not cut into fields as Twilio cut it.
  Body: z.string().max(20_000),
  NumMedia: z.coerce.number().int().min(0).max(100).default(0),
  OptOutType: z
    .string()
    .transform((type) => DEEDS.get(type.toUpperCase()))
    .optional(),
});

/** As with an error: that Twilio acted must not be hidden in another field. What a member types may say anything. */
const hidesDeed = (fields: SignedForm["fields"]): boolean =>
  fields.OptOutType === undefined &&
  Object.entries(fields).some(([name, value]) => name !== "Body" && `${name}${value}`.includes("OptOutType"));

/**
 * Twilio signs the fields in the order of their names, and right after the text comes one of these. Any other
 * one there may be the end of the text itself, cut off: somebody who wrote "STOP Calling me" never said "STOP".
 */
const AFTER_BODY = /^(Button|Call|Channel|Error|Event|Forwarded|From)(?=[A-Z]|$)/;

function isCutOff(names: readonly string[]): boolean {
  const [next] = names.filter((name) => name > "Body").sort();
  return next !== undefined && !AFTER_BODY.test(next);
}

/** A text from a member. @throws BadRequest */
function readInboundForm({ fields }: SignedForm): InboundSms {
  const parsed = InboundFields.safeParse(fields);
  if (!parsed.success || isCutOff(Object.keys(fields)) || hidesDeed(fields))
    throw new BadRequest(400, "not an inbound text");
  const { MessageSid, From, Body, NumMedia, OptOutType } = parsed.data;
  return {
    messageSid: MessageSid,
    phone: From,
    body: wordsOf(Body, NumMedia),
    did: OptOutType,
  };
}

/** PostgreSQL keeps no NUL character. */
export const wordsOf = (body: string, pictures: number): string =>
  body.replaceAll("\0", "") || (pictures > 0 ? "(a picture)" : "");

// Status callbacks: what became of a message since.
import { z } from "zod";
import { groupWrites } from "../db/group-writes.ts";
import type { Database } from "../db/open.ts";
import { actUponLateError, type ProviderReport, recordCallbacks } from "../deliveries/reports.ts";
import { MESSAGE_SID } from "../gateways/gateway.ts";
import type { SignedForm } from "../gateways/twilio/signature.ts";
import { BadRequest } from "../http.ts";

const Fields = z.object({
  MessageSid: z.string().regex(MESSAGE_SID),
  MessageStatus: z.string().regex(/^[a-z_]{1,20}$/),
  ErrorCode: z
    .string()
    .regex(/^\d{0,6}$/)
    .transform((code) => (code === "" ? undefined : Number(code)))
    .optional(),
});

const id = z
  .string()
  .regex(/^[1-9]\d{0,8}$/)
  .transform(Number);
/** Ours, put there when the message was created; Twilio's signature covers it. */
const Query = z.object({ alert: id, delivery: id, attempt: id });
const Callback = z.object({ query: Query, fields: Fields });

/** The signature covers names and values as one text: an error must not be hidden in another field. */
const hidesError = (fields: SignedForm["fields"]): boolean =>
  fields.ErrorCode === undefined &&
  Object.entries(fields).some(([name, value]) => `${name}${value}`.includes("ErrorCode"));

/** Resolves when the callback is safe in the database. @throws BadRequest */
export function createStatusHandler(db: Database): (form: SignedForm) => Promise<void> {
  const record = groupWrites((reports: ProviderReport[]) => recordCallbacks(db, reports));

  return async ({ query, fields }) => {
    // Of a message that is no delivery, such as a test: there is nothing to keep.
    if (!query.has("alert")) return;
    if (new Set(query.keys()).size !== query.size) throw new BadRequest(400, "repeated parameters");
    if (hidesError(fields)) throw new BadRequest(400, "a hidden error");
    const parsed = Callback.safeParse({ query: Object.fromEntries(query), fields });
    if (!parsed.success) throw new BadRequest(400, "not a status callback");
    const { alert, delivery, attempt } = parsed.data.query;
    const { MessageSid, MessageStatus, ErrorCode } = parsed.data.fields;
    const ref = { alertId: alert, position: delivery, attempt };
    await record({
      ...ref,
      messageSid: MessageSid,
      status: MessageStatus,
      errorCode: ErrorCode ?? null,
    });
    if (ErrorCode) await actUponLateError(db, ref, ErrorCode);
  };
}

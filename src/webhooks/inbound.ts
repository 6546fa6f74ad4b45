// Texts from members: keywords are acted upon, everything is kept.
import { z } from "zod";
import { keepInboundText } from "../alerts/inbound.ts";
import type { Database } from "../db/open.ts";
import { BadRequest } from "../http.ts";
import { MESSAGE_SID } from "../sms/gateway.ts";
import type { SignedForm } from "./signature.ts";

const Fields = z.object({
  MessageSid: z.string().regex(MESSAGE_SID),
  From: z.string().regex(/^\+?[0-9]{3,15}$/),
  Body: z.string().max(20_000).default(""),
  NumMedia: z.coerce.number().int().min(0).max(100).default(0),
});

/** @throws BadRequest */
export function createInboundHandler(db: Database): (form: SignedForm) => Promise<void> {
  return async ({ fields }) => {
    const parsed = Fields.safeParse(fields);
    if (!parsed.success) throw new BadRequest(400, "not an inbound text");
    const { MessageSid, From, Body, NumMedia } = parsed.data;
    await keepInboundText(db, {
      messageSid: MessageSid,
      phone: From,
      // PostgreSQL keeps no NUL character.
      body: Body.replaceAll("\0", "") || (NumMedia > 0 ? "(a picture)" : ""),
    });
  };
}

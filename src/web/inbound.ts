// Texts from members: keywords are acted upon, everything is kept.
import { z } from "zod";
import type { Database } from "../db/open.ts";
import { MESSAGE_SID } from "../gateways/gateway.ts";
import type { SignedForm } from "../gateways/twilio/signature.ts";
import { BadRequest } from "../http.ts";
import { keepInboundText } from "../replies/inbound.ts";

const Fields = z.object({
  MessageSid: z.string().regex(MESSAGE_SID),
  From: z.string().regex(/^\+?[0-9]{3,15}$/),
  // Always there, also without a text: what lacks it was cut in another place than Twilio did.
  Body: z.string().max(20_000),
  NumMedia: z.coerce.number().int().min(0).max(100).default(0),
});

/**
 * Only these follow the text where Twilio signs the fields, in the order of their names. Another one there
 * may be the text's own end, cut off: "STOP" was never said by somebody who wrote "STOP Calling me".
 */
const AFTER_BODY = /^(Button|Call|Channel|Error|Event|Forwarded|From)/;

function isCutOff(names: readonly string[]): boolean {
  const [next] = names.filter((name) => name > "Body").sort();
  return next !== undefined && !AFTER_BODY.test(next);
}

/** @throws BadRequest */
export function createInboundHandler(db: Database): (form: SignedForm) => Promise<void> {
  return async ({ fields }) => {
    const parsed = Fields.safeParse(fields);
    if (!parsed.success || isCutOff(Object.keys(fields))) throw new BadRequest(400, "not an inbound text");
    const { MessageSid, From, Body, NumMedia } = parsed.data;
    await keepInboundText(db, {
      messageSid: MessageSid,
      phone: From,
      // PostgreSQL keeps no NUL character.
      body: Body.replaceAll("\0", "") || (NumMedia > 0 ? "(a picture)" : ""),
    });
  };
}

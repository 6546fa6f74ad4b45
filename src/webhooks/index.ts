// What Twilio sends us, a line for each route. Every one is signed: nothing gets past readSignedForm.
import type { Database } from "../db/open.ts";
import { answer, type Handler, type Routes } from "../http.ts";
import { createInboundHandler } from "./inbound.ts";
import { readSignedForm, type SignedForm, type TwilioIdentity } from "./signature.ts";
import { createStatusHandler } from "./status.ts";

export type WebhookOptions = {
  db: Database;
  twilio: TwilioIdentity;
  /** Called after something was recorded. */
  onChange: () => void;
};

export function createWebhooks({ db, twilio, onChange }: WebhookOptions): Routes {
  const signed =
    (handle: (form: SignedForm) => Promise<void>): Handler =>
    async (request, response) => {
      await handle(await readSignedForm(request, twilio));
      // Answered once it is safe in the database: a 5xx makes Twilio come again.
      answer(response, 204);
      onChange();
    };
  return {
    "POST /twilio/status": signed(createStatusHandler(db)),
    "POST /twilio/inbound": signed(createInboundHandler(db)),
  };
}

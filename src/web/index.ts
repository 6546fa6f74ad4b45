// What the world calls: a line for each route, with its lock.
import type { Database } from "../db/open.ts";
import { readSignedForm, type SignedForm, type TwilioIdentity } from "../gateways/twilio/signature.ts";
import { answer, type Handler, type Routes } from "../http.ts";
import { createHealth, type HealthOptions } from "./health.ts";
import { createInboundHandler } from "./inbound.ts";
import { createStatusHandler } from "./status.ts";

export type WebOptions = HealthOptions & {
  db: Database;
  twilio: TwilioIdentity;
  /** Called after something was recorded. */
  onChange: () => void;
  /** Slack's requests. Bolt looks at their signature itself. */
  slack: Handler;
};

export function createWeb({ db, twilio, onChange, slack, ...watched }: WebOptions): Routes {
  const health = createHealth({ db, ...watched });
  /** For whoever watches the server: they tell how it is, and take nothing in. */
  const open = (handle: Handler): Handler => handle;
  const signedBySlack = (handle: Handler): Handler => handle;
  const signedByTwilio =
    (handle: (form: SignedForm) => Promise<void>): Handler =>
    async (request, response) => {
      await handle(await readSignedForm(request, twilio));
      // Answered once it is safe in the database: a 5xx makes Twilio come again.
      answer(response, 204);
      onChange();
    };
  return {
    "POST /slack/events": signedBySlack(slack),
    "POST /twilio/status": signedByTwilio(createStatusHandler(db)),
    "POST /twilio/inbound": signedByTwilio(createInboundHandler(db)),
    "GET /healthz": open(health.isAlive),
    "GET /readyz": open(health.isReady),
  };
}

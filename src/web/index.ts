// What the world calls: a line for each route, with its lock.
import type { IncomingMessage } from "node:http";
import type { CountryCode } from "libphonenumber-js/max";
import type { Database } from "../db/open.ts";
import type { GatewayWebhooks, InboundSms } from "../gateways/gateway.ts";
import { answer, type Handler, type Routes } from "../http.ts";
import { keepInboundText } from "../replies/inbound.ts";
import { createHealth, type HealthOptions } from "./health.ts";
import { showSheet } from "./sheet.ts";
import { createStatusHandler } from "./status.ts";

export type WebOptions = HealthOptions & {
  db: Database;
  /** Each reads a request, and refuses what Twilio has not signed. */
  twilio: GatewayWebhooks & { title: string };
  /** The co-op's own. */
  country: CountryCode;
  /** Called after something was recorded. */
  onChange: () => void;
  /** Called when a member's text could not be kept: the provider has it still. */
  onMissed: () => void;
  /** Slack's requests, whose signature Bolt looks at. */
  slack: Handler;
};

export function createWeb({
  db,
  twilio,
  country,
  onChange,
  onMissed,
  slack,
  ...watched
}: WebOptions): Routes {
  const health = createHealth(watched);
  const takeStatus = createStatusHandler(db, { title: twilio.title, country });

  const takeText = (text: InboundSms) =>
    keepInboundText(db, text).catch((error) => {
      onMissed();
      throw error;
    });

  const signedBySlack = (handle: Handler): Handler => handle;
  /** @param read the lock @param take called only if `read` finds something that is ours */
  const signed =
    <Told>(
      read: (request: IncomingMessage) => Promise<Told | undefined>,
      take: (told: Told) => Promise<void>,
    ): Handler =>
    async (request, response) => {
      const told = await read(request);
      if (told !== undefined) await take(told);
      // Answered once it is safe in the database: a 5xx makes the provider come again.
      answer(response, 204);
      onChange();
    };
  /** These take nothing in: for those who watch the server, and a page that holds nobody's data. */
  const open = (handle: Handler): Handler => handle;

  return {
    "POST /slack/events": signedBySlack(slack),
    "POST /twilio/status": signed(twilio.readStatus, takeStatus),
    "POST /twilio/inbound": signed(twilio.readInbound, takeText),
    "GET /healthz": open(health.isAlive),
    "GET /readyz": open(health.isReady),
    "GET /sheet": open(showSheet),
  };
}

// Twilio's official client as it comes, with its own HTTP client and without a database.
import twilio from "twilio";
import { z } from "zod";
import { given, say, startWatch } from "../child.ts";
import { account, callbackOf, phoneOf, sender, text } from "../text.ts";

const { apiUrl, deliveries, inFlight } = given(
  z.object({ apiUrl: z.string(), deliveries: z.number(), inFlight: z.number() }),
);
const client = twilio(account.accountSid, account.authToken);
client.api.baseUrl = apiUrl;

let next = 1;
async function work(): Promise<void> {
  while (next <= deliveries) {
    const position = next++;
    await client.messages.create({
      to: phoneOf(position),
      body: text,
      validityPeriod: 14_400,
      statusCallback: callbackOf(position),
      ...sender,
    });
  }
}

const watch = startWatch();
await Promise.all(Array.from({ length: inFlight }, work));
const { wallMs, cpuMs } = watch();
say({ wallMs, cpuMs, cpuPerMessage: cpuMs / deliveries, maxRssMb: process.resourceUsage().maxRSS / 1024 });

// What each job of a peer does: one text, through Twilio's official client as it comes.
import twilio from "twilio";
import { z } from "zod";
import { given, say, startWatch } from "../child.ts";
import { account, callbackOf, phoneOf, sender, text } from "../text.ts";

export const { databaseUrl, apiUrl, deliveries, inFlight, redisPort } = given(
  z.object({
    databaseUrl: z.string(),
    apiUrl: z.string(),
    deliveries: z.number(),
    inFlight: z.number(),
    redisPort: z.number().nullable(),
  }),
);

const client = twilio(account.accountSid, account.authToken);
client.api.baseUrl = apiUrl;

/** One job for each delivery, as its payload. */
export const payloads = Array.from({ length: deliveries }, (_, index) => ({ position: index + 1 }));

export async function textOne({ position }) {
  await client.messages.create({
    to: phoneOf(position),
    body: text,
    validityPeriod: 14_400,
    statusCallback: callbackOf(position),
    ...sender,
  });
}

/** Jobs are counted where the queue itself says that they are done, so that it is their end that counts. */
export function countDown() {
  const watch = startWatch();
  const over = Promise.withResolvers();
  let left = deliveries;
  return {
    done: (count = 1) => {
      left -= count;
      if (left <= 0) over.resolve();
    },
    say: async () => {
      await over.promise;
      const { wallMs, cpuMs } = watch();
      const maxRssMb = process.resourceUsage().maxRSS / 1024;
      say({ wallMs, cpuMs, cpuPerMessage: cpuMs / deliveries, maxRssMb });
    },
  };
}

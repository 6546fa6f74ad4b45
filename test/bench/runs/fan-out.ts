// Headgate's own fan-out: claims, sending written down before each request, results recorded.
import { sql } from "drizzle-orm";
import { z } from "zod";
import { openDatabase } from "../../../src/db/open.ts";
import { createSender } from "../../../src/deliveries/send.ts";
import { createTwilioGateway } from "../../../src/gateways/twilio/gateway.ts";
import { createLog } from "../../../src/log.ts";
import { given, onQuestion, say, startWatch } from "../child.ts";
import { account, sender as from, publicUrl } from "../text.ts";

const { databaseUrl, apiUrl, deliveries, inFlight, segmentsPerSecond } = given(
  z.object({
    databaseUrl: z.string(),
    apiUrl: z.string(),
    /** It ends after this many; null goes on for ever. */
    deliveries: z.number().nullable(),
    inFlight: z.number(),
    segmentsPerSecond: z.number().default(1_000_000),
  }),
);

const { db, close } = openDatabase(databaseUrl);
await db.execute(sql`select 1`);
const gateway = createTwilioGateway({ ...account, sender: from, apiUrl, publicUrl, connections: inFlight });
const handedOver = Promise.withResolvers<void>();
let count = 0;
const sender = createSender({
  db,
  country: "US",
  gateway: {
    ...gateway,
    send: async (outgoing) => {
      const accepted = await gateway.send(outgoing);
      if (++count === deliveries) handedOver.resolve();
      return accepted;
    },
  },
  log: createLog("warn"),
  segmentsPerSecond: () => segmentsPerSecond,
  maxInFlight: inFlight,
  onProgress: () => {},
});

if (deliveries === null) {
  // It begins when it is told to, and how far it gets is seen from outside.
  onQuestion(z.literal("go"), () => {
    sender.wake();
    setInterval(sender.wake, 1000);
    return true;
  });
  say(true);
} else {
  const watch = startWatch();
  sender.wake();
  await handedOver.promise;
  // Returns when the last result is in the database.
  await sender.stop();
  const { wallMs, cpuMs } = watch();
  say({ wallMs, cpuMs, cpuPerMessage: cpuMs / deliveries, maxRssMb: process.resourceUsage().maxRSS / 1024 });
  await gateway.close();
  await close();
}

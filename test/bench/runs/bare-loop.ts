// The floor of a fan-out: nothing but the requests, as fast as undici makes them. It keeps no record.
import { Pool, request } from "undici";
import { z } from "zod";
import { given, say, startWatch } from "../child.ts";
import { account, callbackOf, phoneOf, sender, text } from "../text.ts";

const { apiUrl, deliveries, inFlight } = given(
  z.object({ apiUrl: z.string(), deliveries: z.number(), inFlight: z.number() }),
);

const pool = new Pool(apiUrl, { connections: inFlight, pipelining: 1 });
const path = `/2010-04-01/Accounts/${account.accountSid}/Messages.json`;
const credentials = Buffer.from(`${account.accountSid}:${account.authToken}`).toString("base64");
const headers = {
  authorization: `Basic ${credentials}`,
  accept: "application/json",
  "content-type": "application/x-www-form-urlencoded",
};

let next = 1;
async function work(): Promise<void> {
  while (next <= deliveries) {
    const position = next++;
    const fields = {
      To: phoneOf(position),
      StatusCallback: callbackOf(position),
      ValidityPeriod: "14400",
      From: sender.from,
      Body: text,
    };
    const { statusCode, body } = await request(`${apiUrl}${path}`, {
      dispatcher: pool,
      method: "POST",
      headers,
      body: new URLSearchParams(fields).toString(),
    });
    const { sid } = JSON.parse(await body.text());
    if (statusCode !== 201 || !sid) throw new Error(`The provider answered ${statusCode}.`);
  }
}

const watch = startWatch();
await Promise.all(Array.from({ length: inFlight }, work));
const { wallMs, cpuMs } = watch();
say({ wallMs, cpuMs, cpuPerMessage: cpuMs / deliveries, maxRssMb: process.resourceUsage().maxRSS / 1024 });
await pool.close();

// Where Twilio brings what members write, and whether it comes again when we were away.
import { listOwnNumbers, type Sender, type TwilioClient } from "./inbound.ts";

/** Asks for three more tries, after any failure: twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
export const TRY_AGAIN = "#rc=3&rp=all";

/** Where it is set, in words; what is set there. */
type Address = { where: string; url: string; method: string };

/** @returns what has to be changed, in whole sentences */
export async function checkInbound(
  client: TwilioClient,
  { sender, publicUrl }: { sender: Sender; publicUrl: string },
): Promise<string[]> {
  const addresses = await listAddresses(client, sender);
  if (addresses.length === 0)
    return [
      "Twilio knows no number of ours in this account, so members' texts can't reach Headgate: look at " +
        "TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID.",
    ];
  const problems = addresses.flatMap((address) => judgeAddress(address, `${publicUrl}/twilio/inbound`));
  return [...new Set(problems)];
}

/** @param wanted our own address @returns what is wrong with the one that is set */
function judgeAddress({ where, url, method }: Address, wanted: string): string[] {
  const cure = `There, under "A message comes in", put ${wanted}${TRY_AGAIN} with HTTP POST.`;
  const set = URL.parse(url);
  const ours = new URL(wanted);
  if (set?.origin !== ours.origin || set.pathname !== ours.pathname) {
    const what = url === "" ? "no address is set" : "another address is set";
    return [`Members' texts don't reach Headgate at once: at the ${where} in Twilio ${what}. ${cure}`];
  }
  if (method.toUpperCase() !== "POST")
    return [
      `Members' texts don't reach Headgate at once: the ${where} in Twilio is set to HTTP ${method}. ${cure}`,
    ];
  if (comesAgain(set.hash)) return [];
  return [
    "A member's STOP that comes while Headgate restarts can be an hour late, because Twilio brings it only " +
      `once: at the ${where} in Twilio, the address lacks ${TRY_AGAIN}. ${cure}`,
  ];
}

/** Also after an answer of 5xx, which is what we give while the database is away. */
function comesAgain(fragment: string): boolean {
  const overrides = new URLSearchParams(fragment.slice(1));
  const policies = overrides.get("rp")?.split(",") ?? [];
  const has = (policy: string) => policies.includes("all") || policies.includes(policy);
  return Number(overrides.get("rc") ?? 0) >= 1 && has("5xx") && has("ct");
}

async function listAddresses(client: TwilioClient, sender: Sender): Promise<Address[]> {
  if ("messagingServiceSid" in sender) {
    const service = await client.messaging.v1.services(sender.messagingServiceSid).fetch();
    if (!service.useInboundWebhookOnNumber) {
      const { inboundRequestUrl: url, inboundMethod: method } = service;
      return [addressOf("Messaging Service", url, method)];
    }
  }
  const numbers = await listOwnNumbers(client, sender);
  const found = await Promise.all(numbers.map((own) => findNumber(client, own)));
  return Promise.all(found.flat().map((number) => addressOfNumber(client, number)));
}

type NumberSettings = { smsUrl: string; smsMethod: string; smsApplicationSid?: string };

/** A short code has no plus. */
async function findNumber(
  client: TwilioClient,
  { number, sid }: { number: string; sid?: string },
): Promise<NumberSettings[]> {
  const isShort = !number.startsWith("+");
  if (sid !== undefined)
    return [await (isShort ? client.shortCodes(sid) : client.incomingPhoneNumbers(sid)).fetch()];
  if (isShort) return client.shortCodes.list({ shortCode: number, limit: 1 });
  return client.incomingPhoneNumbers.list({ phoneNumber: number, limit: 1 });
}

/** An app that the number's texts are handed to outranks the number's own address. */
async function addressOfNumber(client: TwilioClient, number: NumberSettings): Promise<Address> {
  if (!number.smsApplicationSid) return addressOf("sending number", number.smsUrl, number.smsMethod);
  const { smsUrl, smsMethod } = await client.applications(number.smsApplicationSid).fetch();
  return addressOf("TwiML App of the sending number", smsUrl, smsMethod);
}

/** What was never set is null, whatever the client's types say. */
const addressOf = (where: string, url: string | null, method: string | null): Address => ({
  where,
  url: url ?? "",
  method: method ?? "POST",
});

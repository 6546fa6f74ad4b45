// What members wrote to our numbers, as Twilio lists it: also what it could not tell us.
import type twilio from "twilio";
import { z } from "zod";
import type { WrittenSms } from "../gateway.ts";
import { MESSAGE_SID, SENDER, wordsOf } from "./forms.ts";

export type TwilioClient = ReturnType<typeof twilio>;
export type Sender = { messagingServiceSid: string } | { from: string };
/** One of Twilio's own, by its id, where that is known. */
export type OwnNumber = { number: string; sid?: string };

/** The longest page that Twilio gives. */
const PAGE_SIZE = 1000;

const Listed = z.object({
  sid: z.string().regex(MESSAGE_SID),
  direction: z.literal("inbound"),
  from: z.string().regex(SENDER),
  body: z.string(),
  numMedia: z.coerce.number().catch(0),
  dateSent: z.date().nullable(),
  dateCreated: z.date(),
});

/** Everything that members may write to. */
export async function listOwnNumbers(client: TwilioClient, sender: Sender): Promise<OwnNumber[]> {
  if ("from" in sender) return [{ number: sender.from }];
  const service = client.messaging.v1.services(sender.messagingServiceSid);
  const [numbers, shortCodes] = await Promise.all([service.phoneNumbers.list(), service.shortCodes.list()]);
  return [
    ...numbers.map(({ phoneNumber, sid }) => ({ number: phoneNumber, sid })),
    ...shortCodes.map(({ shortCode, sid }) => ({ number: shortCode, sid })),
  ];
}

export async function listInbound(
  client: TwilioClient,
  { sender, since }: { sender: Sender; since: Date },
): Promise<WrittenSms[]> {
  const numbers = await listOwnNumbers(client, sender);
  const lists = await Promise.all(
    numbers.map(({ number: to }) => client.messages.list({ to, dateSentAfter: since, pageSize: PAGE_SIZE })),
  );
  // The newest come first. What we could not take from a webhook either is left out, and holds up no other.
  const found = lists
    .flatMap((list) => list.toReversed())
    .flatMap((message) => Listed.safeParse(message).data ?? [])
    .map(({ dateSent, dateCreated, ...text }) => ({ ...text, second: dateSent ?? dateCreated }))
    .sort((a, b) => a.second.getTime() - b.second.getTime());
  return apart(found).map(({ sid, from, body, numMedia, writtenAt }) => ({
    messageSid: sid,
    phone: from,
    body: wordsOf(body, numMedia),
    writtenAt,
  }));
}

/** Twilio tells the second; of one phone's texts within a second, the order of its list tells which was later. */
function apart<Text extends { from: string; second: Date }>(texts: Text[]): (Text & { writtenAt: Date })[] {
  const counts = new Map<string, number>();
  return texts.map((text) => {
    const key = `${text.from} ${text.second.getTime()}`;
    const earlier = counts.get(key) ?? 0;
    counts.set(key, earlier + 1);
    return { ...text, writtenAt: new Date(text.second.getTime() + Math.min(earlier, 999)) };
  });
}

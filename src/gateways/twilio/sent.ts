// What Twilio remembers of us: texts that we have sent.
import { comparable } from "../../text/comparable.ts";
import { listOwnNumbers, type Sender, type TwilioClient } from "./inbound.ts";

const PAGE_SIZE = 1000;
/** For each of our numbers: it may send other texts too. */
const LOOKED_THROUGH = 5_000;

/** What Twilio puts before each text of a trial account. */
export const TRIAL_MARK = /^Sent from your Twilio trial account - /;

/** @returns when the last text that begins so was sent, of those from before; undefined: there is none */
export async function findSent(
  client: TwilioClient,
  { sender, beginsWith, before }: { sender: Sender; beginsWith: string; before: Date },
): Promise<Date | undefined> {
  const beginning = comparable(beginsWith);
  const numbers = await listOwnNumbers(client, sender);
  const lists = await Promise.all(
    numbers.map(({ number: from }) =>
      client.messages.list({ from, dateSentBefore: before, pageSize: PAGE_SIZE, limit: LOOKED_THROUGH }),
    ),
  );
  const times = lists
    .flat()
    .filter(({ body }) => comparable(body.replace(TRIAL_MARK, "")).startsWith(beginning))
    .flatMap(({ dateSent }) => (dateSent && dateSent < before ? [dateSent.getTime()] : []));
  return times.length > 0 ? new Date(Math.max(...times)) : undefined;
}

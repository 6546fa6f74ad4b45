// What the stand-in provider has, in the judge's words.
import type { Sql } from "postgres";
import type { StandInTwilio } from "../../../src/practice/stand-ins/twilio/twilio.ts";
import { factsOf } from "../facts.ts";
import { judge, type Message } from "../judge.ts";
import { readLog } from "../log.ts";

/** https://www.twilio.com/docs/messaging/api/message-resource#message-status-values */
const STATUSES = new Map<string | undefined, Message["status"]>([
  ["accepted", "accepted"],
  ["queued", "accepted"],
  ["sending", "accepted"],
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["undelivered", "undelivered"],
  ["failed", "failed"],
]);

function ledgerOf({ ledger, message }: Pick<StandInTwilio, "ledger" | "message">): Message[] {
  return ledger.map(({ sid, to, statusCallback }) => {
    const now = message(sid);
    const status = STATUSES.get(now?.status);
    if (!now || !status) throw new Error(`What is "${now?.status}"?`);
    // The attempt that it was created for: so says the address that its callbacks go to.
    const query = new URL(statusCallback ?? "http://none").searchParams;
    const [sending_id = 0, position = 0, attempt = 0] = ["sending", "delivery", "attempt"].map((name) =>
      Number(query.get(name)),
    );
    const price = now.price === null ? null : Number((-now.price).toFixed(5));
    return { sid, to, delivery: { sending_id, position, attempt }, status, price, listed: now.listed };
  });
}

/** @returns the violations */
export const judgeWorld = async (client: Sql, twilio: StandInTwilio): Promise<string[]> =>
  judge(factsOf(await readLog(client)), ledgerOf(twilio));

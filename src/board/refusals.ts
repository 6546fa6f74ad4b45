// Somebody tried what they may not: it is on record, and where that happens often the admins are told once.
import { desc, gt, sql } from "drizzle-orm";
import { record } from "../audit/audit.ts";
import type { Tx } from "../db/open.ts";
import { boardMessages, refusals } from "../db/schema.ts";
import { plural } from "../text/words.ts";
import type { SlackUser } from "./allowlist.ts";
import { tellBoard } from "./tell.ts";

/** So many within an hour are told, once in that hour. */
const MANY = 10;
const lastHour = sql`now() - interval '1 hour'`;
const TOLD = "refusals";
/** At most this many people are named. */
const NAMED = 5;

export type RefusedDeed = {
  user: SlackUser;
  /** What they tried, and why they may not. */
  what: string;
  why: string;
  alertId?: number | undefined;
};

/** Writes a refusal down, in the transaction in which nothing else is changed. */
export async function recordRefusal(tx: Tx, { user, what, why, alertId }: RefusedDeed): Promise<void> {
  await record(tx, { actor: user, action: "refused", alertId, detail: { what, why } });
  const { teamId, userId } = user;
  await tx.insert(refusals).values({ teamId, userId });
  if ((await tx.$count(refusals, gt(refusals.at, lastHour))) >= MANY) await tellOfMany(tx);
}

async function tellOfMany(tx: Tx): Promise<void> {
  // Of two at once, the second sees what the first has told.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('tell of refusals'))`);
  const isTold = sql`${boardMessages.key} like ${`${TOLD} %`} and ${boardMessages.createdAt} > ${lastHour}`;
  if ((await tx.$count(boardMessages, isTold)) > 0) return;
  const count = sql<number>`count(*)::int`;
  const people = await tx
    .select({ userId: refusals.userId, count })
    .from(refusals)
    .where(gt(refusals.at, lastHour))
    .groupBy(refusals.userId)
    .orderBy(desc(count), refusals.userId);
  const names = people.slice(0, NAMED).map((each) => `<@${each.userId}> ${plural(each.count, "time")}`);
  const more = people.length > NAMED ? `, and ${people.length - NAMED} more` : "";
  const [now] = await tx.select({ hour: sql<string>`date_trunc('hour', now())` }).from(sql`(select) as once`);
  await tellBoard(tx, {
    // Where the transaction does not see what another one has just told, the key holds it back.
    key: `${TOLD} ${now?.hour}`,
    text:
      `Headgate has refused something ${MANY} times within an hour: ${names.join(", ")}${more}. Nothing was changed by that. ` +
      "What each of them tried stands in `/alert-log`.",
  });
  // What is older is in the record.
  await tx.delete(refusals).where(sql`${refusals.at} <= ${lastHour}`);
}

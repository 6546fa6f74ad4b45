// Somebody tried what they may not: it is on record, and where that happens often the admins are told once.
import { desc, gt, type SQL, sql } from "drizzle-orm";
import { record } from "../audit/audit.ts";
import type { Tx } from "../db/open.ts";
import { boardMessages, refusals } from "../db/schema.ts";
import { plural } from "../text/words.ts";
import type { SlackUser } from "./allowlist.ts";
import { tellBoard } from "./tell.ts";

/** So many within an hour are told, once in a day. */
const MANY = 10;
const lastHour = sql`now() - interval '1 hour'`;
const lastDay = sql`now() - interval '1 day'`;
/** What is told on this day. */
const keyOf = (time: SQL) => sql`'refusals ' || floor(extract(epoch from ${time}) / 86400)`;
/** Found by its key, so that it costs nothing. */
const isTold = sql`exists (
  select from ${boardMessages} where ${boardMessages.createdAt} > ${lastDay}
    and ${boardMessages.key} in (${keyOf(sql`now()`)}, ${keyOf(lastDay)}))`;
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
  // One statement more, also while a program presses: whoever waits for the answer has three seconds.
  const [counted] = await tx.execute<{ isMany: boolean; isTold: boolean }>(sql`
    with kept as (insert into refusals (team_id, user_id) values (${user.teamId}, ${user.userId}))
    select count(*) + 1 >= ${MANY} as "isMany", ${isTold} as "isTold" from refusals where at > ${lastHour}`);
  if (counted?.isMany && !counted.isTold) await tellOfMany(tx);
}

async function tellOfMany(tx: Tx): Promise<void> {
  // Of two at once, the second sees what the first has told; where its transaction does not, the key holds it back.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('tell of refusals'))`);
  const [now] = await tx
    .select({ isTold: sql<boolean>`${isTold}`, key: sql<string>`${keyOf(sql`now()`)}` })
    .from(sql`(select) as once`);
  if (!now || now.isTold) return;
  const count = sql<number>`count(*)::int`;
  const people = await tx
    .select({ userId: refusals.userId, count })
    .from(refusals)
    .where(gt(refusals.at, lastHour))
    .groupBy(refusals.userId)
    .orderBy(desc(count), refusals.userId);
  const names = people.slice(0, NAMED).map((each) => `<@${each.userId}> ${plural(each.count, "time")}`);
  const more = people.length > NAMED ? `, and ${people.length - NAMED} more` : "";
  await tellBoard(tx, {
    key: now.key,
    text:
      `Headgate has refused something ${MANY} times within an hour: ${names.join(", ")}${more}. Nothing was changed by that. ` +
      "What each of them tried stands in `/alert-log`.",
  });
  // What is older is in the record.
  await tx.delete(refusals).where(sql`${refusals.at} <= ${lastHour}`);
}

// What somebody wrote who is erased, wherever it is quoted.
import { sql } from "drizzle-orm";
import type { Tx } from "../db/open.ts";
import { type Erasing, isTheirsAlone } from "../deliveries/erase.ts";
import { isAbout } from "../members/erase/erase.ts";

/** A message in Slack that shows their words. */
export type ShownInSlack = { channelId: string; messageTs: string };

/** A text from a number that another member had too stays: nobody knows which of them wrote it. */
export async function eraseTexts(
  tx: Tx,
  erasing: Erasing,
): Promise<{ texts: number; shown: ShownInSlack[] }> {
  const erased = await tx.execute<{ channelId: string | null; messageTs: string | null }>(sql`
    with erased as (
      update inbound_texts t set body = '', phone = '', keyword = null,
        shown_as = case when shown_at is null then null else shown_as end
      where ${isTheirsAlone(sql`t.phone`, sql`t.list_version`, erasing)}
      returning id, channel_id, message_ts, shown_at, is_gathered
    ), messages as (
      update board_messages m set text = '', posted_at = coalesce(posted_at, now())
      where key in (select 'member''s text ' || id from erased)
        or (key like 'unknown numbers %' and created_at in (select shown_at from erased where is_gathered))
    )
    select channel_id as "channelId", message_ts as "messageTs" from erased`);
  const shown = erased.flatMap(({ channelId, messageTs }) =>
    channelId !== null && messageTs !== null ? [{ channelId, messageTs }] : [],
  );
  return { texts: erased.length, shown };
}

/** What the board was told once about them. An alarm that is still to be told stays: it names no member. */
export async function eraseBoardMessages(
  tx: Tx,
  names: readonly string[],
  phones: readonly string[],
): Promise<void> {
  const text = sql`concat(text, ' ', alarm)`;
  await tx.execute(sql`
    update board_messages set text = '', alarm = null, posted_at = coalesce(posted_at, now())
    where (posted_at is not null and ${isAbout(text, names, phones)})
      or (alarm is null and ${isAbout(text, [], phones)})`);
}

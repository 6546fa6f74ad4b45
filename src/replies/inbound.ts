// What members write back: kept once, in the order in which it was written, and what its words do.
import { and, asc, eq, getTableColumns, ne, sql } from "drizzle-orm";
import type { Database, Reader, Tx } from "../db/open.ts";
import { addresses, inboundTexts, memberList, type ShownAs } from "../db/schema.ts";
import type { InboundSms } from "../gateways/gateway.ts";
import { holdersThen } from "../members/holders.ts";
import { type Keyword, readKeyword } from "../opt-outs/keywords.ts";
import { freeNumbers } from "../opt-outs/numbers.ts";
import { isOptedOut } from "../opt-outs/opt-outs.ts";
import { readWish } from "../opt-outs/wishes.ts";
import { findLastWord, lockWordsOf, obey } from "./order.ts";
import { isCurrent } from "./to-show.ts";

/**
 * Keeps the text and does what its keyword says, unless a later one of this phone says otherwise. A second time
 * it changes nothing; but where it then is told when the text was written, that counts.
 */
export function keepInboundText(db: Database, text: InboundSms): Promise<void> {
  const { phone, body, did } = text;
  const keyword = readKeyword(body, did) ?? readClearWish(body);
  return db.transaction(async (tx) => {
    await lockWordsOf(tx, phone);
    const before = await findLastWord(tx, phone);
    const isNew = await keep(tx, text, keyword);
    if (!isNew) {
      const isRedated = await redate(tx, text);
      const isReread = await reread(tx, text, keyword);
      if (!isRedated && !isReread) return;
    }
    const last = await findLastWord(tx, phone);
    const isNews =
      last !== undefined &&
      (last.messageSid !== before?.messageSid ||
        last.word !== before.word ||
        last.isProviders !== before.isProviders);
    const hasChanged = isNews && (await obey(tx, phone, last));
    if (!isNew) return;
    // A member who writes has a phone for texts, whatever was found out about it before.
    await freeNumbers(tx, [phone], "the member wrote", "member");
    await decideWhoSees(tx, text, await howToShow(tx, text, { keyword, hasChanged }));
  });
}

/** "Stop. Thank you" is as good as STOP. */
const readClearWish = (body: string): Keyword | undefined =>
  readWish(body) === "counts" ? { kind: "stop", word: "STOP", isProviders: false } : undefined;

/** @returns whether it was not there yet */
async function keep(
  tx: Tx,
  { messageSid, phone, body, writtenAt }: InboundSms,
  keyword: Keyword | undefined,
) {
  // What comes as it is written is the last of its phone, also where the provider's clock is ahead of ours.
  const arrival = sql`greatest(now(), (select max(t.written_at) + interval '1 millisecond'
    from inbound_texts t where t.phone = ${phone}))`;
  const kept = await tx
    .insert(inboundTexts)
    .values({
      messageSid,
      phone,
      listVersion: sql`(select version from ${memberList})`,
      body,
      keyword: keyword?.word,
      isProviders: keyword?.isProviders ?? true,
      writtenAt: writtenAt ?? arrival,
    })
    .onConflictDoNothing()
    .returning({ messageSid: inboundTexts.messageSid });
  return kept.length > 0;
}

/** @returns whether it was written at another time than we knew */
async function redate(tx: Tx, { messageSid, writtenAt }: InboundSms): Promise<boolean> {
  if (!writtenAt) return false;
  const dated = await tx
    .update(inboundTexts)
    .set({ writtenAt })
    .where(and(eq(inboundTexts.messageSid, messageSid), ne(inboundTexts.writtenAt, writtenAt)))
    .returning({ messageSid: inboundTexts.messageSid });
  return dated.length > 0;
}

/** The list does not say what the provider did, and its webhook does. @returns whether that is another word */
async function reread(
  tx: Tx,
  { messageSid, did }: InboundSms,
  keyword: Keyword | undefined,
): Promise<boolean> {
  if (did === undefined || !keyword) return false;
  const { word } = keyword;
  const read = await tx
    .update(inboundTexts)
    .set({ keyword: word, isProviders: true })
    .where(
      and(
        eq(inboundTexts.messageSid, messageSid),
        sql`(${inboundTexts.keyword} is distinct from ${word} or not ${inboundTexts.isProviders})`,
      ),
    )
    .returning({ messageSid: inboundTexts.messageSid });
  return read.length > 0;
}

/** @returns null for what is between the member and the record, where the provider itself answers */
async function howToShow(
  tx: Tx,
  { phone, body }: InboundSms,
  { keyword, hasChanged }: { keyword: Keyword | undefined; hasChanged: boolean },
): Promise<ShownAs | null> {
  if (!keyword) return readWish(body) === "nothing" ? "words" : "wish";
  // One that changes nothing is an answer to the board: "YES", "HELP".
  if (keyword.kind !== "stop") return hasChanged ? null : "words";
  if (keyword.isProviders) return null;
  if (hasChanged) return "off the list";
  return (await isOptedOut(tx, phone)) ? null : "words";
}

async function decideWhoSees(
  tx: Tx,
  { messageSid, phone }: InboundSms,
  shownAs: ShownAs | null,
): Promise<void> {
  if (shownAs === null) return;
  const alertId = await findCurrentAlert(tx, phone);
  const isGathered =
    alertId === undefined && (await tx.$count(addresses, eq(addresses.address, phone))) === 0;
  await tx
    .update(inboundTexts)
    .set({ shownAs, alertId: alertId ?? null, isGathered })
    .where(eq(inboundTexts.messageSid, messageSid));
}

/**
 * The last alert that reached this phone, of those that people still look at. Only their deliveries are looked
 * through: of all that were ever sent, an unknown number would have to be looked for in every one.
 */
async function findCurrentAlert(tx: Tx, phone: string): Promise<number | undefined> {
  // Nor is the whole table read, however few deliveries it is taken for. Until the end of the transaction.
  await tx.execute(sql`set local enable_seqscan = off`);
  const [last] = await tx.execute<{ alertId: number }>(sql`
    with current as materialized (
      select id, sending_id from alerts where ${isCurrent(sql`alerts.sending_id`)}
    )
    select id as "alertId" from current where exists (
      select from deliveries d
      where d.sending_id = current.sending_id and d.address = ${phone} and d.status >= 'accepted')
    order by sending_id desc limit 1`);
  return last?.alertId;
}

/** Every text of a member, or those that an alert may have asked for; and whose phone it was then. For the export. */
export function listInboundTexts(db: Reader, alertId?: number) {
  const holders = holdersThen(db, sql.raw("inbound_texts.phone"), sql.raw("inbound_texts.list_version"));
  return db
    .select({ ...getTableColumns(inboundTexts), names: holders.names, accounts: holders.accounts })
    .from(inboundTexts)
    .leftJoinLateral(holders, sql`true`)
    .where(alertId === undefined ? undefined : eq(inboundTexts.alertId, alertId))
    .orderBy(asc(inboundTexts.receivedAt));
}

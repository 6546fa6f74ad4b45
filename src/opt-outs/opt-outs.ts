// Who gets no texts, because they said so.
import { asc, desc, eq, sql } from "drizzle-orm";
import { type Actor, record } from "../audit/audit.ts";
import type { Reader, Tx } from "../db/open.ts";
import { erasedOptOuts, optOutChanges, optOuts } from "../db/schema.ts";
import { signal } from "../db/signals.ts";

/** Before how it was asked for, where somebody of the co-op wrote that down. */
export const BY_HAND = "by hand: ";

/** By a text that the provider acts on too; and by one that we alone took for STOP. */
const BY_KEYWORD = "sms ";
const BY_WORDS = "text ";

/** What an opt-out or opt-in by a text is called, and no other. */
export const sourceOf = (word: string, isProviders = true): string =>
  `${isProviders ? BY_KEYWORD : BY_WORDS}${word}`;
export const isByText = (source: string): boolean =>
  source.startsWith(BY_KEYWORD) || source.startsWith(BY_WORDS);
/** The word of a source that is by text. */
export const wordOf = (source: string): string => source.slice(source.indexOf(" ") + 1);
const storedByKeyword = sql`${optOuts.source} like ${sourceOf("%")}`;
/** The same where it is stored. */
export const storedByText = sql`(${storedByKeyword} or ${optOuts.source} like ${sourceOf("%", false)})`;

/** The provider holds texts back as well. */
export const isAtProvider = (source: string): boolean =>
  source === "provider" || source.startsWith(BY_KEYWORD);
const storedAtProvider = sql`${optOuts.source} = 'provider' or ${storedByKeyword}`;

/** When it was said, if not now; the text that said it, by the provider's id; why, where somebody says it for them. */
type Said = { at?: Date | undefined; messageSid?: string | undefined; reason?: string | undefined };

/**
 * From the commit on this phone gets nothing, not even what was about to be sent.
 *
 * @param source how it was asked for, such as `sms STOP`
 * @returns whether it changed anything
 */
export async function optOut(
  tx: Tx,
  phone: string,
  source: string,
  actor: Actor,
  { at, messageSid, reason }: Said = {},
): Promise<boolean> {
  if (await isKnownErased(tx, phone)) {
    // It is out already, and stays nobody's: from who blocks it follows what can undo it.
    if (isAtProvider(source)) await tx.update(erasedOptOuts).set({ source }).where(isErased(phone));
    return false;
  }
  const insert = tx.insert(optOuts).values({ phone, source, ...(at && { optedOutAt: at }) });
  // What the provider knows of as well can't be put right here: so that counts, whoever said it first.
  const put = isAtProvider(source)
    ? insert.onConflictDoUpdate({
        target: optOuts.phone,
        set: { source, optedOutAt: at ?? sql`now()` },
        setWhere: sql`not (${storedAtProvider})`,
      })
    : insert.onConflictDoNothing();
  const kept = await put.returning({ phone: optOuts.phone });
  if (kept.length === 0) return false;
  await keepChange(tx, { phone, optedOut: true, source, reason }, actor, messageSid);
  await signal(tx, { about: "opt-out", phone });
  return true;
}

/** @returns whether it changed anything */
export async function optIn(
  tx: Tx,
  phone: string,
  source: string,
  actor: Actor,
  reason?: string,
): Promise<boolean> {
  const removed = await tx
    .delete(optOuts)
    .where(eq(optOuts.phone, phone))
    .returning({ phone: optOuts.phone });
  const erased = await tx
    .delete(erasedOptOuts)
    .where(isErased(phone))
    .returning({ at: erasedOptOuts.optedOutAt });
  if (removed.length + erased.length === 0) return false;
  await keepChange(tx, { phone, optedOut: false, source, reason }, actor);
  return true;
}

async function keepChange(
  tx: Tx,
  change: typeof optOutChanges.$inferInsert,
  actor: Actor,
  messageSid?: string,
): Promise<void> {
  const { phone, optedOut, source, reason } = change;
  const [kept] = await tx.insert(optOutChanges).values(change).returning({ id: optOutChanges.id });
  // What people wrote must be able to be blanked one day.
  const words = reason === undefined ? { source } : { optOutChange: kept?.id };
  const detail = { ...words, ...(messageSid !== undefined && { messageSid }) };
  await record(tx, { actor, action: optedOut ? "opted out" : "opted in", phone, detail });
}

/** Of a number whose members were erased, only a digest tells that it opted out (members/erase/). */
const isErased = (phone: string) => sql`${erasedOptOuts.digest} = phone_digest(${phone})`;
const isKnownErased = async (db: Reader, phone: string): Promise<boolean> =>
  (await db.$count(erasedOptOuts, isErased(phone))) > 0;

export async function isOptedOut(db: Reader, phone: string): Promise<boolean> {
  return (await db.$count(optOuts, eq(optOuts.phone, phone))) > 0 || (await isKnownErased(db, phone));
}

/** Those who opted out last come first. */
export const listOptOuts = (db: Reader) => db.select().from(optOuts).orderBy(desc(optOuts.optedOutAt));

/** How often this phone opted out and in, oldest first. */
export const listOptOutChanges = (db: Reader, phone: string) =>
  db.select().from(optOutChanges).where(eq(optOutChanges.phone, phone)).orderBy(asc(optOutChanges.id));

/** Puts a wrong opt-out right. One that the provider has too is left: only the member can undo that. */
export async function undoOptOut(
  tx: Tx,
  phone: string,
  { source, reason, actor }: { source: string; reason: string; actor: Actor },
): Promise<"undone" | "not opted out" | "at the provider"> {
  const [inTheClear] = await tx.select().from(optOuts).where(eq(optOuts.phone, phone)).for("update");
  const [found = inTheClear] = await tx.select().from(erasedOptOuts).where(isErased(phone)).for("update");
  if (!found) return "not opted out";
  if (isAtProvider(found.source)) return "at the provider";
  await optIn(tx, phone, source, actor, reason);
  return "undone";
}

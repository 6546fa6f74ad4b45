// A text that the account's settings or its sender keep from one number is refused alone: one member's number holds
// up nobody else, and the board is told once what can be done. Only where it happens to the first of the co-op's own
// numbers, and to nobody else so far, is it the account's: then the part halts, and these are pending again.
import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { CountryCode } from "libphonenumber-js/max";
import { tellBoard } from "../board/tell.ts";
import type { Tx } from "../db/open.ts";
import { type DeliveryStatus, deliveries, parts } from "../db/schema.ts";
import type { Alarm, DeliveryRef, Explanation, Failure } from "../gateways/gateway.ts";
import { type Country, countryOf, ownCountry } from "../members/country.ts";
import { escapeForSlack } from "../text/slack-markup.ts";
import { asSentence } from "../text/words.ts";
import { sendAgain } from "./attempts.ts";
import { alertOf } from "./columns.ts";
import { haltPart, lockUnderWay } from "./lifecycle.ts";

/** After this many different numbers of the co-op's own country. */
const OWN_TO_HALT = 5;

export type Refusal = Pick<Explanation, "words" | "alarm"> & {
  delivery: DeliveryRef;
  address: string;
  code: string;
  /** The gateway's, as people read it. */
  title: string;
};

/** Whose deliveries they are: the gateway's name as people read it, and the co-op's own country. */
export type Account = { title: string; country: CountryCode };

/** Which numbers show that the account can text its own country: what was taken at the hand-over, or what left there. */
const SHOWN_BY = {
  "a hand-over": ["accepted", "sent", "delivered", "undelivered", "failed"],
  "late news": ["sent", "delivered", "undelivered", "failed"],
} satisfies Record<string, DeliveryStatus[]>;

/** An unknown area code is taken for one of the co-op's own country. */
const isOf = ({ code, prefix }: Country, address: string): boolean =>
  [code, prefix].includes(countryOf(address).code);

/** Positions of the co-op's own numbers: refused just now, and before. */
export type HeldForAll = { now: number[]; before: number[] };

/**
 * Whether these refusals, which are all of one sending and one code, are the account's. Then the part is halted, and
 * the caller has the co-op's own numbers pending again. The caller holds the sending.
 *
 * @param ownCode the co-op's own country
 * @returns undefined if each is its number's alone
 */
export async function haltIfAccounts(
  tx: Tx,
  refusals: readonly Refusal[],
  by: keyof typeof SHOWN_BY,
  ownCode: CountryCode,
): Promise<HeldForAll | undefined> {
  const country = ownCountry(ownCode);
  const own = refusals.filter(({ address }) => isOf(country, address));
  const [first] = own;
  if (!first) return undefined;
  const { words, code, alarm } = first;
  const { sendingId } = first.delivery;
  // One instance after the other, so that each sees what the others have recorded.
  const locked = await tx
    .select({ haltReason: parts.haltReason, claimedUpTo: parts.claimedUpTo })
    .from(parts)
    .where(eq(parts.sendingId, sendingId))
    .for("no key update");
  const claimedUpTo = Math.max(0, ...locked.map((part) => part.claimedUpTo));
  const listOwn = async (which: SQL) => {
    const { prefix } = country;
    const found = await tx.execute<{ position: number; address: string }>(sql`
      select position, address from deliveries where sending_id = ${sendingId} and position <= ${claimedUpTo}
        and starts_with(address, ${prefix}) and ${which} order by position limit 1000`);
    return found.filter(({ address }) => isOf(country, address)).map(({ position }) => position);
  };
  const statuses = sql.raw(SHOWN_BY[by].map((status) => `'${status}'`).join(", "));
  const taken = await listOwn(sql`status in (${statuses}) and code is distinct from ${code}`);
  if (taken.length > 0) return undefined;
  const before = await listOwn(sql`is_not_reached and code = ${code}`);
  const underWay = await listOwn(sql`status = 'sending'`);
  const now = own.map(({ delivery }) => delivery.position).filter((position) => underWay.includes(position));
  if (locked.some(({ haltReason }) => haltReason !== null)) {
    const these = own.map(({ delivery }) => delivery.position);
    return { now, before: by === "late news" ? before.filter((position) => these.includes(position)) : [] };
  }
  if (new Set([...before, ...now]).size < OWN_TO_HALT) return undefined;
  const reason =
    `${asSentence(words)} (${code}). The first ${OWN_TO_HALT} numbers in ${country.name} were refused for that, ` +
    `so nothing more goes out. ${alarm?.cure(country.name) ?? ""}`;
  const isHalted = await haltPart(tx, first.delivery, reason.trim());
  return isHalted ? { now, before } : undefined;
}

/** The provider had taken a text, and says later that it keeps it from this number. */
export async function actOnLateRefusal(
  tx: Tx,
  { title, country }: Account,
  delivery: DeliveryRef,
  { words, code, alarm }: Failure,
): Promise<void> {
  const address = await readAddress(tx, delivery);
  if (address === undefined) return;
  const isUnderWay = await lockUnderWay(tx, delivery.sendingId);
  const refusal = { delivery, address, words, code, alarm, title };
  const held = isUnderWay ? await haltIfAccounts(tx, [refusal], "late news", country) : undefined;
  if (held) await sendAgain(tx, areRefused(delivery.sendingId, held.before));
  else if (alarm) await raiseAlarm(tx, { delivery, title, alarm, isRefused: true });
}

export const areRefused = (sendingId: number, positions: readonly number[]): SQL =>
  sql`${and(eq(deliveries.sendingId, sendingId), inArray(deliveries.position, [...positions]), deliveries.isNotReached)}`;

const REFUSED =
  "Such numbers are named among those not reached; all others are texted. Once it is changed, press the " +
  "button in the alert's thread that tries them again, or tell them in another way.";

/** Something about the account that the board must know, and where it showed. */
type RaisedAlarm = { delivery: DeliveryRef; title: string; alarm: Alarm; isRefused: boolean };

/** Tells the board once, in the alert's thread. */
export async function raiseAlarm(tx: Tx, { delivery, title, alarm, isRefused }: RaisedAlarm): Promise<void> {
  const { sendingId } = delivery;
  const address = await readAddress(tx, delivery);
  if (address === undefined) return;
  const { code, name } = countryOf(address);
  const about = alarm.once === "for each country" ? code : `sending ${sendingId}`;
  const words = [alarm.words(name), alarm.cure(name), ...(isRefused ? [REFUSED] : [])].join(" ");
  await tellBoard(tx, {
    key: `${title} ${alarm.name} ${about}`,
    text: `:warning: ${escapeForSlack(words)}`,
    alertId: await alertOf(tx, sendingId),
  });
}

async function readAddress(tx: Tx, { sendingId, position }: DeliveryRef): Promise<string | undefined> {
  const [found] = await tx
    .select({ address: deliveries.address })
    .from(deliveries)
    .where(and(eq(deliveries.sendingId, sendingId), eq(deliveries.position, position)));
  // Empty where they were erased.
  return found?.address || undefined;
}

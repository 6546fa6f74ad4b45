// A member's numbers: added, removed, changed; the consent to texts, and the wish to get none, for each of them.
import { and, eq, sql } from "drizzle-orm";
import type { CountryCode } from "libphonenumber-js/max";
import { type Actor, whoOf } from "../../audit/audit.ts";
import type { Tx } from "../../db/open.ts";
import { addresses } from "../../db/schema.ts";
import { freeNumbers } from "../../opt-outs/numbers.ts";
import { BY_HAND, optOut, undoOptOut } from "../../opt-outs/opt-outs.ts";
import { oneLine } from "../../text/words.ts";
import { parsePhone } from "../phone.ts";
import {
  type Changed,
  isLocked,
  lockMember,
  type NotChanged,
  refused,
  type Seen,
  writeChange,
} from "./lock.ts";

/** What a member has said, and how it came in: "phone call", "letter". */
export type Said = { how: string; words: string };

export type NewNumber = {
  /** As somebody types it. */
  phone: string;
  /** How they agreed to texts, where that is known. */
  consent?: Said;
};

type ReadNumber = { phone: string; consent: Said | undefined };

const MAX = { how: 60, words: 300 };

function tidySaid({ how, words }: Said): Said | NotChanged {
  const said = { how: oneLine(how), words: oneLine(words) };
  if (said.how === "" || said.words === "")
    return refused("Say how you know it, and what they said.", "words");
  if (said.how.length > MAX.how || said.words.length > MAX.words) {
    return refused(`How it came in may have ${MAX.how} characters, and the words ${MAX.words}.`, "words");
  }
  return said;
}

/** @param country the co-op's own */
export function readNumber({ phone, consent }: NewNumber, country: CountryCode): ReadNumber | NotChanged {
  const parsed = parsePhone(phone, country);
  if (parsed.kind === "none") return refused("There is no number.", "phone");
  if (parsed.kind === "refused") return refused(parsed.reason, "phone");
  const said = consent && tidySaid(consent);
  if (said && "outcome" in said) return said;
  return { phone: parsed.phone, consent: said };
}

const ofMember = (memberId: number, phone: string) =>
  and(eq(addresses.memberId, memberId), eq(addresses.channel, "text"), eq(addresses.address, phone));

const consentOf = (said: Said, actor: Actor) => {
  const { userId: consentBy, teamId: consentTeam } = whoOf(actor);
  return {
    source: `${BY_HAND}${said.how}`,
    words: said.words,
    consentAt: sql`now()`,
    consentBy,
    consentTeam,
  };
};

/** The member has it from now on; what was found out about a former owner's phone counts no more. */
export async function giveNumber(
  tx: Tx,
  memberId: number,
  { phone, consent }: ReadNumber,
  actor: Actor,
): Promise<void> {
  await tx.insert(addresses).values({ memberId, address: phone, ...(consent && consentOf(consent, actor)) });
  await freeNumbers(tx, [phone], "it is new to a member", actor);
}

/** An opt-out that the number had stays: the card says so, and what to do. */
export async function addNumber(
  tx: Tx,
  seen: Seen,
  input: NewNumber,
  { actor, country }: { actor: Actor; country: CountryCode },
): Promise<Changed | NotChanged> {
  const was = await lockMember(tx, seen);
  if (!isLocked(was)) return was;
  const number = readNumber(input, country);
  if ("outcome" in number) return number;
  if ((await tx.$count(addresses, ofMember(was.id, number.phone))) > 0) {
    return refused("They have this number already.", "phone");
  }
  await giveNumber(tx, was.id, number, actor);
  const after = { number: number.phone };
  return writeChange(tx, was, { action: "number added", actor, before: {}, after });
}

/** @param phone E.164, as it is stored */
export async function removeNumber(
  tx: Tx,
  seen: Seen,
  phone: string,
  actor: Actor,
): Promise<Changed | NotChanged> {
  const was = await lockMember(tx, seen);
  if (!isLocked(was)) return was;
  const removed = await tx.delete(addresses).where(ofMember(was.id, phone)).returning();
  if (removed.length === 0) return refused("They don't have this number any more.");
  return writeChange(tx, was, { action: "number removed", actor, before: { number: phone }, after: {} });
}

/** One number takes the place of another; where the list had the old one, it has the new one from now on. */
export async function changeNumber(
  tx: Tx,
  seen: Seen,
  { from, ...input }: NewNumber & { from: string },
  { actor, country }: { actor: Actor; country: CountryCode },
): Promise<Changed | NotChanged> {
  const was = await lockMember(tx, seen);
  if (!isLocked(was)) return was;
  const number = readNumber(input, country);
  if ("outcome" in number) return number;
  if (number.phone === from) return refused("Nothing was changed: it is the same number.", "phone");
  if ((await tx.$count(addresses, ofMember(was.id, number.phone))) > 0) {
    return refused("They have this number already.", "phone");
  }
  const [removed] = await tx.delete(addresses).where(ofMember(was.id, from)).returning();
  if (!removed) return refused("They don't have the number before any more.");
  await giveNumber(tx, was.id, number, actor);
  if (removed.isListed) {
    await tx.update(addresses).set({ isListed: true }).where(ofMember(was.id, number.phone));
  }
  const [before, after] = [{ number: from }, { number: number.phone }];
  return writeChange(tx, was, { action: "number changed", actor, before, after });
}

/** How they agreed to texts to this number. What was known before stands in the change. */
export async function keepConsent(
  tx: Tx,
  seen: Seen,
  { phone, ...said }: Said & { phone: string },
  actor: Actor,
): Promise<Changed | NotChanged> {
  const was = await lockMember(tx, seen);
  if (!isLocked(was)) return was;
  const consent = tidySaid(said);
  if ("outcome" in consent) return consent;
  const [before] = await tx.select().from(addresses).where(ofMember(was.id, phone));
  if (!before) return refused("They don't have this number any more.");
  await tx.update(addresses).set(consentOf(consent, actor)).where(ofMember(was.id, phone));
  const known = { source: before.source, words: before.words, at: before.consentAt };
  return writeChange(tx, was, {
    action: "consent kept",
    actor,
    before: { number: phone, ...known },
    after: { number: phone, source: `${BY_HAND}${consent.how}`, words: consent.words },
  });
}

/**
 * They want no texts to these numbers, in their own words. From the commit on they get nothing, not even what is under
 * way. No version is needed: it is right whatever else has changed.
 *
 * @param phones some of theirs, or all
 */
export async function optOutByHand(
  tx: Tx,
  { memberId, phones, ...said }: Said & { memberId: number; phones: readonly string[] },
  actor: Actor,
): Promise<{ outcome: "opted out"; phones: string[] } | NotChanged> {
  const words = tidySaid(said);
  if ("outcome" in words) return words;
  const theirs = await tx.select().from(addresses).where(eq(addresses.memberId, memberId));
  const meant = theirs.map(({ address }) => address).filter((address) => phones.includes(address));
  if (meant.length < phones.length || meant.length === 0) {
    return refused("They don't have this number any more.");
  }
  const done: string[] = [];
  for (const phone of meant.sort()) {
    const isNew = await optOut(tx, phone, `${BY_HAND}${words.how}`, actor, { reason: words.words });
    if (isNew) done.push(phone);
  }
  return done.length > 0 ? { outcome: "opted out", phones: done } : refused("They get no texts already.");
}

/** The sentence for a member whom the provider itself holds texts back from: only they can undo that. */
export const askToTextStart = (ourNumber = "the number that our alerts come from"): string =>
  `From this phone, please text START to ${ourNumber}.`;

/**
 * Puts a wrong opt-out right, with the reason. Where the provider blocks the number itself, nothing is changed: only
 * the member can undo that, and `tell` is the sentence for them.
 *
 * @param ourNumber the one that alerts come from, where it is known
 */
export async function undoOptOutByHand(
  tx: Tx,
  { memberId, phone, ...said }: Said & { memberId: number; phone: string },
  { actor, ourNumber }: { actor: Actor; ourNumber?: string | undefined },
): Promise<{ outcome: "undone" } | { outcome: "at the provider"; tell: string } | NotChanged> {
  const words = tidySaid(said);
  if ("outcome" in words) return words;
  if ((await tx.$count(addresses, ofMember(memberId, phone))) === 0) {
    return refused("They don't have this number any more.");
  }
  const source = `${BY_HAND}${words.how}`;
  const outcome = await undoOptOut(tx, phone, { source, reason: words.words, actor });
  if (outcome === "not opted out") return refused("This number has not opted out.");
  if (outcome === "undone") return { outcome };
  return { outcome, tell: askToTextStart(ourNumber) };
}

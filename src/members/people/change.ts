// A member is added, changed, moved, leaves, or is back: each with its entry in the same transaction. Callers go
// through changeMembers (members/change-list.ts), so that what is confirmed still goes to those who were on the list.
import { eq } from "drizzle-orm";
import { type Actor, whoOf } from "../../audit/audit.ts";
import { recordEdits } from "../../audit/edits.ts";
import type { Tx } from "../../db/open.ts";
import { members, zones } from "../../db/schema.ts";
import { oneLine } from "../../text/words.ts";
import { readErasedAccounts } from "../erase/digests.ts";
import {
  type Changed,
  isLocked,
  type Locked,
  lockMember,
  type NotChanged,
  refused,
  type Seen,
  writeChange,
} from "./lock.ts";
import { giveNumber, type NewNumber, readNumber } from "./numbers.ts";

/** Where somebody is: in one zone, or in all of them, which is said and never left out. */
export type Place = { zoneId: number } | { inAllZones: true };

export type NewMember = {
  name: string;
  /** Null: they have none. Then it is said what they are. */
  account: string | null;
  about: string | null;
  language: string | null;
  place: Place;
  number?: NewNumber;
  /** Whoever had this account was erased, and it is meant that it comes back. */
  isBack?: boolean;
};

const WAS_ERASED =
  "Whoever had this account was erased, because that was asked for. Say so if they are back.";

/** Whoever had this account was erased, because that was asked for: it has to be said that they are back. */
export type WasErased = { outcome: "was erased" };

const MAX = { name: 80, account: 40, about: 60, language: 35 };

type Words = { name: string; account: string | null; about: string | null; language: string | null };

const clean = (text: string | null): string | null => (text === null ? null : oneLine(text) || null);
const tidy = ({ name, account, about, language }: Words): Words => ({
  name: oneLine(name),
  account: clean(account),
  about: clean(about),
  language: clean(language),
});

function whyNot({ name, account, about, language }: Words): NotChanged | undefined {
  if (name === "") return refused("There is no name.", "name");
  if (account === null && about === null) {
    return refused(
      "Without an account it has to be said what they are: a tenant, a school, the fire department.",
      "about",
    );
  }
  const given = { name, account, about, language };
  const long = (["name", "account", "about", "language"] as const).find(
    (what) => (given[what]?.length ?? 0) > MAX[what],
  );
  if (!long) return undefined;
  const what = long === "about" ? "words for what they are have" : `${long} has`;
  return refused(`The ${what} more than ${MAX[long]} characters.`, long);
}

async function whyNotAccount(
  tx: Tx,
  account: string | null,
  except?: number,
): Promise<NotChanged | undefined> {
  if (account === null) return undefined;
  const [holder] = await tx.select().from(members).where(eq(members.account, account));
  if (!holder || holder.id === except) return undefined;
  const hasLeft = holder.leftAt ? ", who has left the co-op" : "";
  return refused(`Account ${account} is ${holder.name}'s${hasLeft}.`, "account");
}

const placeOf = (place: Place) =>
  "zoneId" in place ? { zoneId: place.zoneId, inAllZones: false } : { zoneId: null, inAllZones: true };

async function nameZone(tx: Tx, { zoneId, inAllZones }: Pick<Locked, "zoneId" | "inAllZones">) {
  if (inAllZones) return "All zones";
  // Locked, so that nobody removes it meanwhile.
  const [zone] = await tx
    .select()
    .from(zones)
    .where(eq(zones.id, zoneId ?? 0))
    .for("key share");
  return zone?.name;
}

export async function addMember(
  tx: Tx,
  input: NewMember,
  { actor, country }: { actor: Actor; country: Parameters<typeof readNumber>[1] },
): Promise<Changed | NotChanged | WasErased> {
  const words = tidy(input);
  const why = whyNot(words) ?? (await whyNotAccount(tx, words.account));
  if (why !== undefined) return why;
  const { account } = words;
  if (account !== null && !input.isBack && (await readErasedAccounts(tx))(account)) {
    return { outcome: "was erased" };
  }
  const place = placeOf(input.place);
  const zone = await nameZone(tx, place);
  if (zone === undefined) return refused("This zone is not there any more.", "place");
  const number = input.number && readNumber(input.number, country);
  if (number && "outcome" in number) return number;
  const { userId: updatedBy, teamId: updatedTeam } = whoOf(actor);
  const [added] = await tx
    .insert(members)
    .values({ ...words, ...place, updatedBy, updatedTeam })
    .returning();
  if (!added) throw new Error("no member was added");
  await recordEdits(tx, { actor, action: "member added" }, [
    { memberId: added.id, before: {}, after: { ...words, zone, ...(number && { number: number.phone }) } },
  ]);
  if (number) await giveNumber(tx, added.id, number, actor);
  return { outcome: "changed", memberId: added.id, version: added.version };
}

/** @param changes what is not in it stays as it is */
export async function changeMember(
  tx: Tx,
  seen: Seen,
  changes: Partial<Words>,
  actor: Actor,
): Promise<Changed | NotChanged> {
  const was = await lockMember(tx, seen);
  if (!isLocked(was)) return was;
  const is = tidy({ ...was, ...changes });
  const why = whyNot(is) ?? (await whyNotAccount(tx, is.account, was.id));
  if (why !== undefined) return why;
  // The next import would take whoever has it now for whoever had it.
  if (is.account !== null && is.account !== was.account && (await readErasedAccounts(tx))(is.account)) {
    return refused(WAS_ERASED, "account");
  }
  const { before, after } = compare(was, is);
  if (Object.keys(after).length === 0) return refused("Nothing was changed: it was like that already.");
  return writeChange(tx, was, { action: "member changed", actor, set: is, before, after });
}

function compare(was: Words, is: Words) {
  const changed = (["name", "account", "about", "language"] as const).filter(
    (what) => was[what] !== is[what],
  );
  const pick = (words: Words) => Object.fromEntries(changed.map((what) => [what, words[what]]));
  return { before: pick(was), after: pick(is) };
}

export async function moveMember(tx: Tx, seen: Seen, to: Place, actor: Actor): Promise<Changed | NotChanged> {
  const was = await lockMember(tx, seen);
  if (!isLocked(was)) return was;
  const place = placeOf(to);
  const zone = await nameZone(tx, place);
  if (zone === undefined) return refused("This zone is not there any more.", "place");
  if (was.zoneId === place.zoneId && was.inAllZones === place.inAllZones) {
    return refused("Nothing was changed: they are there already.");
  }
  const before = { zone: (await nameZone(tx, was)) ?? null };
  return writeChange(tx, was, { action: "member moved", actor, set: place, before, after: { zone } });
}

/** They left the co-op: from the next alert on they get nothing, and they stay in the record. */
export async function markLeft(tx: Tx, seen: Seen, actor: Actor): Promise<Changed | NotChanged> {
  const was = await lockMember(tx, seen);
  if (!isLocked(was)) return was;
  if (was.leftAt !== null) return refused("They have left already.");
  return writeChange(tx, was, {
    action: "member left",
    actor,
    set: { leftAt: new Date() },
    before: {},
    after: { hasLeft: true },
  });
}

/** Somebody who left is a member again: from the next alert on they get what they got before. */
export async function bringBack(tx: Tx, seen: Seen, actor: Actor): Promise<Changed | NotChanged> {
  const was = await lockMember(tx, seen);
  if (!isLocked(was)) return was;
  if (was.leftAt === null) return refused("They are a member.");
  if (was.zoneId === null && !was.inAllZones) {
    return refused("Their zone is not there any more. Move them to another one first.");
  }
  return writeChange(tx, was, {
    action: "member back",
    actor,
    set: { leftAt: null },
    before: { hasLeft: true },
    after: {},
  });
}

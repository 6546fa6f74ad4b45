// What the list knew of somebody is made unreadable, also what it knew before.
import { eq, type SQL, sql } from "drizzle-orm";
import { type Actor, whoOf } from "../../audit/audit.ts";
import { isOneOf } from "../../db/is-one-of.ts";
import type { Tx } from "../../db/open.ts";
import {
  addressChanges,
  addresses,
  boardMembers,
  erasedOptOuts,
  fileRefusals,
  listAnswers,
  memberChanges,
  memberEdits,
  members,
  numberFaults,
  numbers,
  optOutChanges,
  optOuts,
  reachNews,
  tests,
  unusablePhones,
} from "../../db/schema.ts";
import { BY_HAND } from "../../opt-outs/opt-outs.ts";
import type { Locked } from "../people/lock.ts";
import { digestAccount } from "./digests.ts";

/** What they are called, and were before. */
export async function listNamesOf(tx: Tx, { id, name }: Pick<Locked, "id" | "name">): Promise<string[]> {
  const before = await tx
    .selectDistinct({ name: memberChanges.name })
    .from(memberChanges)
    .where(eq(memberChanges.memberId, id));
  return [...new Set([name, ...before.flatMap((each) => each.name ?? [])])].filter((each) => each !== "");
}

/** They stand on the list as somebody who has left, without a name. What they were stays in no table. */
export async function eraseFromList(tx: Tx, { id, account, version }: Locked, actor: Actor): Promise<void> {
  await tx.delete(addresses).where(eq(addresses.memberId, id));
  const { userId: updatedBy, teamId: updatedTeam } = whoOf(actor);
  await tx
    .update(members)
    .set({
      name: "",
      account: null,
      about: null,
      language: null,
      zoneId: null,
      inAllZones: false,
      leftAt: sql`coalesce(${members.leftAt}, now())`,
      erasedAt: sql`now()`,
      erasedAccount: account === null ? null : await digestAccount(tx, account),
      version: version + 1,
      updatedAt: sql`now()`,
      updatedBy,
      updatedTeam,
    })
    .where(eq(members.id, id));
  await tx.delete(addressChanges).where(eq(addressChanges.memberId, id));
  await tx.update(memberChanges).set({ name: null, account: null }).where(eq(memberChanges.memberId, id));
  await tx.update(memberEdits).set({ before: {}, after: {} }).where(eq(memberEdits.memberId, id));
  await tx.delete(reachNews).where(eq(reachNews.memberId, id));
  // A change alone tells the digest of their number: put together with the others it tells nothing.
  await tx.execute(sql`
    with gone as (delete from reach_changes returning *)
    insert into reach_changes (zone_id, members, fingerprint)
    select zone_id, sum(members), sum(fingerprint) from gone group by zone_id`);
  if (account !== null) await tx.delete(fileRefusals).where(eq(fileRefusals.account, account));
}

/** What somebody has written of them in a column of the list: it is asked about again. */
export async function eraseAnswers(
  tx: Tx,
  names: readonly string[],
  phones: readonly string[],
): Promise<void> {
  await tx.delete(listAnswers).where(isAbout(sql`${listAnswers.value}`, names, phones));
}

/** Whether a text has one of these names in it, or one of these numbers, however it is written. */
export const isAbout = (text: SQL, names: readonly string[], phones: readonly string[]): SQL => {
  const digits = phones.map((phone) => phone.replace(/\D/g, "").slice(-10));
  return sql`(exists (
      select from jsonb_array_elements_text(${JSON.stringify(names)}::jsonb) as name
      where position(lower(name) in lower(coalesce(${text}, ''))) > 0)
    or exists (
      select from jsonb_array_elements_text(${JSON.stringify(digits)}::jsonb) as d
      where position(d in regexp_replace(coalesce(${text}, ''), '\\D', '', 'g')) > 0))`;
};

/** @returns of these numbers those that nobody else has now: no member, and nobody of the board as their own */
export async function findNobodyElses(tx: Tx, phones: readonly string[]): Promise<string[]> {
  const has = await tx
    .select({ phone: addresses.address })
    .from(addresses)
    .where(isOneOf(addresses.address, phones));
  const own = await tx
    .select({ phone: boardMembers.phone })
    .from(boardMembers)
    .where(isOneOf(boardMembers.phone, phones));
  const kept = new Set([...has, ...own].map(({ phone }) => phone));
  return phones.filter((phone) => !kept.has(phone));
}

/** Of these numbers it stays known only that they opted out, by a digest: else the next import would undo it. */
export async function eraseNumbers(tx: Tx, phones: readonly string[]): Promise<void> {
  await tx.execute(sql`
    insert into ${erasedOptOuts} (digest, opted_out_at, source)
    select phone_digest(phone), opted_out_at,
      case when starts_with(source, ${BY_HAND}) then ${`${BY_HAND}before they were erased`} else source end
    from ${optOuts} where ${isOneOf(optOuts.phone, phones)} on conflict do nothing`);
  for (const table of [optOuts, unusablePhones, numberFaults, fileRefusals]) {
    await tx.delete(table).where(isOneOf(table.phone, phones));
  }
  // Their rows stay, since entries of the audit log name them.
  await tx
    .update(optOutChanges)
    .set({
      phone: "",
      reason: null,
      source: sql`case when starts_with(${optOutChanges.source}, ${BY_HAND}) then ${BY_HAND.trim()} else ${optOutChanges.source} end`,
    })
    .where(isOneOf(optOutChanges.phone, phones));
  await tx.update(numbers).set({ phone: null }).where(isOneOf(numbers.phone, phones));
  await tx.update(tests).set({ phone: "" }).where(isOneOf(tests.phone, phones));
}

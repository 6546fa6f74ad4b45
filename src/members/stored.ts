// The list of members in the database: read as a whole, and written as an import has planned it.
import { eq, isNotNull, sql } from "drizzle-orm";
import { type Actor, whoOf } from "../audit/audit.ts";
import { recordEdits } from "../audit/edits.ts";
import type { Reader, Tx } from "../db/open.ts";
import { memberList, members, zones } from "../db/schema.ts";
import { ensureZones, zoneKey } from "../zones/zones.ts";
import type { Member, Plan, TakenRow } from "./plan.ts";

const BATCH = 5000;

/** What zone somebody is in who is in all of them, where one is named. */
export const ALL_ZONES = "All zones";

const numbers = (isListed: boolean) => sql`select a.address from addresses a
  where a.member_id = ${members.id} and a.channel = 'text' and a.is_listed = ${isListed}`;

/** Everybody with an account, by it, also those who left. */
export async function listMembers(tx: Reader): Promise<Map<string, Member>> {
  const found = await tx
    .select({
      account: sql<string>`${members.account}`,
      name: members.name,
      phone: sql<string | null>`(${numbers(true)} order by a.address limit 1)`,
      others: sql<string[]>`array(${numbers(false)} order by a.address)`,
      zone: sql<string>`coalesce(${zones.name}, case when ${members.inAllZones} then ${ALL_ZONES} else '' end)`,
      inAllZones: members.inAllZones,
      language: members.language,
      leftAt: members.leftAt,
    })
    .from(members)
    .leftJoin(zones, eq(zones.id, members.zoneId))
    .where(isNotNull(members.account))
    .orderBy(members.account);
  return new Map(found.map((member) => [member.account, member]));
}

/** Who comes in now was not on the list that earlier alerts were frozen from. */
async function raiseListVersion(tx: Tx): Promise<number> {
  const [list] = await tx
    .update(memberList)
    .set({ version: sql`${memberList.version} + 1` })
    .returning({ version: memberList.version });
  if (!list) throw new Error("The list of members has no version.");
  return list.version;
}

/** Adds those who are new, and changes the others; whoever had left is back. */
export async function writeMembers(tx: Tx, writes: Member[], actor: Actor): Promise<void> {
  if (writes.length === 0) return;
  const { idByKey } = await ensureZones(
    tx,
    writes.filter(({ inAllZones }) => !inAllZones).map(({ zone }) => zone),
  );
  const since = await raiseListVersion(tx);
  const { userId: updatedBy, teamId: updatedTeam } = whoOf(actor);
  const rows = writes.map(({ account, name, phone, zone, inAllZones = false, language }) => {
    const zoneId = inAllZones ? null : idByKey.get(zoneKey(zone));
    if (zoneId === undefined) throw new Error(`The zone ${zone} was not created.`);
    return { account, name, zoneId, inAllZones, language, hasNumber: phone !== null };
  });
  // As JSON: a parameter for each value takes longer to build than all the rest.
  for (let at = 0; at < rows.length; at += BATCH) {
    await tx.execute(sql`
      insert into members (account, name, zone_id, in_all_zones, language, has_number, since, updated_by, updated_team)
      select w.account, w.name, w."zoneId", w."inAllZones", w.language, w."hasNumber", ${since}::int,
        ${updatedBy}, ${updatedTeam}
      from jsonb_to_recordset(${JSON.stringify(rows.slice(at, at + BATCH))}::jsonb) as w(
        account text, name text, "zoneId" int, "inAllZones" boolean, language text, "hasNumber" boolean)
      on conflict (account) do update set
        name = excluded.name, zone_id = excluded.zone_id, in_all_zones = excluded.in_all_zones,
        language = excluded.language, left_at = null, version = members.version + 1, updated_at = now(),
        updated_by = excluded.updated_by, updated_team = excluded.updated_team`);
  }
  await writeListedNumbers(tx, writes, since);
}

/** The number that the list has of each becomes this one. Those that were added by hand stay. */
async function writeListedNumbers(tx: Tx, writes: readonly Member[], since: number): Promise<void> {
  const rows = JSON.stringify(writes.map(({ account, phone }) => ({ account, phone })));
  const wanted = sql`jsonb_to_recordset(${rows}::jsonb) as w(account text, phone text)
    join members m on m.account = w.account`;
  await tx.execute(sql`
    delete from addresses a using ${wanted}
    where a.member_id = m.id and a.channel = 'text' and a.is_listed and a.address is distinct from w.phone`);
  await tx.execute(sql`
    insert into addresses (member_id, address, is_listed, since)
    select m.id, w.phone, true, ${since}::int from ${wanted} where w.phone is not null
    on conflict (member_id, channel, address) do update set is_listed = true where not addresses.is_listed`);
}

/** Each number that the file names, of whose consent nothing is known yet. */
export async function keepImportConsent(
  tx: Tx,
  taken: readonly TakenRow[],
  words: string,
  actor: Actor,
): Promise<void> {
  const rows = taken.flatMap(({ outcome: { account }, phone, saysNoTexts }) =>
    phone === null || saysNoTexts ? [] : [{ account, phone }],
  );
  const { userId, teamId } = whoOf(actor);
  await tx.execute(sql`
    update addresses a set source = 'import', words = ${words}, consent_at = now(), consent_by = ${userId},
      consent_team = ${teamId}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(account text, phone text)
      join members m on m.account = r.account
    where a.member_id = m.id and a.channel = 'text' and a.address = r.phone and a.source is null`);
}

/** What the card of each says of this import. Whoever is new is new: their card says so without it. */
export async function recordImportEdits(tx: Tx, edits: Plan["edits"], actor: Actor): Promise<void> {
  if (edits.length === 0) return;
  const ids = await tx
    .select({ id: members.id, account: members.account })
    .from(members)
    .where(isNotNull(members.account));
  const idOf = new Map(ids.map(({ id, account }) => [account, id]));
  const all = edits.map(({ was, is }) => ({ memberId: idOf.get(is.account) ?? 0, ...difference(was, is) }));
  await recordEdits(tx, { actor, action: "member changed", detail: { by: "import" } }, all);
}

function difference(was: Member, is: Member) {
  const before: Record<string, unknown> = {};
  const after: Record<string, unknown> = {};
  for (const key of ["account", "name", "phone", "zone", "language"] as const) {
    if (was[key] === is[key]) continue;
    before[key] = was[key];
    after[key] = is[key];
  }
  if (was.leftAt) before.hasLeft = true;
  return { before, after };
}

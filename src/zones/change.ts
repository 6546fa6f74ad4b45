// Zones are added, renamed, merged and removed, each in one transaction with its entry. Alerts of the past keep the
// names that they were sent under.
import { and, eq, isNull, sql } from "drizzle-orm";
import { type Actor, record, whoOf } from "../audit/audit.ts";
import type { Tx } from "../db/open.ts";
import { members, zones } from "../db/schema.ts";
import { takeTurn } from "../db/turns.ts";
import { mayChangeList } from "../members/change-list.ts";
import { MAX_ZONE_NAME, MAX_ZONES, type Zone, zoneKey, zoneName } from "./zones.ts";

/** A zone as whoever changes it has seen it. */
export type SeenZone = { id: number; version: number };

export type ZoneRefusal =
  | { refused: "no name" | "too long" | "taken" | "too many" | "same zone" }
  /** Somebody changed it meanwhile: look at it again. */
  | { refused: "changed" | "not there" }
  /** It is never removed with members in it: merge it, or move them first. */
  | { refused: "has members"; members: number }
  /** An alert that was confirmed is still being made ready, and goes to the zones as they are: in a minute it can be done. */
  | { refused: "busy" };

export async function addZone(tx: Tx, given: string, actor: Actor): Promise<Zone | ZoneRefusal> {
  await takeTurn(tx, "members");
  const name = checkName(given);
  if (typeof name !== "string") return name;
  if ((await tx.$count(zones)) >= MAX_ZONES) return { refused: "too many" };
  const [zone] = await tx
    .insert(zones)
    .values({ name, key: zoneKey(name) })
    .onConflictDoNothing()
    .returning({ id: zones.id });
  if (!zone) return { refused: "taken" };
  await record(tx, { actor, action: "zone added", detail: { zone: zone.id, name } });
  return { id: zone.id, name };
}

export async function renameZone(
  tx: Tx,
  seen: SeenZone,
  given: string,
  actor: Actor,
): Promise<Zone | ZoneRefusal> {
  const name = checkName(given);
  if (typeof name !== "string") return name;
  const zone = await takeZone(tx, seen);
  if ("refused" in zone) return zone;
  const key = zoneKey(name);
  if (key !== zoneKey(zone.name) && (await tx.$count(zones, eq(zones.key, key))) > 0)
    return { refused: "taken" };
  if (name === zone.name) return { id: zone.id, name };
  await keepName(tx, zone.id);
  await tx
    .update(zones)
    .set({ name, key, version: sql`${zones.version} + 1` })
    .where(eq(zones.id, zone.id));
  const detail = { zone: zone.id, from: zone.name, to: name };
  await record(tx, { actor, action: "zone renamed", detail });
  return { id: zone.id, name };
}

/** Everybody moves from the one to the other, and the one is gone. */
export async function mergeZones(
  tx: Tx,
  { from: seenFrom, into: seenInto }: { from: SeenZone; into: SeenZone },
  actor: Actor,
): Promise<{ moved: number } | ZoneRefusal> {
  if (seenFrom.id === seenInto.id) return { refused: "same zone" };
  const from = await takeZone(tx, seenFrom);
  if ("refused" in from) return from;
  const into = await takeZone(tx, seenInto);
  if ("refused" in into) return into;
  const { userId: updatedBy, teamId: updatedTeam } = whoOf(actor);
  // Of very many it takes longer than other statements may.
  await tx.execute(sql`set local statement_timeout = '60s'`);
  const { count: moved } = await tx
    .update(members)
    .set({
      zoneId: into.id,
      version: sql`${members.version} + 1`,
      updatedAt: sql`now()`,
      updatedBy,
      updatedTeam,
    })
    .where(eq(members.zoneId, from.id));
  await tx.delete(zones).where(eq(zones.id, from.id));
  await tx
    .update(zones)
    .set({ version: sql`${zones.version} + 1` })
    .where(eq(zones.id, into.id));
  const detail = { zone: from.id, name: from.name, into: into.id, intoName: into.name, members: moved };
  await record(tx, { actor, action: "zones merged", detail });
  return { moved };
}

export async function removeZone(tx: Tx, seen: SeenZone, actor: Actor): Promise<"removed" | ZoneRefusal> {
  const zone = await takeZone(tx, seen);
  if ("refused" in zone) return zone;
  const isInIt = eq(members.zoneId, zone.id);
  const inIt = await tx.$count(members, and(isInIt, isNull(members.leftAt)));
  if (inIt > 0) return { refused: "has members", members: inIt };
  // Whoever has left gets nothing in any zone.
  await tx.update(members).set({ zoneId: null }).where(isInIt);
  await tx.delete(zones).where(eq(zones.id, zone.id));
  await record(tx, { actor, action: "zone removed", detail: { zone: zone.id, name: zone.name } });
  return "removed";
}

function checkName(given: string): string | ZoneRefusal {
  const name = zoneName(given);
  // What can't be seen is none.
  if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(name)) return { refused: "no name" };
  return name.length > MAX_ZONE_NAME ? { refused: "too long" } : name;
}

/** The zone, locked, as whoever changes it has seen it. Nobody else changes the list of members meanwhile. */
async function takeZone(tx: Tx, { id, version }: SeenZone): Promise<Zone | ZoneRefusal> {
  if (!(await mayChangeList(tx))) return { refused: "busy" };
  const [zone] = await tx.select().from(zones).where(eq(zones.id, id)).for("update");
  if (!zone) return { refused: "not there" };
  return zone.version === version ? { id, name: zone.name } : { refused: "changed" };
}

/** Under which name everybody in this zone has stood on the list so far: what was sent then is shown with it. */
async function keepName(tx: Tx, zoneId: number): Promise<void> {
  await tx.execute(sql`
    with list as materialized (select version + 1 as next from member_list for update),
    kept as (
      insert into member_changes (member_id, since, until, account, name, zone, has_left)
      select m.id, coalesce((select max(c.until) from member_changes c where c.member_id = m.id), m.since), list.next,
        coalesce(m.account, m.about), m.name, z.name, m.left_at is not null
      from list, members m join zones z on z.id = m.zone_id
      where m.zone_id = ${zoneId} and exists (select from sendings)
      returning 1
    )
    update member_list set version = list.next from list where exists (select from kept)`);
}
